import Foundation
import RedirectEmulator
import TestSupport
import Testing

@Suite("Connections that failed while a call rang, over a socket")
struct CallFailuresSocketTests {
  /// A client that gets the emulator's certificate and ends the handshake by an alert.
  private static func refuse(_ port: UInt16, alert: UInt8 = 48, serverName: String?) throws {
    // In TLS 1.2 the alert is not encrypted yet.
    let session = try TLSClientSession(.tls12, serverName: serverName)
    #expect(try session.handshake() == false)
    let client = try RawClient(port: port)
    try client.send(session.output())
    #expect(try client.read(atLeast: 100).first == 22)
    try client.send([21, 3, 3, 0, 2, 2, alert])
    _ = try client.readToEnd()
  }

  private static func call(_ desk: CallDesk, _ path: String = "/_emulator") throws -> JSON {
    try desk.control.call("GET", path + "/calls").json()["calls"][0]
  }

  @Test("a call without a request tells why its client could not connect, and what to trust")
  func distrust() async throws {
    let desk = try await CallDesk()
    defer { desk.emulator.stop() }
    // One that was there before is no part of the call.
    try Self.refuse(desk.emulator.port, serverName: nil)
    _ = try desk.ring()
    for _ in 0..<2 { try Self.refuse(desk.emulator.port, serverName: "localhost") }
    let words =
      "Since it began to ring, 2 TLS handshakes failed: the client does not trust the certificate."
    let rings = try Self.call(desk)["story"].text ?? ""
    #expect(rings.hasSuffix("Your app has sent no request so far. \(words)"), "\(rings)")
    try desk.advance("31s")
    // Nor is one that came when the ring was over.
    try Self.refuse(desk.emulator.port, serverName: "localhost")
    let call = try Self.call(desk)
    #expect(
      call["story"].text == "Caller lost: it rang 30 s, and your app sent no request. \(words)")
    let advice = call["advice"].text ?? ""
    #expect(
      advice.hasPrefix("Let your app trust the CA, which is in ")
        && advice.hasSuffix(
          "/_emulator/ca.pem. The guide Troubleshooting says how, in \"The connection fails\"."),
      "\(advice)")
    let last = desk.emulator.callLines().joined(separator: "\n")
    #expect(last.contains(words), "\(last)")
  }

  @Test("a call about which a request came says nothing of connections")
  func request() async throws {
    let desk = try await CallDesk()
    defer { desk.emulator.stop() }
    let context = try #require(try desk.ring()["incomingCallContext"].text)
    try Self.refuse(desk.emulator.port, serverName: nil)
    try desk.send(desk.request(context))
    #expect(try Self.call(desk)["story"].text?.contains("handshake") == false)
  }

  @Test("other alerts are reported in the message's words, and rules by their names")
  func others() async throws {
    let desk = try await CallDesk()
    defer { desk.emulator.stop() }
    _ = try desk.ring()
    try Self.refuse(desk.emulator.port, alert: 40, serverName: nil)
    let story = try Self.call(desk)["story"].text ?? ""
    #expect(
      story.contains(
        "1 TLS handshake failed. The last one: The client ended the TLS handshake (alert handshake_failure)"
      ), "\(story)")
    // Netty's, whatever it has against the certificate.
    #expect(try desk.control.call("POST", "/_emulator/reset").status == 204)
    _ = try desk.ring()
    try Self.refuse(desk.emulator.port, alert: 80, serverName: nil)
    let netty = try Self.call(desk)["story"].text ?? ""
    #expect(
      netty.contains(
        "(alert internal_error): Java with Netty sends this when it does not trust the certificate"
      ) && netty.contains("/_emulator/ca.pem"), "\(netty)")
    let failed = try Self.verify(desk, #"{"expect":{"operations":1}}"#)
    #expect(failed.text.contains("Java with Netty sends this"), "\(failed.text)")
    #expect(try desk.control.call("POST", "/_emulator/reset").status == 204)
    try desk.emulator.load(
      scenario: "connections: [{ name: down, connections: 1..2, fault: refuse }]")
    _ = try desk.ring()
    for _ in 0..<2 { _ = try? RawClient(port: desk.emulator.port).readToEnd() }
    try desk.advance("31s")
    let call = try Self.call(desk)
    #expect(
      call["story"].text?.hasSuffix(
        "Since it began to ring, 2 connections failed because of the rule 'down'.") == true,
      "\(call)")
    #expect(
      call["advice"].text == "Keep trying while it rings, also when no connection can be made.")
  }

  private static func verify(
    _ desk: CallDesk, _ body: String, _ path: String = "/_emulator"
  ) throws -> RawResponse {
    try desk.control.call("POST", path + "/verify", body)
  }

  private static let distrusts = "failed: the client does not trust the certificate. Let your app"

  @Test("a verification that fails tells of them, once, with how many and what to trust")
  func verified() async throws {
    let desk = try await CallDesk()
    defer { desk.emulator.stop() }
    for _ in 0..<3 { try Self.refuse(desk.emulator.port, serverName: "localhost") }
    let failed = try Self.verify(desk, #"{"expect":{"operations":1,"attempts":1}}"#)
    let checks = try JSON(failed.body)["checks"]
    let first = checks[0]["message"].text ?? ""
    #expect(
      first.hasPrefix("operations: expected 1, saw 0. So far, 3 TLS handshakes \(Self.distrusts)"),
      "\(first)")
    #expect(first.contains("/_emulator/ca.pem"))
    #expect(checks[1]["message"].text?.contains("TLS") == false)
    #expect(try !Self.verify(desk, #"{"expect":{"operations":0}}"#).text.contains("TLS"))
    // The library says the same.
    let library = desk.emulator.verify(.init(operations: 1))
    #expect("\(library)".contains("So far, 3 TLS handshakes \(Self.distrusts)"))
  }

  @Test("with a call that rang, the story's words are not said twice")
  func verifiedRing() async throws {
    let desk = try await CallDesk()
    defer { desk.emulator.stop() }
    _ = try desk.ring()
    try Self.refuse(desk.emulator.port, serverName: "localhost")
    try desk.advance("31s")
    let story = try Self.verify(desk, #"{"expect":{"caller":"redirected","attempts":1}}"#)
    #expect(story.text.components(separatedBy: "TLS handshake").count == 2, "\(story.text)")
    let attempts = try Self.verify(desk, #"{"where":{"call":"c1"},"expect":{"attempts":1}}"#)
    #expect(
      attempts.text.contains("While c1 rang, 1 TLS handshake \(Self.distrusts)"),
      "\(attempts.text)")
    // Another call's failures are not those of this one.
    _ = try desk.ring()
    let second = try Self.verify(desk, #"{"where":{"call":"c2"},"expect":{"attempts":1}}"#)
    #expect(second.status == 417 && !second.text.contains("TLS"), "\(second.text)")
    try Self.refuse(desk.emulator.port, serverName: "localhost")
    let third = try Self.verify(desk, #"{"where":{"call":"c2"},"expect":{"attempts":1}}"#)
    #expect(third.text.contains("While c2 rang, 1 TLS handshake"), "\(third.text)")
    let first = try Self.verify(desk, #"{"where":{"call":"c1"},"expect":{"attempts":1}}"#)
    #expect(first.text.contains("While c1 rang, 1 TLS handshake"), "\(first.text)")
    let both = try Self.verify(
      desk, #"{"where":{"to":"+14255550100"},"expect":{"attempts":1}}"#)
    #expect(both.status == 417, "\(both.text)")
  }

  @Test("where nobody listens at the webhook, neither story nor verification tells of connections")
  func nobodyListens() async throws {
    let desk = try await CallDesk()
    defer { desk.emulator.stop() }
    let port = try RefusedPort()
    _ = try desk.ring(to: "http://127.0.0.1:\(port.number)/api/incomingCall")
    _ = try desk.call("c1") { !$0["deliveries"][0]["error"].isNull }
    try Self.refuse(desk.emulator.port, serverName: "localhost")
    try desk.advance("31s")
    let call = try Self.call(desk)
    #expect(
      call["story"].text?.contains("Nobody listened") == true
        && call["story"].text?.contains("TLS") == false, "\(call)")
    #expect(call["advice"].text?.hasPrefix("Start your app first") == true, "\(call)")
    let answer = try Self.verify(
      desk, #"{"where":{"call":"c1"},"expect":{"caller":"redirected"}}"#)
    #expect(answer.status == 417 && !answer.text.contains("TLS"), "\(answer.text)")
  }

  @Test("those before a reset or the request asked for, and those of rules, are not told")
  func verifiedLater() async throws {
    let desk = try await CallDesk()
    defer { desk.emulator.stop() }
    let question = #"{"expect":{"operations":7}}"#
    try Self.refuse(desk.emulator.port, serverName: nil)
    // Another resource's tests began after it.
    _ = try desk.emulator.makeResource(ResourceSettings(name: "one"))
    let path = "/_emulator/resources/one"
    #expect(try !Self.verify(desk, question, path).text.contains("TLS"))
    try desk.send(desk.request("any"))
    let after = try Self.verify(desk, #"{"where":{"after":1},"expect":{"operations":7}}"#)
    #expect(!after.text.contains("TLS"), "\(after.text)")
    try Self.refuse(desk.emulator.port, serverName: nil)
    let later = try Self.verify(desk, #"{"where":{"after":1},"expect":{"operations":7}}"#)
    #expect(
      later.text.contains("Since request 1, 1 TLS handshake \(Self.distrusts)"), "\(later.text)")
    #expect(
      try Self.verify(desk, question, path).text.contains(
        "So far, 1 TLS handshake of clients that name no resource \(Self.distrusts)"))
    #expect(try desk.control.call("POST", "/_emulator/reset").status == 204)
    try desk.emulator.load(
      scenario: "connections: [{ name: impostor, fault: { tls: { certificate: untrusted } } }]")
    try Self.refuse(desk.emulator.port, serverName: "localhost")
    let list = try desk.control.call("GET", "/_emulator/connections?failed=true")
    #expect(list.text.contains("rule's certificate"), "\(list.text)")
    #expect(try !Self.verify(desk, question).text.contains("TLS"))
  }

  @Test("a client that names no resource is reported with the calls of each")
  func named() async throws {
    let desk = try await CallDesk()
    defer { desk.emulator.stop() }
    for name in ["one", "two"] {
      _ = try desk.emulator.makeResource(ResourceSettings(name: name))
      let path = "/_emulator/resources/\(name)"
      #expect(try desk.control.call("POST", path + "/calls", "{}").status == 201)
    }
    try Self.refuse(desk.emulator.port, serverName: nil)
    func story(_ name: String) throws -> String {
      try Self.call(desk, "/_emulator/resources/\(name)")["story"].text ?? ""
    }
    let unnamed = "1 TLS handshake of clients that name no resource failed: the client does not"
    #expect(try story("one").contains(unnamed) && story("two").contains(unnamed))
    for _ in 0..<2 { try Self.refuse(desk.emulator.port, serverName: "one.localhost") }
    #expect(try story("one").contains("2 TLS handshakes failed: the client does not trust"))
    #expect(try story("two").contains(unnamed))
  }
}
