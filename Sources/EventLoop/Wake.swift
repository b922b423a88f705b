import CSystem
import Glibc

/// An event descriptor: one thread sleeps on it, and others wake the thread. Several signals before the thread takes them
/// count as one.
final class Wake: Sendable {
  /// Readable when it was signalled: for epoll.
  let descriptor: Int32

  init() throws(Errno) {
    descriptor = try SystemCall.makeEventDescriptor()
  }

  deinit {
    SystemCall.close(descriptor)
  }

  func signal() {
    var one: UInt64 = 1
    // EAGAIN means that the counter is full: it is readable then.
    _ = Glibc.write(descriptor, &one, MemoryLayout<UInt64>.size)
  }

  /// Takes the signals that have come. Never waits.
  func take() {
    var count: UInt64 = 0
    _ = Glibc.read(descriptor, &count, MemoryLayout<UInt64>.size)
  }

  /// Waits for a signal, and takes it.
  ///
  /// - Parameter timeout: milliseconds; -1 waits without end.
  /// - Returns: whether one came in time.
  @discardableResult
  func wait(_ timeout: Int32 = -1) -> Bool {
    var one = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    while true {
      let ready = poll(&one, 1, timeout)
      if ready < 0, errno == EINTR { continue }
      guard ready > 0 else { return false }
      take()
      return true
    }
  }
}
