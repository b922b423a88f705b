import EventLoop
import Glibc
import TestSupport
import Testing

@Suite struct ListenerTests {
  @Test(
    "only numeric addresses and localhost are addresses",
    arguments: [
      ("127.0.0.1", true, true), ("localhost", true, true), ("::1", true, true),
      ("[::1]", true, true),
      ("0.0.0.0", true, false), ("127.0.0.256", false, false), ("example.org", false, false),
      ("", false, false),
    ])
  func addresses(_ host: String, _ valid: Bool, _ loopback: Bool) {
    let address = SocketAddress(host: host, port: 80)
    #expect((address != nil) == valid)
    #expect((address?.isLoopback ?? false) == loopback)
  }

  @Test(
    "an address that stands for all is written as one that can be connected to",
    arguments: [
      ("0.0.0.0", "127.0.0.1:80"), ("::", "[::1]:80"), ("127.0.0.2", "127.0.0.2:80"),
      ("::1", "[::1]:80"),
    ])
  func localAuthority(_ host: String, _ expected: String) {
    #expect(SocketAddress(host: host, port: 80)?.localAuthority == expected)
  }

  @Test("a taken port is refused, also where the loops would share it", arguments: [1, 2])
  func taken(_ count: Int) throws {
    let address = try #require(SocketAddress(host: "127.0.0.1", port: 0))
    let first = try ListeningSocket.open(address, count: count)
    defer { for socket in first { socket.close() } }
    let bound = try #require(first.first?.address)
    #expect(bound.port != 0)
    #expect(Set(first.map(\.address.port)).count == 1)
    for other in [1, 2] {
      #expect(throws: Errno(EADDRINUSE, in: "bind")) {
        _ = try ListeningSocket.open(bound, count: other)
      }
    }
  }

  @Test("a listener passes on each connection and continues")
  func accepts() throws {
    let address = try #require(SocketAddress(host: "127.0.0.1", port: 0))
    let socket = try #require(try ListeningSocket.open(address, count: 1).first)
    let port = socket.address.port
    let clients = try (0..<10).map { _ in try RawClient(port: port) }
    let loop = try EventLoop()
    var accepted = 0
    let listener = try Listener(
      socket, on: loop,
      onAccept: { descriptor in
        Socket(descriptor).close()
        accepted += 1
        if accepted == clients.count { loop.stop() }
      }, onFailure: { Issue.record("accept failed: \($0)") })
    try loop.run()
    listener.close()
    #expect(accepted == 10)
    for client in clients { #expect(try client.readToEnd().ending == .fin) }
  }

  @Test("a flood takes several rounds, so that others have their turn; who closes is done with it")
  func flood() throws {
    let address = try #require(SocketAddress(host: "127.0.0.1", port: 0))
    let socket = try #require(try ListeningSocket.open(address, count: 1).first)
    let port = socket.address.port
    let clients = try (0..<100).map { _ in try RawClient(port: port) }
    let loop = try EventLoop()
    var accepted = 0
    var acceptedAtFirstTurn: Int?
    _ = loop.schedule(after: .zero) { acceptedAtFirstTurn = accepted }
    var listener: Listener?
    listener = try Listener(
      socket, on: loop,
      onAccept: { descriptor in
        Socket(descriptor).close()
        accepted += 1
        if accepted == clients.count {
          listener?.close()
          loop.stop()
        }
      }, onFailure: { Issue.record("accept failed: \($0)") })
    try loop.run()
    #expect(accepted == 100)
    #expect((acceptedAtFirstTurn ?? 100) < 100)
    listener?.close()
    listener = nil
    #expect(throws: RawClient.Failure.self) { _ = try RawClient(port: port) }
    for client in clients { #expect(try client.readToEnd().ending == .fin) }
  }
}
