import EventLoop
import Glibc
import Testing

@Suite struct RoundTests {
  /// One end of a pair of sockets, ready to read from the start; it asks for the end of its round.
  private final class Handler: EventHandler {
    private let ends: (near: Int32, far: Int32)
    private unowned let loop: EventLoop
    private let note: (String) -> Void
    var atEnd: () -> Void = {}

    init(loop: EventLoop, note: @escaping (String) -> Void) throws {
      var ends: [Int32] = [-1, -1]
      let type = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
      try #require(socketpair(AF_UNIX, type, 0, &ends) == 0)
      self.ends = (ends[0], ends[1])
      self.loop = loop
      self.note = note
      var byte: UInt8 = 1
      try #require(write(ends[1], &byte, 1) == 1)
    }

    deinit {
      close(ends.near)
      close(ends.far)
    }

    func register() throws -> Registration {
      try loop.register(ends.near, .read, handler: self)
    }

    func ready(_ readiness: Readiness) {
      var byte: UInt8 = 0
      _ = read(ends.near, &byte, 1)
      note("ready")
      loop.callAtEndOfRound(self)
    }

    func roundEnded() {
      note("ended")
      atEnd()
    }
  }

  @Test(
    "who asks for the end of a round is called once, behind the round's events, or behind so many that wait",
    arguments: [
      (handlers: 1, expected: [1]),
      (handlers: 3, expected: [3]),
      (handlers: EventLoop.roundEnderLimit, expected: [EventLoop.roundEnderLimit]),
      (handlers: EventLoop.roundEnderLimit + 2, expected: [EventLoop.roundEnderLimit, 2]),
    ])
  func order(handlers count: Int, expected: [Int]) throws {
    let loop = try EventLoop()
    var notes: [String] = []
    var ended = 0
    var handlers: [Handler] = []
    for _ in 0..<count {
      let handler = try Handler(loop: loop) { notes.append($0) }
      handler.atEnd = {
        ended += 1
        if ended == count { loop.stop() }
      }
      _ = try handler.register()
      handlers.append(handler)
    }
    try loop.run()
    let groups = expected.flatMap {
      Array(repeating: "ready", count: $0) + Array(repeating: "ended", count: $0)
    }
    #expect(notes == groups)
  }

  @Test(
    "a handler that is deregistered before the end of its round is still called at the end")
  func deregistered() throws {
    let loop = try EventLoop()
    var notes: [String] = []
    var registrations: [Registration] = []
    var handlers: [Handler] = []
    for _ in 0..<2 {
      let handler = try Handler(loop: loop) { notes.append($0) }
      handler.atEnd = {
        // Both: the second one's end is still to come.
        for registration in registrations { loop.deregister(registration) }
        loop.stop()
      }
      registrations.append(try handler.register())
      handlers.append(handler)
    }
    try loop.run()
    #expect(notes == ["ready", "ready", "ended", "ended"])
  }
}
