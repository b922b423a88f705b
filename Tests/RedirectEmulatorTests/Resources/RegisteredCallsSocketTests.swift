import Foundation
import RedirectEmulator
import TestSupport
import Testing

@Suite("Registered calls, over a socket")
struct RegisteredCallsSocketTests {
  private static func redirect(
    _ context: String, of resource: Resource, _ emulator: Emulator,
    id: String? = nil, firstSent: String? = nil
  ) throws -> RawResponse {
    var request = RedirectRequest(
      authorization: "Bearer " + (try resource.token()))
    request.body = #"{"incomingCallContext":"\#(context)","target":{"rawId":"4:+14255550123"}}"#
    if let id { request.repeatable(id: id, firstSent: firstSent ?? Dates.imf()) }
    let client = try RawClient(port: emulator.port)
    try client.send(request.bytes)
    return try client.readResponse()
  }

  @Test(
    "a registered call is taken once and only while it rings, in every mode",
    arguments: Configuration.Calls.allCases, [nil, "my own text"])
  func strict(calls: Configuration.Calls, context: String?) async throws {
    var configuration = Configuration()
    configuration.calls = calls
    let emulator = try await Emulator.start(configuration)
    defer { emulator.stop() }
    let resource = emulator.defaultResource
    let call = resource.registerCall(context)
    #expect(try Self.redirect(call, of: resource, emulator).status == 204)
    let again = try Self.redirect(call, of: resource, emulator)
    #expect(again.status == 400 && again.member("code") == "8528", "\(again.text)")

    let late = resource.registerCall(context, ringsFor: .seconds(30))
    resource.clockOffset = .seconds(31)
    let answer = try Self.redirect(late, of: resource, emulator)
    #expect(answer.status == 404 && answer.member("code") == "8522", "\(answer.text)")
    #expect(answer.text.contains("stopped ringing"))

    // A context that nobody registered rings for ever where any call does.
    for _ in 0..<2 {
      let other = try Self.redirect("not registered", of: resource, emulator)
      #expect(other.status == (calls == .any ? 204 : 404), "\(other.text)")
    }
  }

  @Test("a call that is being redirected is 409 for another request, also where any call rings")
  func parallel() async throws {
    let emulator = try await Emulator.start()
    defer { emulator.stop() }
    let resource = emulator.defaultResource
    try emulator.load(scenario: "rules: [{ calls: 1, delay: 400ms }]")
    let call = resource.registerCall()
    let slow = try RawClient(port: emulator.port)
    var request = RedirectRequest(
      authorization: "Bearer " + (try resource.token()))
    request.body = #"{"incomingCallContext":"\#(call)","target":{"rawId":"4:+14255550123"}}"#
    try slow.send(request.bytes)
    #expect(becomesTrue { !emulator.requests.isEmpty })
    let meanwhile = try Self.redirect(call, of: resource, emulator)
    #expect(meanwhile.status == 409 && meanwhile.member("code") == "8519", "\(meanwhile.text)")
    #expect(try slow.readResponse().status == 204)
    #expect(try Self.redirect(call, of: resource, emulator).status == 400)
  }

  @Test("a context that the emulator made for another resource is 403 7507")
  func otherResource() async throws {
    let emulator = try await Emulator.start()
    defer { emulator.stop() }
    for calls in Configuration.Calls.allCases {
      let mine = try emulator.makeResource(ResourceSettings(calls: calls))
      let other = try emulator.makeResource()
      let call = other.registerCall()
      for text in [call, "\\u0065" + call.dropFirst()] {
        let answer = try Self.redirect(text, of: mine, emulator)
        #expect(answer.status == 403 && answer.member("code") == "7507", "\(answer.text)")
        #expect(mine.requests.last?.failed?.section == "7. The call")
      }
      #expect(mine.operations.allSatisfy { $0.executed == 0 })
      // A text that a client chose is the other resource's alone, and unknown here.
      let chosen = other.registerCall("chosen")
      #expect(
        try Self.redirect(chosen, of: mine, emulator).status == (calls == .any ? 204 : 404))
      #expect(try Self.redirect(call, of: other, emulator).status == 204)
      // Registered here, it is this resource's too.
      #expect(try Self.redirect(mine.registerCall(call), of: mine, emulator).status == 204)
      // Nor is the context of a resource that is gone anybody else's.
      let gone = try emulator.makeResource()
      let orphan = gone.registerCall()
      emulator.removeResource(named: gone.name)
      #expect(try Self.redirect(orphan, of: mine, emulator).status == 403)
    }
  }

  @Test("the chain id of every response about a registered call is the call's correlation id")
  func chainOfRegisteredCall() async throws {
    let emulator = try await Emulator.start()
    defer { emulator.stop() }
    let control = try ControlClient(port: emulator.port)
    let made = try control.call("POST", "/_emulator/calls", "{}")
    #expect(made.status == 201)
    let context = try #require(try made.json()["incomingCallContext"].text)
    let correlation = try #require(try made.json()["correlationId"].text)
    #expect(UUID(uuidString: correlation) != nil)
    let listed = try control.call("GET", "/_emulator/calls").json()["calls"]
    #expect(listed[0]["correlationId"].text == correlation)

    let resource = emulator.defaultResource
    try emulator.load(
      scenario: "rules: [{ attempts: 1, calls: 1, respond: { status: 503 } }]")
    let id = UUID().uuidString
    let firstSent = Dates.imf()
    var answers: [RawResponse] = []
    for _ in 0..<3 {
      answers.append(
        try Self.redirect(context, of: resource, emulator, id: id, firstSent: firstSent))
    }
    answers.append(try Self.redirect(context, of: resource, emulator))
    #expect(answers.map(\.status) == [503, 204, 204, 400])
    #expect(answers.allSatisfy { $0["X-Microsoft-Skype-Chain-ID"] == correlation })
    // Registered again, it is another call.
    let again = try control.call(
      "POST", "/_emulator/calls", #"{"incomingCallContext":"\#(context)"}"#)
    #expect(try again.json()["correlationId"].text != correlation)
  }

  @Test("a repeat has the chain id of the first response, another request one of its own")
  func chainOfRepeats() async throws {
    let emulator = try await Emulator.start()
    defer { emulator.stop() }
    let resource = emulator.defaultResource
    let firstSent = Dates.imf()
    func chains(_ id: String?, times: Int) throws -> [String?] {
      try (0..<times).map { _ in
        let answer = try Self.redirect("a", of: resource, emulator, id: id, firstSent: firstSent)
        #expect(answer.status == 204)
        let chain = answer["X-Microsoft-Skype-Chain-ID"]
        #expect(chain.flatMap { UUID(uuidString: $0) } != nil)
        return chain
      }
    }
    let first = Set(try chains(UUID().uuidString, times: 3))
    let second = Set(try chains(UUID().uuidString, times: 3))
    #expect(first.count == 1 && second.count == 1 && first != second)
    #expect(Set(try chains(nil, times: 3)).count == 3)
  }
}
