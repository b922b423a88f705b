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

@Suite("A call's story and advice")
struct CallStoryTests {
  private static let cut = Sample.attempt(1, end: .reset, isWhole: false)

  /// As the check of the signature says it.
  private static let wrongKey = CallAttempt.Fault(
    stage: "authorization", code: "7509",
    message: "Signature does not match: the client signed the right string with another key.",
    advice: "Use the connection string of the resource, as the emulator shows it.")

  /// A rule redirects it, and says that somebody else has.
  private static let byRule = Sample.attempt(
    1, 400, rule: "another", executed: true, code: "8528")

  private static let rows: [Row] = [
    Row(
      Sample.registered([Sample.attempt(1)], takenAt: 0.2),
      "Redirected after ringing for 0.2 s, by try 1.", nil
    ),
    Row(Sample.seen([Sample.attempt(1)]), "Redirected, by try 1.", nil),
    Row(
      Sample.registered(
        [
          Sample.attempt(1, 503), Sample.attempt(2, at: 1, 503), Sample.attempt(3, at: 2, 429),
          Sample.attempt(4, at: 3),
        ], takenAt: 3),
      "Redirected after ringing for 3 s, by try 4; the 3 tries before it got 2 times 503 and 429.",
      nil
    ),
    Row(
      Sample.seen([Sample.attempt(1, 503), Sample.attempt(2, at: 1)]),
      "Redirected, by try 2; the try before it got 503.", nil
    ),
    Row(
      Sample.registered([cut, Sample.attempt(2, at: 1, executed: false)], takenAt: 0.2),
      "Redirected after ringing for 0.2 s, by try 1. Try 1 got a response that was cut (reset), and try 2 got 204, which says that the call is redirected.",
      nil
    ),
    Row(
      Sample.seen([Sample.attempt(1, id: "a"), Sample.attempt(2, at: 1, id: "b")]),
      "Redirected 2 times: try 1 and try 2 took effect, each with a Repeatability-Request-ID of its own.",
      "Send one pair of Repeatability-Request-ID and Repeatability-First-Sent with every try of a call: the service knows a repeat by it, and redirects once."
    ),
    Row(
      Sample.seen([Sample.attempt(1, id: nil), Sample.attempt(2, at: 1, id: nil)]),
      "Redirected 2 times: try 1 and try 2 took effect, without a Repeatability-Request-ID.",
      "Send one pair of Repeatability-Request-ID and Repeatability-First-Sent with every try of a call: the service knows a repeat by it, and redirects once."
    ),
    Row(
      Sample.registered(
        [Sample.attempt(1), Sample.attempt(2, at: 10, 400, fault: Sample.taken)], takenAt: 0.2),
      "Redirected after ringing for 0.2 s, by try 1. Then your app redirected the call again, and try 2 was refused: 400 8528, the call is redirected already.",
      "Redirect a call once. Its event can be delivered twice, also at the same moment: remember its id before the first try, and treat 8528 as done."
    ),
    Row(
      Sample.registered([Sample.attempt(1, 503, executed: true)], takenAt: 0.2),
      "Redirected after ringing for 0.2 s, but your app does not know: try 1 got 503, and it did not try again.",
      "When no good response comes, send the try again with the same Repeatability-Request-ID and Repeatability-First-Sent: the service then says how the first one ended, and redirects no second time. Or redirect again, and treat 8528 as done. Which SDKs send the same try again is in the guide WhichSDKSurvivesWhat."
    ),
    Row(
      Sample.registered(
        [cut, Sample.attempt(2, at: 1, 400, fault: Sample.taken)], takenAt: 0.2),
      "Redirected after ringing for 0.2 s, but your app does not know: try 1 got a response that was cut (reset), and the try after it got 400 8528, which says that the call is redirected already.",
      "Treat 8528 after a try without a response as done, or send the same Repeatability-Request-ID with every try: the service then says how the first one ended."
    ),
    Row(
      Sample.registered(
        [
          Sample.attempt(1, 400, executed: true),
          Sample.attempt(2, at: 1, 400, fault: Sample.taken),
        ], takenAt: 0.2),
      "Redirected after ringing for 0.2 s, but your app does not know: try 1 got 400, and the try after it got 400 8528, which says that the call is redirected already.",
      "Read the code of the error: with 8528 the call is redirected already. Treat that as done, and send no other try."
    ),
    Row(
      Sample.registered([byRule], takenAt: 0.2),
      "Redirected after ringing for 0.2 s, but your app does not know: try 1 got 400 8528, which says that the call is redirected already, and it did not try again.",
      "Read the code of the error: with 8528 the call is redirected already. Treat that as done, and send no other try."
    ),
    Row(
      Sample.registered(
        [cut, Sample.attempt(2, at: 1, 400, rule: "done", code: "8528")], takenAt: 0.2),
      "Redirected after ringing for 0.2 s, but your app does not know: try 1 got a response that was cut (reset), and the try after it got 400 8528, which says that the call is redirected already.",
      "Treat 8528 after a try without a response as done, or send the same Repeatability-Request-ID with every try: the service then says how the first one ended."
    ),
    Row(
      Sample.registered(
        [byRule], takenAt: 0.2, deliveries: [Sample.delivery(1, at: 0, status: 200, took: 1)]),
      "Redirected after ringing for 0.2 s, by try 1. Your app knows: try 1 got 400 8528, and then it answered the webhook 200.",
      nil
    ),
    Row(
      Sample.registered(
        [cut, Sample.attempt(2, at: 1, 400, fault: Sample.taken)], takenAt: 0.2,
        deliveries: [Sample.delivery(1, at: 0, status: 202, took: 2)]),
      "Redirected after ringing for 0.2 s, by try 1. Your app knows: try 2 got 400 8528, and then it answered the webhook 202.",
      nil
    ),
    Row(
      Sample.registered(
        [Sample.attempt(1), Sample.attempt(2, at: 10, 409, rule: "done", code: "8528")],
        takenAt: 0.2),
      "Redirected after ringing for 0.2 s, by try 1. Then your app redirected the call again, and try 2 was refused: 409 8528, the call is redirected already.",
      "Redirect a call once. Its event can be delivered twice, also at the same moment: remember its id before the first try, and treat 8528 as done."
    ),
    Row(
      Sample.registered([Sample.attempt(1, 400, rule: "liar", code: "8528")]),
      "Caller lost: it rang 30 s. Your app got 400 8528 by the rule 'liar', and nothing was redirected.",
      "Take the status out of that rule, or give the rule 'after: execution'."
    ),
    Row(
      Sample.registered(
        [cut, Sample.attempt(2, at: 1, 503, rule: "down", fault: Sample.taken, code: "Busy")],
        takenAt: 0.2),
      "Redirected after ringing for 0.2 s, but your app does not know: try 1 got a response that was cut (reset), and the try after it got 503.",
      "When no good response comes, send the try again with the same Repeatability-Request-ID and Repeatability-First-Sent: the service then says how the first one ended, and redirects no second time. Or redirect again, and treat 8528 as done. Which SDKs send the same try again is in the guide WhichSDKSurvivesWhat."
    ),
    Row(
      Sample.seen([Sample.attempt(1, end: .closed, isWhole: false)]),
      "Redirected, but your app does not know: try 1 got a response that was cut, and it did not try again.",
      "When no good response comes, send the try again with the same Repeatability-Request-ID and Repeatability-First-Sent: the service then says how the first one ended, and redirects no second time. Or redirect again, and treat 8528 as done. Which SDKs send the same try again is in the guide WhichSDKSurvivesWhat."
    ),
    Row(
      Sample.seen([Sample.attempt(1, 400, fault: Sample.noTarget)]),
      "Refused: your app sent 1 try, which was refused with 400 8523: target is required and must be an object that identifies whom to call. Nobody tried again.",
      "Correct the body. The service refuses it each time, so trying again does not help."
    ),
    Row(
      Sample.registered([Sample.attempt(1, 401, fault: wrongKey)]),
      "Caller lost: it rang 30 s. Your app sent 1 try, which was refused with 401 7509: Signature does not match: the client signed the right string with another key. It had not tried again when the ring ended, 29.8 s later.",
      "Use the connection string of the resource, as the emulator shows it."
    ),
    Row(
      Sample.seen([Sample.attempt(1, 429, retryAfter: 1)]),
      "Caller lost: your app sent 1 try, which got 429 and was asked to wait 1 s. It has not tried again.",
      "Wait as long as Retry-After or retry-after-ms says, then try again."
    ),
    Row(
      Sample.registered([Sample.attempt(1, 429, retryAfter: 1)]),
      "Caller lost: it rang 30 s. Your app sent 1 try, which got 429 and was asked to wait 1 s. It had not tried again when the ring ended, 29.8 s later.",
      "Wait as long as Retry-After or retry-after-ms says, and keep trying while it rings."
    ),
    Row(
      Sample.registered([
        Sample.attempt(1, nil, rule: "lost", executed: false, end: .reset),
        Sample.attempt(2, at: 1, nil, rule: "lost", executed: false, end: .reset),
      ]),
      "Caller lost: it rang 30 s. Your app sent 2 tries in 0.8 s, all no response (reset). It had not tried again when the ring ended, 29 s later.",
      "Keep trying while it rings. What each SDK does when a response is lost is in the guide WhichSDKSurvivesWhat."
    ),
    Row(
      Sample.seen([
        Sample.attempt(1, 503, rule: "cut", executed: false, end: .closed, isWhole: false)
      ]),
      "Caller lost: your app sent 1 try, which got a response that was cut. It has not tried again.",
      "Try again after 408, 429, 5xx and after no response. What each SDK does when a response is lost is in the guide WhichSDKSurvivesWhat."
    ),
    Row(
      Sample.seen([Sample.attempt(1, 429, retryAfter: 1), Sample.attempt(2, at: 0.36)]),
      "Redirected, by try 2; the try before it got 429. Try 2 came 0.2 s after a response that asked for 1 s.",
      "Wait as long as Retry-After or retry-after-ms says before the next try."
    ),
    // The second try was on its way before the response had ended.
    Row(
      Sample.seen([Sample.attempt(1, 429, retryAfter: 1), Sample.attempt(2, at: 0.205)]),
      "Redirected, by try 2; the try before it got 429.", nil
    ),
    Row(
      Sample.registered([Sample.attempt(1, at: 34.2, 404, fault: Sample.late)], lateBy: 4.2),
      "Caller lost: it rang 30 s, and the redirect came 4.2 s too late.",
      "Redirect while the call rings: begin at once, and keep waits and timeouts short enough for the last try."
    ),
    Row(
      Sample.registered(
        [
          Sample.attempt(1, 503), Sample.attempt(2, at: 10, 503),
          Sample.attempt(3, at: 30.5, 404, fault: Sample.late),
        ], lateBy: 0.5),
      "Caller lost: it rang 30 s, and the redirect came 0.5 s too late. Before, your app sent 2 tries in 9.8 s, all 503.",
      "Redirect while the call rings: begin at once, and keep waits and timeouts short enough for the last try."
    ),
    Row(
      Sample.registered([
        Sample.attempt(1, at: 0.5, 503), Sample.attempt(2, at: 1, 503),
        Sample.attempt(3, at: 2, 503),
        Sample.attempt(4, at: 5, 503),
      ]),
      "Caller lost: it rang 30 s. Your app sent 4 tries in 4.5 s, all 503. It had not tried again when the ring ended, 25 s later.",
      "Keep trying while it rings."
    ),
    Row(
      Sample.registered([Sample.attempt(1, at: 26, 503, retryAfter: nil)]),
      "Caller lost: it rang 30 s. Your app sent 1 try, which got 503. It had not tried again when the ring ended, 4 s later.",
      "Keep the waits between tries so short that the next one comes while it rings."
    ),
    Row(
      Sample.registered([
        Sample.attempt(1, 503),
        Sample.attempt(2, at: 29, nil, executed: false, end: .clientLeft, took: 2),
      ]),
      "Caller lost: it rang 30 s. Your app sent 2 tries in 28.8 s, which got 503 and no response before the ring ended.",
      "Give each try a time-out that is shorter than the ring, and try again."
    ),
    Row(
      Sample.registered([Sample.attempt(1, nil, executed: false, end: nil)], now: 31),
      "Caller lost: it rang 30 s. Your app sent 1 try, which got no response before the ring ended.",
      "Give each try a time-out that is shorter than the ring, and try again."
    ),
    Row(
      Sample.registered([
        Sample.attempt(1, at: 29, 503), Sample.attempt(2, at: 29.5, 503),
        Sample.attempt(3, at: 30.1, 503), Sample.attempt(4, at: 30.6, 503),
      ]),
      "Caller lost: it rang 30 s. Your app sent 2 tries in 0.5 s, all 503. 2 more tries came after the ring had ended.",
      "Your app tried as long as the call rang. See what it does for a caller that it cannot redirect."
    ),
    Row(
      Sample.registered([
        Sample.attempt(1, at: 14, 503), Sample.attempt(2, at: 30.1, nil, executed: false, end: nil),
      ]),
      "Caller lost: it rang 30 s. Your app sent 1 try, which got 503. 1 more try came after the ring had ended.",
      "Keep the waits between tries so short that the next one comes while it rings."
    ),
    Row(
      Sample.registered([
        Sample.attempt(1, at: 14, 429, retryAfter: 60), Sample.attempt(2, at: 74.1, 503),
      ]),
      "Caller lost: it rang 30 s. Your app sent 1 try, which got 429 and was asked to wait 60 s. 1 more try came after the ring had ended.",
      "Your app tried as long as the call rang. See what it does for a caller that it cannot redirect."
    ),
    Row(
      Sample.registered([Sample.attempt(1, at: 31, 503), Sample.attempt(2, at: 32, 503)]),
      "Caller lost: it rang 30 s. Your app sent nothing while it rang. 2 tries came after the ring had ended.",
      "Redirect while the call rings: begin at once, and keep waits and timeouts short enough for the last try."
    ),
    Row(
      Sample.registered(
        [],
        failures: Call.Failures(
          count: 2, areHandshakes: true, cause: .distrust("the CA, which is in /ca.pem"))),
      "Caller lost: it rang 30 s, and your app sent no request. Since it began to ring, 2 TLS handshakes failed: the client does not trust the certificate.",
      "Let your app trust the CA, which is in /ca.pem. The guide Troubleshooting says how, in \"The connection fails\"."
    ),
    Row(
      Sample.registered(
        [],
        failures: Call.Failures(
          count: 1, areHandshakes: true, nameResource: false,
          cause: .other("The client ended the TLS handshake.")), now: 3),
      "Ringing for 3 s of 30 s. Your app has sent no request so far. Since it began to ring, 1 TLS handshake of clients that name no resource failed. The last one: The client ended the TLS handshake.",
      nil
    ),
    Row(
      Sample.registered(
        [], failures: Call.Failures(count: 2, areHandshakes: false, cause: .rule("down"))),
      "Caller lost: it rang 30 s, and your app sent no request. Since it began to ring, 2 connections failed because of the rule 'down'.",
      "Keep trying while it rings, also when no connection can be made."
    ),
    Row(
      Sample.registered([]), "Caller lost: it rang 30 s, and your app sent nothing.",
      "See that your app gets the IncomingCall event, reads its connection string from COMMUNICATION_SERVICES_CONNECTION_STRING (for another variable: '--set NAME={connectionString}'), and redirects with the event's incomingCallContext."
    ),
    Row(
      Sample.registered([Sample.attempt(1, 400, fault: Sample.noTarget)]),
      "Caller lost: it rang 30 s. Your app sent 1 try, which was refused with 400 8523: target is required and must be an object that identifies whom to call. It had not tried again when the ring ended, 29.8 s later.",
      "Correct the body. The service refuses it each time, so trying again does not help."
    ),
    Row(
      Sample.seen([Sample.attempt(1, rule: "liar", executed: false)]),
      "Caller lost: your app got 204 by the rule 'liar', and nothing was redirected.",
      "Take the status out of that rule, or give the rule 'after: execution'."
    ),
    Row(
      Sample.registered([Sample.attempt(1, 403, rule: "no")]),
      "Caller lost: it rang 30 s. Your app sent 1 try, which got 403. It had not tried again when the ring ended, 29.8 s later.",
      "403 means that the same redirect is refused each time. See what your app does for a caller that it cannot redirect."
    ),
    Row(
      Sample.registered([Sample.attempt(1, 401, rule: "no")]),
      "Caller lost: it rang 30 s. Your app sent 1 try, which got 401. It had not tried again when the ring ended, 29.8 s later.",
      "Another try helps after 401 only with another credential, such as a new token."
    ),
    Row(
      Sample.registered([Sample.attempt(1, 302, rule: "moved")]),
      "Caller lost: it rang 30 s. Your app sent 1 try, which got 302. It had not tried again when the ring ended, 29.8 s later.",
      "After 302 most clients send no other try. See what your app does for a caller that it cannot redirect."
    ),
    Row(
      Sample.registered([Sample.attempt(1, 204, .reject)], takenAt: 0.2),
      "Rejected after ringing for 0.2 s: your app turned the call down.", nil
    ),
    Row(
      Sample.registered([Sample.attempt(1, 200, .answer, executed: true)], takenAt: 0.2),
      "Answered after ringing for 0.2 s: your app took the call itself.", nil
    ),
    Row(
      Sample.registered([], now: 12.3),
      "Ringing for 12.3 s of 30 s. Your app has sent nothing so far.", nil
    ),
    Row(
      Sample.registered([Sample.attempt(1, 503), Sample.attempt(2, at: 1, 503)], now: 12),
      "Ringing for 12 s of 30 s. Your app sent 2 tries in 0.8 s, all 503.", nil
    ),
    Row(
      Sample.registered([cut], takenAt: 0.2, now: 1),
      "Redirected after ringing for 0.2 s, but your app does not know yet.", nil
    ),
    Row(
      Sample.seen([Sample.attempt(1, nil, executed: false, end: nil)]),
      "Waiting: try 1 has no response yet.", nil
    ),
    Row(
      Sample.seen([Sample.attempt(1, nil, executed: false, end: .clientLeft)], now: 1),
      "Waiting: your app sent 1 try, which got no response, since your app hung up, and may try again.",
      nil
    ),
    Row(
      Sample.registered([Sample.attempt(1)], takenAt: 0.2, skipped: 2),
      "Redirected after ringing for 0.2 s, by try 1. 2 more tries are not shown.", nil
    ),
  ]

  @Test("times are those of the clock that the ring is on, also where that was moved")
  func clocks() {
    let tries = [
      Sample.attempt(1, 429, retryAfter: 5), Sample.attempt(2, at: 10.2, 429, skipped: 9),
    ]
    let story = Sample.registered(
      tries,
      deliveries: [
        Sample.delivery(1, at: 0, status: 500), Sample.delivery(2, at: 10.1, status: 500),
      ]
    ).story
    #expect(story.contains("Your app sent 2 tries in 10 s, all 429"), "\(story)")
    #expect(!story.contains("after a response that asked for"), "\(story)")
    // A clock that was moved back does not make pauses shorter.
    let back = Sample.seen([Sample.attempt(1, 503), Sample.attempt(2, at: 2, 503, skipped: -3)])
    #expect(back.story.contains("2 tries in 4.8 s"), "\(back.story)")
    var delivery = Sample.delivery(
      1, at: 0, status: nil, took: 2, error: "no response in time")
    delivery.ended = Sample.at(30)
    let silent = Sample.registered([Sample.attempt(1, 503)], deliveries: [delivery]).story
    #expect(silent.contains("delivery 1 got no response in 30 s."), "\(silent)")
  }

  @Test("word by word", arguments: rows.indices)
  func words(_ index: Int) {
    let row = Self.rows[index]
    #expect(row.call.story == row.story)
    #expect(row.call.advice == row.advice)
  }

  @Test("of many tries a story shows how often each outcome came, up to six")
  func longStory() {
    var tries: [CallAttempt] = []
    for number in 0..<20 {
      let status = number % 2 == 0 ? 503 : 429
      tries.append(Sample.attempt(UInt64(number + 1), at: Double(number) / 10, status))
    }
    let story = Sample.seen(tries).story
    #expect(
      story
        == "Caller lost: your app sent 20 tries in 1.9 s, which got 503, 429, 503, 429, 503, 429, …. It has not tried again."
    )
  }
}
