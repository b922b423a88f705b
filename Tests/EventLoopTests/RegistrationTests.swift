import EventLoop
import Glibc
import Testing

@Suite struct RegistrationTests {
  /// Two ends of a connection.
  private struct Pair {
    let near: Int32
    let far: Int32

    init() throws {
      var ends: [Int32] = [-1, -1]
      let type = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
      try #require(socketpair(AF_UNIX, type, 0, &ends) == 0)
      (near, far) = (ends[0], ends[1])
    }

    func makeReady() {
      var byte: UInt8 = 1
      _ = write(far, &byte, 1)
    }

    func close() {
      Glibc.close(near)
      Glibc.close(far)
    }
  }

  private final class Handler: EventHandler {
    var calls: [Readiness] = []
    var action: () -> Void = {}

    func ready(_ readiness: Readiness) {
      calls.append(readiness)
      action()
    }
  }

  /// The loop tells no order in which what is ready in one round is served, so each of the two stops the other.
  @Test("who is deregistered within a round is not called any more in it")
  func deregisterWithinRound() throws {
    let loop = try EventLoop()
    let pairs = [try Pair(), try Pair()]
    defer { for pair in pairs { pair.close() } }
    let handlers = [Handler(), Handler()]
    var registrations: [Registration] = []
    for (pair, handler) in zip(pairs, handlers) {
      pair.makeReady()
      registrations.append(try loop.register(pair.near, .read, handler: handler))
    }
    for (index, handler) in handlers.enumerated() {
      handler.action = {
        loop.deregister(registrations[1 - index])
        loop.stop()
      }
    }
    try loop.run()
    #expect(handlers.map(\.calls.count).sorted() == [0, 1])
  }

  @Test("an event meant for one that is gone does not reach who took its place within the round")
  func reuseWithinRound() throws {
    let loop = try EventLoop()
    let pairs = [try Pair(), try Pair()]
    let third = try Pair()
    defer { for pair in pairs + [third] { pair.close() } }
    let handlers = [Handler(), Handler()]
    let late = Handler()
    var registrations: [Registration] = []
    for (pair, handler) in zip(pairs, handlers) {
      pair.makeReady()
      registrations.append(try loop.register(pair.near, .read, handler: handler))
    }
    for (index, handler) in handlers.enumerated() {
      handler.action = {
        loop.deregister(registrations[1 - index])
        // Nothing has come for this one.
        #expect(throws: Never.self) {
          _ = try loop.register(third.near, .read, handler: late)
        }
        loop.stop()
      }
    }
    try loop.run()
    #expect(handlers.map(\.calls.count).sorted() == [0, 1])
    #expect(late.calls.isEmpty)
  }

  @Test("deregistering twice harms nobody who has the place since")
  func twice() throws {
    let loop = try EventLoop()
    let first = try Pair()
    let second = try Pair()
    defer {
      first.close()
      second.close()
    }
    let old = try loop.register(first.near, .read, handler: Handler())
    loop.deregister(old)
    let handler = Handler()
    handler.action = { loop.stop() }
    _ = try loop.register(second.near, .read, handler: handler)
    loop.deregister(old)
    second.makeReady()
    try loop.run()
    #expect(handler.calls.count == 1)
  }

  @Test("each gets the events that it asked for, and hang-ups always")
  func interests() throws {
    let loop = try EventLoop()
    let pair = try Pair()
    defer { Glibc.close(pair.near) }
    let handler = Handler()
    let registration = try loop.register(pair.near, .write, handler: handler)
    pair.makeReady()
    var round = 0
    handler.action = {
      #expect(throws: Never.self) {
        round += 1
        switch round {
        case 1: try loop.update(registration, .read)
        case 2:
          try loop.update(registration, .peerClosed)
          shutdown(pair.far, Int32(SHUT_WR))
        case 3:
          try loop.update(registration, [])
          Glibc.close(pair.far)
        default: loop.stop()
        }
      }
    }
    try loop.run()
    #expect(handler.calls.map(\.writable) == [true, false, false, false])
    #expect(handler.calls.map(\.readable) == [false, true, false, false])
    #expect(handler.calls.map(\.peerClosed) == [false, false, true, false])
    #expect(handler.calls.map(\.hungUp) == [false, false, false, true])
  }

  @Test("a descriptor that is not one, or is there already, is refused")
  func refused() throws {
    let loop = try EventLoop()
    let pair = try Pair()
    defer { pair.close() }
    let registration = try loop.register(pair.near, .read, handler: Handler())
    #expect(throws: Errno.self) { _ = try loop.register(pair.near, .read, handler: Handler()) }
    #expect(throws: Errno.self) { _ = try loop.register(-1, .read, handler: Handler()) }
    loop.deregister(registration)
    // Neither has taken a place for good.
    let handler = Handler()
    handler.action = { loop.stop() }
    _ = try loop.register(pair.near, .read, handler: handler)
    pair.makeReady()
    try loop.run()
    #expect(handler.calls.count == 1)
  }
}
