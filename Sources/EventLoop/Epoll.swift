import CSystem
import Glibc

/// An epoll instance: adds, removes and waits, and does not know what a descriptor is for. Level-triggered.
struct Epoll: ~Copyable {
  private let descriptor: Int32
  private var events: [epoll_event]

  init(capacity: Int = 256) throws(Errno) {
    descriptor = try SystemCall.epollCreate()
    events = Array(repeating: epoll_event(), count: capacity)
  }

  deinit {
    SystemCall.close(descriptor)
  }

  func add(_ target: Int32, _ interest: Interest, token: UInt64) throws(Errno) {
    try SystemCall.epollControl(descriptor, EPOLL_CTL_ADD, target, interest.mask, token)
  }

  func modify(_ target: Int32, _ interest: Interest, token: UInt64) throws(Errno) {
    try SystemCall.epollControl(descriptor, EPOLL_CTL_MOD, target, interest.mask, token)
  }

  func remove(_ target: Int32) throws(Errno) {
    try SystemCall.epollControl(descriptor, EPOLL_CTL_DEL, target, 0, 0)
  }

  /// Waits for events, at most `timeout` milliseconds (-1: without end).
  mutating func wait(timeout: Int32) throws(Errno) -> Int {
    try SystemCall.epollWait(descriptor, into: &events, timeout: timeout)
  }

  /// An event of the last wait.
  func event(_ index: Int) -> (token: UInt64, readiness: Readiness) {
    (events[index].data.u64, Readiness(mask: events[index].events))
  }
}

/// What a descriptor is watched for. Errors and hang-ups are reported always.
package struct Interest: OptionSet, Sendable {
  package let rawValue: UInt8

  package init(rawValue: UInt8) { self.rawValue = rawValue }

  package static let read = Interest(rawValue: 1)
  package static let write = Interest(rawValue: 2)
  /// The peer's FIN, reported without reading what is before it.
  package static let peerClosed = Interest(rawValue: 4)

  var mask: UInt32 {
    (contains(.read) ? EPOLLIN.rawValue : 0) | (contains(.write) ? EPOLLOUT.rawValue : 0)
      | (contains(.peerClosed) ? EPOLLRDHUP.rawValue : 0)
  }
}

/// What epoll reported about a descriptor.
package struct Readiness: Sendable {
  private let mask: UInt32

  init(mask: UInt32) { self.mask = mask }

  package var readable: Bool { mask & EPOLLIN.rawValue != 0 }
  package var writable: Bool { mask & EPOLLOUT.rawValue != 0 }
  package var peerClosed: Bool { mask & EPOLLRDHUP.rawValue != 0 }
  /// RST, or both directions are closed.
  package var hungUp: Bool { mask & (EPOLLHUP.rawValue | EPOLLERR.rawValue) != 0 }
}
