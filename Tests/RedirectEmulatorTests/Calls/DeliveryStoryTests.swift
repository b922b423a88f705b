import RedirectEmulator
import Testing

private typealias Sample = SampleCalls

private struct Row: Sendable {
  var call: Call
  var story: String
  var advice: String?

  init(_ call: Call, _ story: String, _ advice: String?) {
    (self.call, self.story, self.advice) = (call, story, advice)
  }
}

@Suite("The story of a call whose event is delivered")
struct DeliveryStoryTests {
  private static let tries = (0..<4).map {
    Sample.attempt(UInt64($0 + 1), at: 1.5 * Double($0), 503)
  }

  private static let rows: [Row] = [
    Row(
      Sample.registered(tries, deliveries: [Sample.delivery(1, at: 0, status: 200, took: 5)]),
      "Caller lost: it rang 30 s. Your app sent 4 tries in 4.5 s, all 503, then answered the webhook 200, so Event Grid does not deliver again.",
      "Answer the webhook 500, or keep trying while it rings."),
    // A rule that ends when the call no longer rings, and one that ends before.
    Row(
      Sample.registered(
        tries, deliveries: [Sample.delivery(1, at: 0, status: 200, took: 5)],
        cure: Call.Cure(rule: "down", end: .time(Sample.at(40)))),
      "Caller lost: it rang 30 s. Your app sent 4 tries in 4.5 s, all 503, then answered the webhook 200, so Event Grid does not deliver again.",
      "No app can redirect this call, since the rule 'down' ends when it no longer rings. Let it ring longer, or expect that it is lost."
    ),
    Row(
      Sample.registered(
        tries, deliveries: [Sample.delivery(1, at: 0, status: 200, took: 5)],
        cure: Call.Cure(rule: "down", end: .time(Sample.at(20)))),
      "Caller lost: it rang 30 s. Your app sent 4 tries in 4.5 s, all 503, then answered the webhook 200, so Event Grid does not deliver again.",
      "Answer the webhook 500, or keep trying while it rings."),
    // The app answered 500, too late for another delivery.
    Row(
      Sample.registered(
        tries, deliveries: [Sample.delivery(1, at: 0, status: 500, took: 25)],
        cure: Call.Cure(rule: "down", end: .deliveries(1))),
      "Caller lost: it rang 30 s. Your app sent 4 tries in 4.5 s, all 503. Your app answered the webhook 500, and the call rang out before the next delivery, which would have come 10 s later.",
      "Answer the webhook 500 at least 10 s before the ring ends: the rule 'down' ends after delivery 1."
    ),
    // A rule that ends with the next delivery; one that another delivery's try does not end, and one that it does.
    Row(
      Sample.registered(
        tries, deliveries: [Sample.delivery(1, at: 0, status: 200, took: 5)],
        cure: Call.Cure(rule: "down", end: .deliveries(1))),
      "Caller lost: it rang 30 s. Your app sent 4 tries in 4.5 s, all 503, then answered the webhook 200, so Event Grid does not deliver again.",
      "Answer the webhook 500 while the call rings: the rule 'down' ends after delivery 1."),
    Row(
      Sample.registered(
        [Sample.attempt(1, 429, retryAfter: 0.5)],
        deliveries: [Sample.delivery(1, at: 0, status: 200, took: 5)],
        cure: Call.Cure(rule: "throttled", end: .tries(2))),
      "Caller lost: it rang 30 s. Your app sent 1 try, which got 429 and was asked to wait 0.5 s, then answered the webhook 200, so Event Grid does not deliver again.",
      "Wait as long as Retry-After or retry-after-ms says, and keep trying while it rings: the rule 'throttled' ends after 2 tries."
    ),
    Row(
      Sample.registered(
        [Sample.attempt(1, 503)],
        deliveries: [Sample.delivery(1, at: 0, status: 200, took: 5)],
        cure: Call.Cure(rule: "down", end: .tries(1))),
      "Caller lost: it rang 30 s. Your app sent 1 try, which got 503, then answered the webhook 200, so Event Grid does not deliver again.",
      "Answer the webhook 500, or keep trying while it rings."),
    Row(
      Sample.registered(
        [Sample.attempt(1, 503)],
        deliveries: [Sample.delivery(1, at: 0, status: 200, took: 5)],
        cure: Call.Cure(rule: "down", end: .triesOfRequest(1))),
      "Caller lost: it rang 30 s. Your app sent 1 try, which got 503, then answered the webhook 200, so Event Grid does not deliver again.",
      "Keep trying while it rings, with the same Repeatability-Request-ID: the rule 'down' ends after 1 try of one request."
    ),
    Row(
      Sample.registered(tries, deliveries: [Sample.delivery(1, at: 0, status: 200)]),
      "Caller lost: it rang 30 s. Your app answered the webhook 200, so Event Grid does not deliver again. Your app sent 4 tries in 4.5 s, all 503. It had not tried again when the ring ended, 25.5 s later.",
      "Answer the webhook 500, or keep trying while it rings."),
    Row(
      Sample.registered(
        tries,
        deliveries: [
          Sample.delivery(
            1, at: 0, status: nil, took: 31,
            error: "the connection was closed before a response came"
          )
        ]),
      "Caller lost: it rang 30 s. Your app sent 4 tries in 4.5 s, all 503. It had not tried again when the ring ended, 25.5 s later.",
      "Keep trying while it rings."),
    Row(
      Sample.registered(
        [Sample.attempt(1, at: 29.5, 503), Sample.attempt(2, at: 30.1, 503)],
        deliveries: [Sample.delivery(1, at: 0, status: 200, took: 31)]),
      "Caller lost: it rang 30 s. Your app sent 1 try, which got 503. 1 more try came after the ring had ended.",
      "Answer the webhook 500 while the call rings, after some tries: another delivery of the event may help."
    ),
    Row(
      Sample.registered(
        [Sample.attempt(1, at: 29.5, 503), Sample.attempt(2, at: 30.1, 503)],
        deliveries: [
          Sample.delivery(1, at: 0, status: 500), Sample.delivery(2, at: 10, status: 500),
        ]),
      "Caller lost: it rang 30 s. Your app sent 1 try, which got 503. Your app answered delivery 2, the last one, with 500. 1 more try came after the ring had ended.",
      "Your app tried as long as the call rang. See what it does for a caller that it cannot redirect."
    ),
    Row(
      Sample.registered(
        [Sample.attempt(1, at: 31, 503)], deliveries: [Sample.delivery(1, at: 0, status: 200)]),
      "Caller lost: it rang 30 s. Your app answered the webhook 200, so Event Grid does not deliver again. Your app sent nothing while it rang. 1 try came after the ring had ended.",
      "Redirect while the call rings: begin at once, and keep waits and timeouts short enough for the last try."
    ),
    Row(
      Sample.registered([], deliveries: [Sample.delivery(1, at: 0, status: nil, took: nil)]),
      "Caller lost: it rang 30 s. Your app sent nothing, and delivery 1 of its event had no response when the ring ended.",
      "See what your app waits for: it has to redirect while the call rings."),
    Row(
      Sample.registered(
        [],
        deliveries: [
          Sample.delivery(
            1, at: 0, status: nil, error: "the connection was closed before a response came")
        ]),
      "Caller lost: it rang 30 s. Your app closed the connection of delivery 1 without a response.",
      "See why the handler of IncomingCall ended without a response: it has to handle its errors."
    ),
    Row(
      Sample.registered(
        [], deliveries: [Sample.delivery(1, at: 0, status: 200)],
        failures: Call.Failures(
          count: 3, areHandshakes: true, cause: .distrust("the CA, which is in /ca.pem"))),
      "Caller lost: it rang 30 s. Your app answered the webhook 200, and sent no request. Since it began to ring, 3 TLS handshakes failed: the client does not trust the certificate.",
      "Let your app trust the CA, which is in /ca.pem. The guide Troubleshooting says how, in \"The connection fails\"."
    ),
    Row(
      Sample.registered(
        [], deliveries: [Sample.delivery(1, at: 0, status: 200)],
        strays: Call.Strays(
          count: 1, call: "r1", length: 255, ownLength: 1312, isBeginning: true)),
      "Caller lost: it rang 30 s. Your app answered the webhook 200, and sent nothing for this call. While it rang, 1 redirect came with another incomingCallContext (r1: 255 characters; this call's has 1312, and begins with them).",
      "Redirect with the event's incomingCallContext, unchanged: where your app stores it, the column or queue may be too small."
    ),
    Row(
      Sample.registered(
        [], deliveries: [Sample.delivery(1, at: 0, status: 500)],
        strays: Call.Strays(
          count: 2, call: "r1", length: 1, ownLength: 1312, isBeginning: false)),
      "Caller lost: it rang 30 s. Your app answered the webhook 500, and the call rang out before the next delivery. While it rang, 2 redirects came with another incomingCallContext (the first one is r1: 1 character; this call's has 1312).",
      "Redirect with the event's incomingCallContext, unchanged."),
    Row(
      Sample.registered(
        [],
        deliveries: [
          Sample.delivery(
            2, at: 10, status: nil,
            error:
              "the webhook's certificate is not trusted: self-signed certificate; --ring-ca FILE names its CA, and --ring-insecure trusts any"
          )
        ]),
      "Caller lost: it rang 30 s. Delivery 2 got no response: the webhook's certificate is not trusted: self-signed certificate.",
      "Name the CA of the webhook's certificate with --ring-ca FILE, or trust any with --ring-insecure."
    ),
    Row(
      Sample.registered([], deliveries: [Sample.delivery(1, at: 0, status: 200)]),
      "Caller lost: it rang 30 s. Your app answered the webhook 200, and sent nothing.",
      "See that your app reads its connection string from COMMUNICATION_SERVICES_CONNECTION_STRING (for another variable: '--set NAME={connectionString}'), and that its handler of IncomingCall redirects with the event's incomingCallContext."
    ),
    Row(
      Sample.registered(
        [Sample.attempt(1, 503)],
        deliveries: [
          Sample.delivery(
            1, at: 0, status: nil, error: "the connection was closed before a response came"),
          Sample.delivery(2, at: 10, status: nil, error: "connection refused"),
        ]),
      "Caller lost: it rang 30 s. Your app sent 1 try, which got 503. Then your app was gone: connection refused at delivery 2.",
      "See why your app ended: an error of a redirect must not end it."),
    Row(
      Sample.registered(
        [], deliveries: [Sample.delivery(1, at: 0, status: nil, error: "connection refused")]),
      "Caller lost: it rang 30 s. Nobody listened at http://127.0.0.1:8080/: connection refused.",
      "Start your app first, and see that the webhook's URL has its port."),
    Row(
      Sample.registered(
        [],
        deliveries: [
          Sample.delivery(1, at: 0, status: nil, error: "connection refused"),
          Sample.delivery(2, at: 10, status: nil, error: "connection refused"),
        ]),
      "Caller lost: it rang 30 s. Nobody listened at http://127.0.0.1:8080/: connection refused at each of 2 deliveries.",
      "Start your app first, and see that the webhook's URL has its port."),
    Row(
      Sample.registered(
        [],
        deliveries: [
          Sample.delivery(1, at: 0, status: 500),
          Sample.delivery(2, at: 10, status: nil, error: "connection refused"),
        ]),
      "Caller lost: it rang 30 s. Your app sent nothing, and answered delivery 1 with 500. At delivery 2 it was gone: connection refused.",
      "See in your app's output why it ended before it sent a request."),
    Row(
      Sample.registered(
        [],
        deliveries: [
          Sample.delivery(
            1, at: 0, status: nil, error: "the connection was closed before a response came"),
          Sample.delivery(2, at: 10, status: nil, error: "connection refused"),
        ]),
      "Caller lost: it rang 30 s. Your app sent nothing, and closed the connection of delivery 1 without a response. At delivery 2 it was gone: connection refused.",
      "See in your app's output why it ended before it sent a request."),
    Row(
      Sample.registered(
        [Sample.attempt(1, 503)],
        deliveries: [
          Sample.delivery(1, at: 0, status: nil, took: 30, error: "no response in time")
        ]),
      "Caller lost: it rang 30 s. Your app sent 1 try, which got 503. The webhook never answered: delivery 1 got no response in 30 s.",
      "Answer the webhook in every case: 200 when the call is redirected, 500 when it is not."),
    Row(
      Sample.registered(
        [
          Sample.attempt(1, 401, rule: "skewed", code: "7509"),
          Sample.attempt(2, at: 10.2, 401, rule: "skewed", code: "7509"),
        ],
        deliveries: [
          Sample.delivery(1, at: 0, status: 500), Sample.delivery(2, at: 10, status: 500),
        ]),
      "Caller lost: it rang 30 s. Your app sent 2 tries in 10 s, all 401. Your app answered delivery 2, the last one, with 500.",
      "401 means that the same redirect is refused each time. Send no other try and answer the webhook 200, so that the event is not delivered again."
    ),
    Row(
      Sample.registered(
        [Sample.attempt(1, nil, end: nil)],
        deliveries: [
          Sample.delivery(1, at: 0, status: nil, took: 30, error: "no response in time")
        ]),
      "Caller lost: it rang 30 s. Your app sent 1 try, which got no response before the ring ended. The webhook never answered: delivery 1 got no response in 30 s.",
      "Give each try a time-out that is shorter than the ring, and try again."),
    Row(
      Sample.registered(
        [Sample.attempt(1, 503)], deliveries: [Sample.delivery(1, at: 0, status: 503)]),
      "Caller lost: it rang 30 s. Your app sent 1 try, which got 503. Your app answered the webhook 503, and Event Grid waits 30 s after a 503, longer than the call rings.",
      "Answer 500: Event Grid then delivers again after 10 s."),
    Row(
      Sample.registered([], deliveries: [Sample.delivery(1, at: 0, status: 404)]),
      "Caller lost: it rang 30 s. Your app answered the webhook 404, and Event Grid waits 300 s after a 404, longer than the call rings.",
      "See that the webhook's URL has the path of your handler: apps have /api/incomingCall, /api/incoming-call, /incomingCall or another. Where a delivery may succeed later, answer 500."
    ),
    Row(
      Sample.registered([], deliveries: [Sample.delivery(1, at: 0, status: 400)]),
      "Caller lost: it rang 30 s. Your app sent nothing, and answered the webhook 400, so the event is never delivered again.",
      "Answer 500 where another delivery may help."),
    Row(
      Sample.registered([], deliveries: [Sample.delivery(1, at: 0, status: 500)]),
      "Caller lost: it rang 30 s. Your app sent nothing, and answered the webhook 500, and the call rang out before the next delivery.",
      "See in your app's output why the handler of IncomingCall failed before it sent a request: its connection string may be missing, have http where the SDK asks for https, or name a host where no emulator is."
    ),
    Row(
      Sample.registered(
        [Sample.attempt(1, 503, rule: "down")],
        deliveries: [
          Sample.delivery(1, at: 0, status: 500), Sample.delivery(2, at: 10, status: 500),
        ], redelivery: RedeliveryRules(most: 3)),
      "Caller lost: it rang 30 s. Your app sent 1 try, which got 503. Your app answered the webhook 500, and the call rang out before the next delivery, which would have come 30 s later.",
      "Keep trying while it rings, before you answer the webhook."),
    Row(
      Sample.registered(
        [], from: "8:acs:a_c", deliveries: [Sample.delivery(1, at: 0, status: 500)]),
      "Caller lost: it rang 30 s. Your app sent nothing, and answered the webhook 500, and the call rang out before the next delivery.",
      "See in your app's output why the handler of IncomingCall failed before it sent a request: it may need 'phoneNumber' in the event's 'from', but the caller is not a phone number."
    ),
    Row(
      Sample.registered(
        [], from: "4:anonymous",
        deliveries: [
          Sample.delivery(
            1, at: 0, status: nil, error: "the connection was closed before a response came")
        ]),
      "Caller lost: it rang 30 s. Your app closed the connection of delivery 1 without a response.",
      "See why the handler of IncomingCall ended without a response: it has to handle its errors."
    ),
    Row(
      Sample.registered(
        [], from: "8:acs:a_c",
        deliveries: [
          Sample.delivery(
            1, at: 0, status: nil, error: "the connection was closed before a response came")
        ]),
      "Caller lost: it rang 30 s. Your app closed the connection of delivery 1 without a response.",
      "See in your app's output why the handler of IncomingCall ended without a response: it may need 'phoneNumber' in the event's 'from', but the caller is not a phone number."
    ),
    Row(
      Sample.registered(
        [Sample.attempt(1, 404, rule: "gone")], deliveries: [Sample.delivery(1, at: 0, status: 500)]
      ),
      "Caller lost: it rang 30 s. Your app sent 1 try, which got 404. Your app answered the webhook 500, and the call rang out before the next delivery.",
      "404 means that the call is over, and no app can redirect it. Answer the webhook 200, so that the event is not delivered again."
    ),
    Row(
      Sample.registered(
        [Sample.attempt(1, 404, rule: "gone"), Sample.attempt(2, at: 1, 404, rule: "gone")],
        deliveries: [Sample.delivery(1, at: 0, status: 200)]),
      "Caller lost: it rang 30 s. Your app answered the webhook 200, so Event Grid does not deliver again. Your app sent 2 tries in 0.8 s, all 404. It had not tried again when the ring ended, 29 s later.",
      "404 means that the call is over, and no app can redirect it. Send no other try."
    ),
    Row(
      Sample.registered(
        [Sample.attempt(1, 503), Sample.attempt(2, at: 10.2, 503)],
        deliveries: [
          Sample.delivery(1, at: 0, status: 500), Sample.delivery(2, at: 10, status: 500),
        ]),
      "Caller lost: it rang 30 s. Your app sent 2 tries in 10 s, all 503. Your app answered delivery 2, the last one, with 500.",
      "Keep trying while it rings, before you answer the webhook."),
    Row(
      Sample.registered(
        [],
        deliveries: [
          Sample.delivery(
            1, at: 0, status: 202, error: "the validation got 202", validated: false)
        ]),
      "Caller lost: it rang 30 s. No event was delivered, since the webhook did not pass the validation: the validation got 202.",
      "Answer the validation event with 200, application/json and its validationCode as validationResponse; for CloudEvents answer OPTIONS with WebHook-Allowed-Origin."
    ),
    Row(
      Sample.registered(
        [Sample.attempt(1, 503), Sample.attempt(2, at: 10.2)], takenAt: 10.2,
        deliveries: [
          Sample.delivery(1, at: 0, status: 500), Sample.delivery(2, at: 10, status: 200),
        ]),
      "Redirected after ringing for 10.2 s, by try 2, after delivery 2 of its event; the try before it got 503.",
      nil),
    Row(
      Sample.registered(
        [Sample.attempt(1), Sample.attempt(2, at: 10.1, 400, fault: Sample.taken)], takenAt: 0.2,
        deliveries: [
          Sample.delivery(1, at: 0, status: nil, error: "no response in time"),
          Sample.delivery(2, at: 10, status: 500),
        ]),
      "Redirected after ringing for 0.2 s, by try 1. Then your app redirected the call again, and try 2 was refused: 400 8528, the call is redirected already. Its event was delivered again, since delivery 1 was not answered (no response in time).",
      "Redirect a call once. Its event can be delivered twice, also at the same moment: remember its id before the first try, and treat 8528 as done."
    ),
    // Two copies of the event: the second try is not of the handler that was asked to wait.
    Row(
      Sample.registered(
        [Sample.attempt(1, at: 0.1, 429, retryAfter: 1), Sample.attempt(2, at: 0.2)], takenAt: 0.2,
        deliveries: [
          Sample.delivery(1, at: 0, status: 200, took: 0.3),
          Sample.delivery(2, at: 0.01, status: 200, took: 0.3),
        ]),
      "Redirected after ringing for 0.2 s, by try 2, after delivery 2 of its event; the try before it got 429.",
      nil),
    Row(
      Sample.registered(
        [Sample.attempt(1, 429, retryAfter: 60), Sample.attempt(2, at: 10.1)], takenAt: 10.1,
        deliveries: [
          Sample.delivery(1, at: 0, status: 500), Sample.delivery(2, at: 10, status: 200),
        ]),
      "Redirected after ringing for 10.1 s, by try 2, after delivery 2 of its event; the try before it got 429.",
      nil),
    Row(
      Sample.registered(
        [
          Sample.attempt(1, 503), Sample.attempt(2, at: 10.1, 429, retryAfter: 1),
          Sample.attempt(3, at: 10.2),
        ], takenAt: 10.2,
        deliveries: [
          Sample.delivery(1, at: 0, status: 500), Sample.delivery(2, at: 10, status: 200),
        ]),
      "Redirected after ringing for 10.2 s, by try 3, after delivery 2 of its event; the 2 tries before it got 503 and 429. Try 3 came 90 ms after a response that asked for 1 s.",
      "Wait as long as Retry-After or retry-after-ms says before the next try."),
    Row(
      Sample.registered(
        [], deliveries: [Sample.delivery(1, at: 0, status: 500, next: 10.05)], now: 3),
      "Ringing for 3 s of 30 s. Delivery 1 of its event got 500; the next is due in 7.1 s. Your app has sent nothing so far.",
      nil),
  ]

  /// Advice of a 500 only where that brings another delivery while the call rings.
  private static let advices: [(what: String, call: Call, advice: String)] = [
    (
      "another delivery just fits", taken(at: 19.9),
      "Answer the webhook 500, or keep trying while it rings."
    ),
    ("it would come when the ring has ended", taken(at: 20), "Keep trying while it rings."),
    (
      "it was the last one", taken(1, at: 1, redelivery: RedeliveryRules(most: 1)),
      "Keep trying while it rings."
    ),
    (
      "the third wait is 60 s, and the ring is shorter",
      taken(3, at: 1, redelivery: RedeliveryRules(most: 5)), "Keep trying while it rings."
    ),
    (
      "the second wait is 30 s",
      taken(2, at: 1, rings: 32, redelivery: RedeliveryRules(most: 5)),
      "Answer the webhook 500, or keep trying while it rings."
    ),
    (
      "the ring is shorter than each wait", taken(at: 1, rings: 8),
      "Keep trying while it rings. For another delivery, let it ring longer than 10 s."
    ),
    (
      "the wait is as short as the ring",
      taken(at: 1, rings: 8, redelivery: RedeliveryRules(after: .seconds(1))),
      "Answer the webhook 500, or keep trying while it rings."
    ),
    (
      "400, and no time for another delivery", answered(400, at: 23), "Keep trying while it rings."
    ),
    (
      "400 without a try, and no time for another delivery",
      Sample.registered([], deliveries: [Sample.delivery(1, at: 25, status: 400)]),
      "See why the handler of IncomingCall answered 400."
    ),
    ("503, and no time for another delivery", answered(503, at: 21), "Keep trying while it rings."),
    (
      "404, and no time for another delivery",
      Sample.registered([], deliveries: [Sample.delivery(1, at: 21, status: 404)]),
      "See that the webhook's URL has the path of your handler: apps have /api/incomingCall, /api/incoming-call, /incomingCall or another."
    ),
    (
      "never answered, and no other delivery is left",
      Sample.registered(
        [Sample.attempt(1, 503)],
        deliveries: [
          Sample.delivery(2, at: 10, status: nil, took: 5, error: "no response in time")
        ]),
      "Answer the webhook in every case, when the call is redirected or no longer rings. Keep trying while it rings."
    ),
  ]

  /// A call whose app tried once, and answered its webhook.
  private static func answered(
    _ status: Int, n: Int = 1, at seconds: Double, rings: Double = 30,
    redelivery: RedeliveryRules = RedeliveryRules()
  ) -> Call {
    Sample.registered(
      [Sample.attempt(1, at: max(seconds - 1, 0), 503)],
      deliveries: [Sample.delivery(n, at: 0, status: status, took: seconds)], rings: rings,
      redelivery: redelivery)
  }

  private static func taken(
    _ n: Int = 1, at seconds: Double, rings: Double = 30,
    redelivery: RedeliveryRules = RedeliveryRules()
  ) -> Call {
    answered(200, n: n, at: seconds, rings: rings, redelivery: redelivery)
  }

  @Test("advises a 500 where it brings another delivery while the call rings", arguments: advices)
  fileprivate func advice(_ row: (what: String, call: Call, advice: String)) {
    #expect(row.call.advice == row.advice, "\(row.what): \(row.call.story)")
  }

  @Test("says what the webhook did, and the advice what to change", arguments: rows)
  fileprivate func story(_ row: Row) {
    #expect(row.call.story == row.story)
    #expect(row.call.advice == row.advice)
  }
}
