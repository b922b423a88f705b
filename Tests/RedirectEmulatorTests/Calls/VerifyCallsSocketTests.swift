import Foundation
import RedirectEmulator
import TestSupport
import Testing

@Suite("Verifying calls, over a socket")
struct VerifyCallsSocketTests {
  private static func verify(_ desk: CallDesk, _ body: String, _ query: String = "") throws
    -> RawResponse
  {
    try ControlClient(port: desk.emulator.port).call("POST", "/_emulator/verify\(query)", body)
  }

  @Test("a call that is as expected passes, by id, context, caller and callee")
  func passes() async throws {
    let desk = try await CallDesk()
    defer { desk.emulator.stop() }
    let made = try desk.ring(#"{"from":"+14255550199","to":"8:acs:a_b","context":"short"}"#)
    _ = try desk.ring()
    let context = try #require(made["incomingCallContext"].text)
    try desk.send(desk.request(context))
    for part in [
      #""call":"c1""#, #""context":"\#(context)""#, #""from":"+14255550199""#, #""to":"8:acs:a_b""#,
      #""call":"c1","status":204"#,
    ] {
      let answer = try Self.verify(
        desk,
        #"{"where":{\#(part)},"expect":{"caller":["redirected","answered"],"redirects":1,"appKnows":true,"within":"5s","deliveries":0,"operations":1}}"#
      )
      #expect(answer.status == 200, "\(answer.text)")
    }
    // The other one rings: nothing can be said of all.
    let all = try Self.verify(desk, #"{"expect":{"caller":"redirected"}}"#)
    let json = try JSON(all.body)
    #expect(all.status == 417 && json["incomplete"].flag == true)
    #expect(json["message"].text?.contains("c2") == true)
  }

  @Test("a try with another request id that comes too soon fails, as the call's story says")
  func hasty() async throws {
    let desk = try await CallDesk(
      scenario: "rules: [{ name: busy, ofCall: 1, respond: { status: 429, retryAfter: 9s } }]")
    defer { desk.emulator.stop() }
    let context = try #require(try desk.ring()["incomingCallContext"].text)
    for _ in 0..<2 {
      try desk.send(desk.request(context, id: UUID().uuidString.lowercased()))
    }
    let story = try desk.call("c1")["story"].text ?? ""
    #expect(story.contains("Try 2 came ") && story.hasSuffix("asked for 9 s."), "\(story)")
    for part in ["", #""where":{"call":"c1"},"#, #""where":{"target":"+14255550123"},"#] {
      let answer = try Self.verify(desk, "{\(part)\"expect\":{\"honoursRetryAfter\":true}}")
      let message = try JSON(answer.body)["checks"][0]["message"].text ?? ""
      #expect(
        answer.status == 417
          && message.hasPrefix(
            "honoursRetryAfter: expected true; in call c1 try 2, which is request 2, came ")
          && message.contains("asked for 9 s"), "\(part) \(message)")
    }
    let later = try Self.verify(
      desk, #"{"where":{"after":2},"expect":{"honoursRetryAfter":true}}"#)
    #expect(!later.text.contains("in call c1"), "\(later.text)")
    let expected = try Self.verify(desk, #"{"expect":{"honoursRetryAfter":false}}"#)
    #expect(expected.status == 200, "\(expected.text)")
  }

  @Test("a try with another request id that waits as long as it was asked to is seen")
  func patient() async throws {
    let desk = try await CallDesk(
      scenario: "rules: [{ name: busy, ofCall: 1, respond: { status: 429, retryAfter: 9s } }]")
    defer { desk.emulator.stop() }
    let context = try #require(try desk.ring()["incomingCallContext"].text)
    let question = #"{"expect":{"honoursRetryAfter":true}}"#
    try desk.send(desk.request(context, id: UUID().uuidString.lowercased()))
    let early = try Self.verify(desk, question)
    #expect(early.status == 417 && early.text.contains("was followed by another attempt"))
    try desk.advance("9s")
    try desk.send(desk.request(context, id: UUID().uuidString.lowercased()))
    let answer = try Self.verify(desk, question)
    #expect(
      answer.status == 200
        && answer.text.contains("1 attempt came no sooner than the response before it asked for"),
      "\(answer.text)")
  }

  @Test("an app that tries for too long is not advised to hurry where the rule outlasts the ring")
  func outlasted() async throws {
    let desk = try await CallDesk(
      scenario: "rules: [{ name: busy, during: 0s..40s, respond: { status: 429, retryAfter: 5s } }]"
    )
    defer { desk.emulator.stop() }
    let context = try #require(try desk.ring()["incomingCallContext"].text)
    for time in ["20s", "41s"] {
      try desk.send(desk.request(context, id: UUID().uuidString.lowercased()))
      try desk.advance(time)
    }
    try desk.send(desk.request(context, id: UUID().uuidString.lowercased()))
    let call = try desk.call("c1")
    let (story, advice) = (call["story"].text ?? "", call["advice"].text ?? "")
    #expect(story.contains(" too late. Before, "), "\(story)")
    #expect(
      advice
        == "No app can redirect this call, since the rule 'busy' ends when it no longer rings. Let it ring longer, or expect that it is lost."
    )
  }

  @Test("a check that fails tells the call's story and the advice")
  func fails() async throws {
    let desk = try await CallDesk()
    defer { desk.emulator.stop() }
    _ = try desk.ring()
    try desk.advance("31s")
    let answer = try Self.verify(
      desk, #"{"where":{"call":"c1"},"expect":{"caller":"redirected","within":"1s"}}"#)
    let checks = try JSON(answer.body)["checks"]
    #expect(answer.status == 417)
    let link = "http://localhost:\(desk.emulator.port)/_emulator/#/default/calls/c1"
    #expect(
      checks[0]["message"].text
        == "caller: expected redirected, but the verdict of c1 is lost. Caller lost: it rang 30 s, and your app sent nothing. See that your app gets the IncomingCall event, reads its connection string from COMMUNICATION_SERVICES_CONNECTION_STRING (for another variable: '--set NAME={connectionString}'), and redirects with the event's incomingCallContext. See \(link)"
    )
    #expect(checks[0]["link"].text == link)
    #expect(checks[1]["passed"].flag == false && checks[1]["seen"].text == nil)
    let none = try Self.verify(desk, #"{"where":{"call":"c9"},"expect":{"appKnows":true}}"#)
    #expect(
      none.status == 417 && none.text.contains("there is no call c9; the only one that rang is c1"))
    #expect(checks[1]["message"].text?.contains("Caller lost") == false)
    _ = try desk.ring()
    let more = try Self.verify(desk, #"{"where":{"call":"c9"},"expect":{"appKnows":true}}"#)
    #expect(more.text.contains("there is no call c9; calls are c1 to c2"))
  }

  @Test(
    "a check that fails leads to the call on the page, whichever request it names",
    arguments: [
      (#"{"where":{"requestId":"SECOND"},"expect":{"attempts":3}}"#, "r1"),
      (#"{"expect":{"statuses":[503]}}"#, "r1"),
      (#"{"expect":{"honoursRetryAfter":true}}"#, "r1"),
      (#"{"expect":{"stableRepeatability":true}}"#, "r1"),
      (#"{"where":{"requestId":"THIRD"},"expect":{"redirects":0}}"#, "c1"),
      (#"{"expect":{"operations":1}}"#, nil), (#"{"expect":{"rules":["none"]}}"#, nil),
    ])
  func links(body: String, call: String?) async throws {
    let desk = try await CallDesk(
      scenario: "rules: [{ attempts: 1, calls: 1, respond: { status: 429, retryAfter: 60s } }]")
    defer { desk.emulator.stop() }
    let ids = ["FIRST", "SECOND", "THIRD"].map { ($0, UUID().uuidString.lowercased()) }
    let context = try #require(try desk.ring()["incomingCallContext"].text)
    // One client's call, which got another request id with its third try.
    for id in [ids[0].1, ids[0].1, ids[1].1] {
      try desk.send(desk.request("one of nobody", id: id, clientID: "a"))
    }
    #expect(try desk.send(desk.request(context, id: ids[2].1)).status == 204)
    var body = body
    for (name, id) in ids { body = body.replacing(name, with: id) }
    let answer = try Self.verify(desk, body)
    let check = try JSON(answer.body)["checks"][0]
    let link = call.map { "http://localhost:\(desk.emulator.port)/_emulator/#/default/calls/\($0)" }
    #expect(answer.status == 417 && check["link"].text == link, "\(answer.text)")
    let message = try #require(check["message"].text)
    #expect(link.map { message.hasSuffix("ee " + $0) } ?? !message.contains("http"), "\(message)")
    // A link of the log is by the request's number.
    for (request, owner) in [(1, "r1"), (2, "r1"), (3, "r1"), (4, "c1")] {
      #expect(try desk.call("r\(request)")["id"].text == owner)
    }
    #expect(try desk.control.call("GET", "/_emulator/calls/r5").status == 404)
  }

  @Test(
    "within waits for a request, and for the ring's end, and no longer than a verdict can change")
  func waits() async throws {
    let desk = try await CallDesk()
    defer { desk.emulator.stop() }
    let made = try desk.ring(#"{"context":"short"}"#)
    let context = try #require(made["incomingCallContext"].text)
    let port = desk.emulator.port
    func ask(_ expect: String) -> Task<RawResponse, any Error> {
      Task.detached {
        try ControlClient(port: port).call("POST", "/_emulator/verify?within=60s", expect)
      }
    }
    let passing = ask(#"{"where":{"call":"c1"},"expect":{"caller":"redirected"}}"#)
    try desk.send(desk.request(context))
    #expect(try await passing.value.status == 200)
    // Nothing is sent: the ring's end is noticed by itself.
    _ = try desk.ring(#"{"ringsFor":"200ms"}"#)
    let lost = try await ask(#"{"where":{"call":"c2"},"expect":{"caller":"redirected"}}"#).value
    #expect(lost.status == 417 && lost.text.contains("the verdict of c2 is lost"), "\(lost.text)")
    // A clock that is moved ends a ring at once.
    _ = try desk.ring(#"{"ringsFor":"1h"}"#)
    let moved = ask(#"{"where":{"call":"c3"},"expect":{"caller":"lost"}}"#)
    try desk.advance("2h")
    #expect(try await moved.value.status == 200)
    _ = try desk.ring(#"{"ringsFor":"200ms"}"#)
    let page = try ControlClient(port: port).call("GET", "/_emulator/calls?within=60s&limit=1")
    #expect(try JSON(page.body)["calls"][0]["verdict"].text == "lost", "\(page.text)")
  }

  @Test(
    "what is not a question about calls is refused, by name",
    arguments: [
      (#"{"expect":{"caller":"ringing"}}"#, "expect.caller"),
      (#"{"expect":{"caller":[]}}"#, "expect.caller"),
      (#"{"expect":{"caller":["redirected","x"]}}"#, "expect.caller"),
      (#"{"expect":{"appKnows":"yes"}}"#, "expect.appKnows"),
      (#"{"expect":{"within":5}}"#, "expect.within"),
      (#"{"expect":{"deliveries":"x"}}"#, "expect.deliveries"),
      (#"{"where":{"from":"nobody"},"expect":{"appKnows":true}}"#, "from"),
      (#"{"where":{"call":""},"expect":{"appKnows":true}}"#, "call"),
    ])
  func refused(body: String, target: String) async throws {
    let desk = try await CallDesk()
    defer { desk.emulator.stop() }
    let answer = try Self.verify(desk, body)
    #expect(answer.status == 400, "\(answer.text)")
    #expect(try JSON(answer.body)["error"]["target"].text == target, "\(answer.text)")
  }

  @Test("the library has the same calls, and waits for them in the same way")
  func library() async throws {
    let desk = try await CallDesk()
    defer { desk.emulator.stop() }
    let resource = desk.emulator.defaultResource
    let context = resource.registerCall(ringsFor: .milliseconds(200))
    let lost = await resource.verify(Expectations(caller: [.redirected]), within: .seconds(60))
    #expect(
      !lost.passed && lost.failures.first?.contains("the verdict of c1 is lost") == true, "\(lost)")
    #expect(resource.calls.map(\.incomingCallContext) == [context])
    #expect(resource.calls.map(\.verdict) == [.lost])
    #expect(
      desk.emulator.callLines() == [
        "1 caller lost: c1: it rang 0.2 s, and your app sent nothing. See that your app gets the IncomingCall event, reads its connection string from COMMUNICATION_SERVICES_CONNECTION_STRING (for another variable: '--set NAME={connectionString}'), and redirects with the event's incomingCallContext."
      ])
    #expect(
      desk.emulator.callLines(report: "calls.html").first?.hasSuffix(
        " See calls.html#/default/calls/c1") == true)
  }
}
