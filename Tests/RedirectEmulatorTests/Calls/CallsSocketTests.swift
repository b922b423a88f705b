import Foundation
import RedirectEmulator
import TestSupport
import Testing

/// An emulator, and what calls of it are asked about.
struct CallDesk {
  let emulator: Emulator
  let control: ControlClient

  init(_ configure: (inout Configuration) -> Void = { _ in }, scenario: String? = nil) async throws
  {
    var configuration = Configuration()
    // On a busy machine the control API's connection may wait longer than a minute for its next call.
    configuration.limits.idleTimeout = .seconds(600)
    configure(&configuration)
    emulator = try await Emulator.start(configuration)
    control = try ControlClient(port: emulator.port)
    if let scenario { try emulator.load(scenario: scenario) }
  }

  /// Makes a call ring.
  func ring(_ body: String = #"{"context":"short"}"#) throws -> JSON {
    let answer = try control.call("POST", "/_emulator/calls", body)
    #expect(answer.status == 201, "\(answer.text)")
    return try answer.json()
  }

  func call(_ id: String) throws -> JSON {
    try control.call("GET", "/_emulator/calls/\(id)").json()
  }

  func calls(_ query: String = "") throws -> JSON {
    try control.call("GET", "/_emulator/calls\(query)").json()
  }

  func request(
    _ context: String, _ operation: String = "redirect", body: String? = nil, id: String? = nil,
    firstSent: String? = nil, clientID: String? = nil
  ) throws -> RedirectRequest {
    var request = RedirectRequest(authorization: "Bearer " + (try emulator.token()))
    request.target = "/calling/callConnections:\(operation)?api-version=2026-03-12"
    request.body =
      body ?? #"{"incomingCallContext":"\#(context)","target":{"rawId":"4:+14255550123"}}"#
    if let id { request.repeatable(id: id, firstSent: firstSent ?? Dates.imf()) }
    if let clientID { request.fields.append(("x-ms-client-request-id", clientID)) }
    return request
  }

  @discardableResult
  func send(_ request: RedirectRequest) throws -> RawResponse {
    let client = try RawClient(port: emulator.port)
    try client.send(request.bytes)
    return try client.readResponse()
  }

  func advance(_ time: String) throws {
    #expect(
      try control.call("PUT", "/_emulator/clock", #"{"offset":"\#(time)"}"#).status == 200)
  }
}

@Suite("Calls, over a socket")
struct CallsSocketTests {
  @Test(
    "the advice names what ends the rule that decided all tries",
    arguments: [
      ("ofCall: 1..3", "Keep trying while it rings: the rule 'down' ends after 3 tries."),
      ("chance: 100%", "Keep trying while it rings."),
    ])
  func cure(condition: String, advice: String) async throws {
    let desk = try await CallDesk(
      scenario: "rules: [{ name: down, \(condition), respond: { status: 503 } }]")
    defer { desk.emulator.stop() }
    let context = try #require(try desk.ring()["incomingCallContext"].text)
    try desk.send(desk.request(context))
    try desk.advance("31s")
    #expect(try desk.call("c1")["advice"].text == advice)
  }

  @Test("every request about a registered call is in its story, whatever request ids it has")
  func registered() async throws {
    let desk = try await CallDesk(
      scenario: "rules: [{ ofCall: 1..2, match: { valid: any }, respond: { status: 503 } }]")
    defer { desk.emulator.stop() }
    let made = try desk.ring(#"{"from":"+14255550199","to":"8:acs:a_b","ringsFor":"45s"}"#)
    let context = try #require(made["incomingCallContext"].text)
    #expect(made["id"].text == "c1" && made["verdict"].text == "ringing")
    #expect(made["from"].text == "4:+14255550199" && made["to"].text == "8:acs:a_b")
    #expect(try desk.send(desk.request(context, clientID: "a")).status == 503)
    // Refused before its body is read, and still about this call.
    var unsigned = try desk.request(context, clientID: "b")
    unsigned.authorization = "Bearer nonsense"
    #expect(try desk.send(unsigned).status == 503)
    #expect(try desk.send(unsigned).status == 401)
    #expect(try desk.send(desk.request(context, id: UUID().uuidString)).status == 204)
    #expect(try desk.send(desk.request(context, id: UUID().uuidString)).status == 400)
    let call = try desk.call("c1")
    #expect(call["attempts"].items.map { $0["status"].number } == [503, 503, 401, 204, 400])
    #expect(call["verdict"].text == "redirected" && call["appKnows"].flag == true)
    #expect(call["story"].text?.contains("try 5 was refused: 400 8528") == true)
    #expect(try desk.calls()["calls"].items.map { $0["id"].text } == ["c1"])
    #expect(try desk.control.call("DELETE", "/_emulator/calls/c1").status == 204)
    #expect(try desk.calls()["calls"].items.isEmpty)
    #expect(try desk.control.call("GET", "/_emulator/calls/c1").status == 404)
    // Nobody registered it any more.
    #expect(try desk.send(desk.request(context)).status == 204)
    #expect(try desk.calls()["calls"].items.map { $0["id"].text } == ["r6"])
  }

  @Test("seen calls are distinguished by their client request id, else by their request id")
  func seen() async throws {
    let desk = try await CallDesk()
    defer { desk.emulator.stop() }
    let (first, second) = (UUID().uuidString, UUID().uuidString)
    try desk.send(desk.request("same", id: first, clientID: "A"))
    try desk.send(desk.request("same", id: second, clientID: "A"))
    let sent = Dates.imf()
    let repeated = UUID().uuidString
    try desk.send(desk.request("same", id: repeated, firstSent: sent))
    try desk.send(desk.request("same", id: repeated, firstSent: sent))
    try desk.send(desk.request("same"))
    try desk.send(desk.request("same"))
    let calls = try desk.calls()["calls"].items
    #expect(calls.map { $0["id"].text } == ["r6", "r5", "r3", "r1"])
    #expect(calls.map { $0["attempts"].items.count } == [1, 1, 2, 2])
    #expect(
      calls.map { $0["verdict"].text }
        == ["redirected", "redirected", "redirected", "redirectedTwice"])
    #expect(calls.allSatisfy { $0["incomingCallContext"].text == "same" })
    #expect(calls.allSatisfy { $0["ringsUntil"].text == nil && $0["origin"].text == "seen" })
    // They go with their requests.
    #expect(try desk.control.call("DELETE", "/_emulator/requests").status == 204)
    #expect(try desk.calls()["calls"].items.isEmpty)
    try desk.send(desk.request("same", clientID: "A"))
    #expect(try desk.calls()["calls"].items.map { $0["id"].text } == ["r7"])
  }

  @Test("of a seen call with many tries the first and the last are shown, and all redirects count")
  func manyTries() async throws {
    let desk = try await CallDesk(scenario: "rules: [{ calls: 2..19, respond: { status: 503 } }]")
    defer { desk.emulator.stop() }
    for _ in 0..<40 {
      try desk.send(desk.request("same", id: UUID().uuidString, clientID: "A"))
    }
    // The first was executed, 2 to 19 were not, and 20 to 40 were.
    let call = try desk.call("r1")
    #expect(
      call["attempts"].items.compactMap { $0["seq"].number } == Array(1...16) + [20, 21]
        + Array(25...40))
    #expect(call["skippedAttempts"].number == 6)
    #expect(
      call["story"].text
        == "Redirected 22 times, each with a Repeatability-Request-ID of its own. 6 more tries are not shown."
    )
    let question = #"{"where":{"call":"r1"},"expect":{"redirects":22,"caller":"redirectedTwice"}}"#
    #expect(try desk.control.call("POST", "/_emulator/verify", question).status == 200)
  }

  @Test("pages of registered and seen calls are one list, newest first")
  func pages() async throws {
    let desk = try await CallDesk()
    defer { desk.emulator.stop() }
    for number in 1...3 {
      _ = try desk.ring()
      try desk.send(desk.request("seen \(number)"))
    }
    var ids: [String] = []
    var query = "?limit=4"
    while true {
      let page = try desk.calls(query)
      ids += page["calls"].items.compactMap { $0["id"].text }
      guard let next = page["next"].text else { break }
      query = "?limit=4&before=\(next)"
    }
    #expect(ids == ["r3", "c3", "r2", "c2", "r1", "c1"])
    let ringing = try desk.calls("?verdict=ringing&limit=2")
    #expect(ringing["calls"].items.map { $0["id"].text } == ["c3", "c2"])
    #expect(ringing["next"].text == "c2")
    #expect(try desk.calls("?verdict=redirected&before=c3")["calls"].items.count == 2)
  }

  @Test("a delay before the execution makes a redirect too late, and the story says by how much")
  func late() async throws {
    let desk = try await CallDesk(
      scenario: "rules: [{ name: late, ofCall: 1, delay: 300ms, before: execution }]")
    defer { desk.emulator.stop() }
    let made = try desk.ring(#"{"ringsFor":"100ms"}"#)
    let context = try #require(made["incomingCallContext"].text)
    let answer = try desk.send(desk.request(context, id: UUID().uuidString))
    #expect(answer.status == 404 && answer.member("code") == "8522", "\(answer.text)")
    #expect(answer["Repeatability-Result"] == "accepted")
    let call = try desk.call("c1")
    #expect(call["verdict"].text == "lost")
    let story = try #require(call["story"].text)
    #expect(story.hasPrefix("Caller lost: it rang 0.1 s, and the redirect came 0."), "\(story)")
    #expect(story.hasSuffix(" s too late."))
    let entry = try #require(desk.emulator.requests.last)
    #expect(!entry.executed && entry.failed?.code == "8522" && entry.status == 404)
    #expect(
      entry.plan.prefix(2) == ["wait 300ms", "execute the operation"] && entry.end == .answered)
  }

  @Test("a request that ended during a delay before the execution is ruled, and repeats nothing")
  func leftDuringDelay() async throws {
    let desk = try await CallDesk(
      scenario: "rules: [{ name: late, delay: 60s, before: execution }]")
    defer { desk.emulator.stop() }
    let made = try desk.ring()
    let context = try #require(made["incomingCallContext"].text)
    do {
      let client = try RawClient(port: desk.emulator.port)
      try client.send(desk.request(context, id: UUID().uuidString).bytes)
      #expect(becomesTrue { desk.emulator.requests.last?.outcome == .ruled })
      client.abort()
    }
    #expect(becomesTrue { desk.emulator.totals.requests == 1 })
    #expect(
      desk.emulator.totals.description
        == "1 request: 0 executed, 0 repeated, 0 rejected, 1 ruled, 0 unread, 1 faults fired")
    let entry = try #require(desk.emulator.requests.last)
    #expect(entry.outcome == .ruled && entry.end == .clientLeft && !entry.executed)
  }

  @Test("a delay before the execution that is over in time redirects, once")
  func inTime() async throws {
    let desk = try await CallDesk(
      scenario: "rules: [{ attempts: 1, delay: 200ms, before: execution }]")
    defer { desk.emulator.stop() }
    let made = try desk.ring()
    let context = try #require(made["incomingCallContext"].text)
    let (id, sent) = (UUID().uuidString, Dates.imf())
    let slow = try RawClient(port: desk.emulator.port)
    try slow.send(desk.request(context, id: id, firstSent: sent).bytes)
    #expect(becomesTrue { !desk.emulator.requests.isEmpty })
    // As if the first were still on its way: this one executes, and that one is its repeat.
    #expect(try desk.send(desk.request(context, id: id, firstSent: sent)).status == 204)
    #expect(try slow.readResponse().status == 204)
    #expect(desk.emulator.requests.map(\.executed) == [false, true])
    #expect(try desk.call("c1")["verdict"].text == "redirected")
    #expect(desk.emulator.totals.executed == 1)
    #expect(becomesTrue { desk.emulator.requests.map(\.outcome) == [.repeated, .executed] })
  }

  @Test(
    "a response that is not whole tells the app nothing",
    arguments: [
      ("reset", "redirectedUnknown"), ("{ truncate: { at: 50% } }", "redirectedUnknown"),
      ("wrongLength", "redirectedUnknown"), ("badHeader", "redirectedUnknown"),
      ("garbage", "redirectedUnknown"), ("closeAfter", "redirected"), ("http10", "redirected"),
      ("interim", "redirected"),
    ])
  func whole(fault: String, verdict: String) async throws {
    let desk = try await CallDesk(scenario: "rules: [{ after: execution, fault: \(fault) }]")
    defer { desk.emulator.stop() }
    let client = try RawClient(port: desk.emulator.port)
    try client.send(desk.request("a").bytes)
    _ = try? client.readResponse()
    #expect(becomesTrue { desk.emulator.requests.last?.end != nil })
    try desk.advance("6s")
    #expect(try desk.call("r1")["verdict"].text == verdict)
  }

  @Test("rejecting and answering take the call, and count in none of redirect's totals")
  func neighbours() async throws {
    let desk = try await CallDesk(
      scenario: "rules: [{ match: { valid: any }, respond: { status: 503 } }]")
    defer { desk.emulator.stop() }
    let first = try desk.ring()
    let context = try #require(first["incomingCallContext"].text)
    let reject = #"{"incomingCallContext":"\#(context)","callRejectReason":"busy"}"#
    let id = UUID().uuidString
    let sent = Dates.imf()
    for _ in 0..<2 {
      let answer = try desk.send(
        desk.request(context, "reject", body: reject, id: id, firstSent: sent))
      #expect(answer.status == 204 && answer.body.isEmpty, "\(answer.text)")
    }
    let again = try desk.send(desk.request(context, "reject", body: reject))
    #expect(again.status == 400 && again.member("code") == "8528")
    #expect(again.text.contains("already been rejected"))
    #expect(try desk.call("c1")["verdict"].text == "rejected")
    #expect(
      try desk.call("c1")["attempts"].items.map { $0["operation"].text }
        == ["reject", "reject", "reject"])

    let second = try desk.ring(#"{"from":"+14255550199"}"#)
    let other = try #require(second["incomingCallContext"].text)
    let answer = #"{"incomingCallContext":"\#(other)","callbackUri":"https://app.example/events"}"#
    let (answerID, at) = (UUID().uuidString, Dates.imf())
    var bodies: Set<String> = []
    for _ in 0..<2 {
      let taken = try desk.send(
        desk.request(other, "answer", body: answer, id: answerID, firstSent: at))
      #expect(taken.status == 200, "\(taken.text)")
      let json = try JSON(taken.body)
      #expect(json["callConnectionState"].text == "connecting")
      #expect(json["callbackUri"].text == "https://app.example/events")
      #expect(json["correlationId"].text == second["correlationId"].text)
      #expect(json["source"]["phoneNumber"]["value"].text == "+14255550199")
      bodies.insert(String(decoding: taken.body, as: UTF8.self))
    }
    #expect(bodies.count == 1)
    #expect(try desk.call("c2")["verdict"].text == "answered")
    #expect(desk.emulator.totals.requests == 0 && desk.emulator.operations.isEmpty)
    #expect(
      desk.emulator.requests.map(\.operation) == [.reject, .reject, .reject, .answer, .answer])
  }

  @Test(
    "a neighbour's request is refused as a redirect is",
    arguments: [
      ("reject", "{}", 400, "incomingCallContext"), ("reject", "[]", 400, "$"),
      ("reject", "nonsense", 400, "$"),
      ("reject", #"{"incomingCallContext":"a","callRejectReason":7}"#, 400, "callRejectReason"),
      ("answer", #"{"incomingCallContext":"a"}"#, 400, "callbackUri"),
      ("answer", #"{"incomingCallContext":"a","callbackUri":"/x"}"#, 400, "callbackUri"),
      (
        "answer", #"{"incomingCallContext":7,"callbackUri":"https://a"}"#, 400,
        "incomingCallContext"
      ),
    ])
  func refused(operation: String, body: String, status: Int, target: String) async throws {
    let desk = try await CallDesk()
    defer { desk.emulator.stop() }
    let answer = try desk.send(desk.request("a", operation, body: body))
    #expect(answer.status == status && answer.member("code") == "8523", "\(answer.text)")
    #expect(answer.member("target") == target)
    var unsigned = try desk.request("a", operation)
    unsigned.authorization = "Bearer nonsense"
    #expect(try desk.send(unsigned).status == 401)
    #expect(try desk.calls()["calls"].items.allSatisfy { $0["verdict"].text == "refused" })
  }

  @Test("--neighbours off makes them 404, and the text names the option")
  func off() async throws {
    let desk = try await CallDesk({ $0.neighbours = false })
    defer { desk.emulator.stop() }
    for operation in ["answer", "reject"] {
      let answer = try desk.send(desk.request("a", operation))
      #expect(answer.status == 404 && answer.text.contains("--neighbours on"), "\(answer.text)")
    }
    #expect(try desk.calls()["calls"].items.isEmpty)
    let on = try desk.emulator.makeResource(ResourceSettings(neighbours: true))
    var request = try desk.request(
      "a", "reject", body: #"{"incomingCallContext":"a"}"#)
    request.authorization = "Bearer " + (try on.token())
    #expect(try desk.send(request).status == 204)
  }
}
