import EventLoop
import Foundation
import RedirectEmulator
import TestSupport
import Testing

/// Longer calls of the control API run on a thread of their own. Here that thread waits for the test, so that nothing
/// depends on how long anything takes.
@Suite("Longer calls of the control API")
struct BackgroundSocketTests {
  private static let rules = #"{"rules":[{"respond":{"status":418}}]}"#
  private static let calls: [(String, String, String?)] = [
    ("GET", "/_emulator/requests?limit=1000", nil),
    ("GET", "/_emulator/requests?status=204", nil),
    ("GET", "/_emulator/requests/1", nil),
    ("DELETE", "/_emulator/requests", nil),
    ("GET", "/_emulator/operations", nil),
    ("POST", "/_emulator/verify", #"{"expect":{"operations":1}}"#),
    ("GET", "/_emulator/resources", nil),
    ("POST", "/_emulator/resources", nil),
    ("DELETE", "/_emulator/resources/other", nil),
    ("GET", "/_emulator/calls", nil),
    ("GET", "/_emulator/scenario", nil),
    ("PUT", "/_emulator/scenario", #"{"rules":[]}"#),
    ("DELETE", "/_emulator/scenario", nil),
    ("POST", "/_emulator/reset", nil),
    ("GET", "/_emulator/openapi.json", nil),
    ("POST", "/_emulator/tokens", #"{"user":""# + String(repeating: "u", count: 20_000) + #""}"#),
  ]

  @Test("redirects are served on the same loop while a longer call waits", arguments: calls)
  func besides(_ call: (String, String, String?)) throws {
    let held = try HeldEmulator()
    _ = try held.emulator.makeResource(ResourceSettings(name: "other"))
    let good = try RawClient(port: held.port)
    try good.send(try held.redirect())
    #expect(try good.readResponse().status == 204)
    try held.hold()
    let heavy = try RawClient(port: held.port)
    try heavy.send(ControlClient.bytes(call.0, call.1, call.2))
    try held.waits(1)
    for _ in 0..<3 {
      try good.send(try held.redirect())
      #expect(try good.readResponse().status == 204)
    }
    #expect(try !heavy.hasInput())
    held.goOn()
    let answer = try heavy.readResponse()
    #expect(answer.status < 500)
    // The connection continues.
    try heavy.send(ControlClient.bytes("GET", "/_emulator/health"))
    #expect(try heavy.readResponse().status == 200)
  }

  @Test("short calls do not wait for longer ones")
  func short() throws {
    let held = try HeldEmulator()
    try held.hold()
    let client = try ControlClient(port: held.port)
    for (method, path) in [
      ("GET", "/_emulator/health"), ("GET", "/metrics"), ("POST", "/_emulator/tokens"),
      ("POST", "/_emulator/calls"), ("GET", "/_emulator/clock"),
    ] {
      #expect(try client.call(method, path).status < 300)
    }
  }

  @Test("requests that were sent together are answered in their order", arguments: Scheme.allCases)
  func pipelined(_ scheme: Scheme) throws {
    let held = try HeldEmulator()
    try held.hold()
    let redirect = try held.redirect()
    let client = try RawClient(port: held.port, scheme)
    try client.send(
      ControlClient.bytes("GET", "/_emulator/requests") + redirect
        + ControlClient.bytes("GET", "/_emulator/requests")
        + ControlClient.bytes("PUT", "/_emulator/scenario", Self.rules) + redirect
        + ControlClient.bytes("GET", "/_emulator/health"))
    try held.waits(1)
    #expect(try !client.hasInput())
    held.goOn()
    #expect(try client.readResponse().text.contains(#""requests":[]"#))
    #expect(try client.readResponse().status == 204)
    #expect(try client.readResponse().text.contains(#""seq":1"#))
    #expect(try client.readResponse().status == 200)
    // What was answered is in effect.
    #expect(try client.readResponse().status == 418)
    #expect(try client.readResponse().text.contains("ready"))
  }

  @Test("where too many calls wait, a further one is refused and counted, and can be sent again")
  func full() throws {
    let held = try HeldEmulator()
    try held.hold()
    while held.emulator.background.submit({}) {}
    let client = try ControlClient(port: held.port)
    let answer = try client.call("GET", "/_emulator/requests")
    #expect(answer.status == 503)
    #expect(answer.member("code") == "Busy")
    #expect(answer["Retry-After"] == "1")
    #expect(answer.member("message")?.contains("1024") ?? false)
    // One was this test's own.
    #expect(try client.metric("background_jobs_refused_total") == 2)
    #expect(try client.metric("background_jobs_waiting") == 1_024)
    let reader = try RawClient(port: held.port)
    try reader.send(
      ControlClient.bytes("GET", "/_emulator/events", fields: [("Last-Event-ID", "0")]))
    #expect(try reader.readResponse().status == 503)
    held.goOn()
    try held.waits(0)
    #expect(try client.call("GET", "/_emulator/requests").status == 200)
  }

  @Test("a client that leaves while its call waits leaves nothing behind")
  func leaves() throws {
    let held = try HeldEmulator()
    try held.hold()
    let other = try ControlClient(port: held.port)
    let client = try RawClient(port: held.port)
    try client.send(
      ControlClient.bytes("GET", "/_emulator/events", fields: [("Last-Event-ID", "0")]))
    try held.waits(1)
    client.abort()
    #expect(try becomesTrue { try other.metric("connections_open") == 1 })
    held.goOn()
    try held.waits(0)
    #expect(try other.call("GET", "/_emulator/requests").status == 200)
    #expect(try other.metric("connections_open") == 1)
  }

  @Test("a client that has ended its side gets its response")
  func halfClosed() throws {
    let held = try HeldEmulator()
    try held.hold()
    let client = try RawClient(port: held.port)
    try client.send(ControlClient.bytes("GET", "/_emulator/requests"))
    client.finishSending()
    try held.waits(1)
    // The loop has seen what was sent before this.
    #expect(try ControlClient(port: held.port).call("GET", "/_emulator/health").status == 200)
    held.goOn()
    #expect(try client.readResponse().status == 200)
    #expect(try client.readToEnd().ending == .fin)
  }

  @Test("a connection whose call waits is not idle")
  func notIdle() throws {
    var configuration = Configuration()
    configuration.limits.idleTimeout = .milliseconds(100)
    let held = try HeldEmulator(configuration)
    try held.hold()
    let client = try RawClient(port: held.port)
    try client.send(ControlClient.bytes("GET", "/_emulator/requests"))
    try held.waits(1)
    // Opened later, and closed for having been idle.
    for _ in 0..<2 {
      #expect(try RawClient(port: held.port).readToEnd().ending == .fin)
    }
    #expect(try !client.hasInput())
    held.goOn()
    #expect(try client.readResponse().status == 200)
  }

  @Test("an emulator that stops answers the call that waits, and then ends")
  func stops() throws {
    let held = try HeldEmulator()
    try held.hold()
    let client = try RawClient(port: held.port)
    try client.send(ControlClient.bytes("GET", "/_emulator/requests"))
    try held.waits(1)
    let emulator = held.emulator
    let stopping = try LoopThread(named: "stops") { emulator.stop() }
    // It takes no connection any more.
    #expect(becomesTrue { (try? RawClient(port: emulator.port)) == nil })
    held.goOn()
    let answer = try client.readResponse()
    #expect(answer.status == 200)
    #expect(try client.readToEnd().ending == .fin)
    stopping.join()
  }

  @Test(
    "a resource that is removed while calls for it wait is there for those before, and gone for those behind"
  )
  func removed() throws {
    let held = try HeldEmulator()
    let resource = try held.emulator.makeResource(ResourceSettings(name: "mine"))
    let redirect = RedirectRequest(authorization: "Bearer " + (try resource.token())).bytes
    let good = try RawClient(port: held.port)
    try good.send(redirect)
    #expect(try good.readResponse().status == 204)
    try held.hold()
    let clients = try ["GET", "DELETE", "GET"].enumerated().map { index, method in
      let client = try RawClient(port: held.port)
      let path =
        method == "GET" ? "/_emulator/resources/mine/requests" : "/_emulator/resources/mine"
      try client.send(ControlClient.bytes(method, path))
      try held.waits(index + 1)
      return client
    }
    held.goOn()
    let answers = try clients.map { try $0.readResponse() }
    #expect(answers.map(\.status) == [200, 200, 404])
    #expect(answers[0].text.contains(#""seq":1"#) && answers[1].text.contains(#""seq":1"#))
    try good.send(redirect)
    // Its credential is nobody's.
    #expect([401, 403].contains(try good.readResponse().status))
  }

  @Test("a reader of events that comes back is told about what came while it waited, once")
  func events() throws {
    let held = try HeldEmulator()
    let good = try RawClient(port: held.port)
    try held.hold()
    let reader = try RawClient(port: held.port)
    try reader.send(
      ControlClient.bytes("GET", "/_emulator/events", fields: [("Last-Event-ID", "0")]))
    try held.waits(1)
    for _ in 0..<3 {
      try good.send(try held.redirect())
      #expect(try good.readResponse().status == 204)
    }
    held.goOn()
    var text = try reader.readText { $0.contains("id: 3\n") }
    try good.send(try held.redirect())
    #expect(try good.readResponse().status == 204)
    text += try reader.readText { $0.contains("id: 4\n") }
    for number in 1...4 {
      #expect(text.components(separatedBy: "id: \(number)\n").count == 2)
    }
  }

  @Test("a response of megabytes arrives whole", arguments: Scheme.allCases)
  func large(_ scheme: Scheme) throws {
    let held = try HeldEmulator()
    let client = try RawClient(port: held.port, scheme)
    let redirect = try held.redirect()
    for _ in 0..<200 {
      try client.send(Array([[UInt8]](repeating: redirect, count: 10).joined()))
      for _ in 0..<10 { #expect(try client.readResponse().status == 204) }
    }
    // Two behind one another: the second one waits until the first was sent.
    let call = ControlClient.bytes("GET", "/_emulator/requests?limit=2000")
    try client.send(call + call)
    for _ in 0..<2 {
      let page = try client.readResponse()
      #expect(page.body.count > 1 << 20)
      #expect(page.text.components(separatedBy: #""seq":"#).count == 2_001)
    }
    try client.send(redirect)
    #expect(try client.readResponse().status == 204)
  }
}

extension HeldEmulator {
  fileprivate func redirect() throws -> [UInt8] {
    RedirectRequest(authorization: "Bearer " + (try emulator.token())).bytes
  }
}
