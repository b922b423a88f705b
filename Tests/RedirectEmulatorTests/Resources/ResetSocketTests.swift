import Foundation
import RedirectEmulator
import TestSupport
import Testing

@Suite("What is on its way when a resource is reset")
final class ResetSocketTests {
  private let emulator: Emulator
  private let bearer: String

  init() async throws {
    var configuration = Configuration()
    configuration.calls = .registered
    emulator = try await Emulator.start(configuration)
    bearer = "Bearer " + (try emulator.token())
    try emulator.load(
      scenario: """
        rules:
          - { name: slow, match: { header: { x-pace: slow } }, delay: 300ms }
          - { name: held, match: { header: { x-pace: held } }, delay: 1h }
        """)
  }

  deinit {
    emulator.stop()
  }

  private static let date = Dates.imf()

  private func request(_ pace: String, id: String, context: String) -> RedirectRequest {
    var request = RedirectRequest(authorization: bearer)
    request.fields = [("x-pace", pace)]
    request.repeatable(id: id, firstSent: Self.date)
    request.body =
      #"{"incomingCallContext":"\#(context)","target":{"kind":"phoneNumber","phoneNumber":{"value":"+14255550123"}}}"#
    return request
  }

  private func register(_ context: String) throws {
    let answer = try ControlClient(port: emulator.port)
      .call("POST", "/_emulator/calls", #"{"incomingCallContext":"\#(context)"}"#)
    #expect(answer.status == 201, "\(answer.text)")
  }

  /// Sends a request whose response is held, and returns when it has been received.
  private func begin(_ pace: String, id: String, context: String) throws -> RawClient {
    let before = emulator.requests.count
    let client = try RawClient(port: emulator.port)
    try client.send(request(pace, id: id, context: context).bytes)
    try #require(becomesTrue { emulator.requests.count > before })
    return client
  }

  private func state(_ context: String) throws -> String {
    let answer = try ControlClient(port: emulator.port).call("GET", "/_emulator/calls")
    let call = try answer.json()["calls"].items.first {
      $0["incomingCallContext"].text == context
    }
    return call?["state"].text ?? "none"
  }

  @Test("its end completes neither the operation nor the call of a later request")
  func reset() throws {
    let (old, new) = (UUID().uuidString, UUID().uuidString)
    try register("a")
    let early = try begin("slow", id: old, context: "a")
    #expect(
      try ControlClient(port: emulator.port).call("POST", "/_emulator/reset").status == 204)
    try register("a")
    let late = try begin("held", id: new, context: "a")
    #expect(try early.readResponse().status == 204)

    let client = try RawClient(port: emulator.port)
    try client.send(request("none", id: new, context: "a").bytes)
    let `repeat` = try client.readResponse()
    #expect(`repeat`.member("code") == "RepeatabilityRequestInProgress", "\(`repeat`.text)")
    let another = try RawClient(port: emulator.port)
    try another.send(request("none", id: UUID().uuidString, context: "a").bytes)
    #expect(try another.readResponse().member("code") == "8519")
    late.abort()
  }

  @Test("its end redirects no call that was registered again meanwhile")
  func registeredAgain() throws {
    try register("b")
    let early = try begin("slow", id: UUID().uuidString, context: "b")
    try register("b")
    #expect(try early.readResponse().status == 204)
    #expect(try state("b") == "ringing")
  }
}
