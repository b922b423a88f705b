import CSystem
import Glibc

/// The Linux calls that the loop makes: each turns -1 into a typed ``Errno`` and starts again when a signal
/// interrupted it.
package enum SystemCall {
  /// The result of a read or a write on a non-blocking socket.
  package enum Transfer: Sendable, Equatable {
    case bytes(Int)
    case wouldBlock
    /// Reading only: the peer sent FIN.
    case end
    case failed(Int32)
  }

  /// Runs `body` until it is not interrupted.
  @inline(__always)
  private static func retrying(_ call: String, _ body: () -> Int32) throws(Errno) -> Int32 {
    while true {
      let result = body()
      if result >= 0 { return result }
      let code = errno
      if code != EINTR { throw Errno(code, in: call) }
    }
  }

  static func epollCreate() throws(Errno) -> Int32 {
    try retrying("epoll_create1") { epoll_create1(Int32(EPOLL_CLOEXEC)) }
  }

  static func epollControl(
    _ epoll: Int32, _ operation: Int32, _ descriptor: Int32, _ events: UInt32, _ data: UInt64
  ) throws(Errno) {
    var event = epoll_event(events: events, data: epoll_data_t(u64: data))
    _ = try retrying("epoll_ctl") { epoll_ctl(epoll, operation, descriptor, &event) }
  }

  /// - Parameter timeout: milliseconds; -1 waits without end.
  /// - Returns: how many events are in `events`; 0 also when a signal came.
  static func epollWait(_ epoll: Int32, into events: inout [epoll_event], timeout: Int32)
    throws(Errno) -> Int
  {
    let count = epoll_wait(epoll, &events, Int32(events.count), timeout)
    if count >= 0 { return Int(count) }
    let code = errno
    if code == EINTR { return 0 }
    throw Errno(code, in: "epoll_wait")
  }

  static func makeEventDescriptor() throws(Errno) -> Int32 {
    try retrying("eventfd") { eventfd(0, Int32(EFD_CLOEXEC) | Int32(EFD_NONBLOCK)) }
  }

  /// Makes a listening TCP socket.
  ///
  /// - Parameters:
  ///   - address: where to listen; port 0 asks for any free one.
  ///   - sharesPort: `SO_REUSEPORT`, so that each loop can have a listener of its own on one port.
  static func listen(on address: SocketAddress, sharesPort: Bool, backlog: Int32 = 4096)
    throws(Errno) -> Int32
  {
    let descriptor = try bound(to: address, sharesPort: sharesPort)
    do throws(Errno) {
      _ = try retrying("listen") { Glibc.listen(descriptor, backlog) }
      return descriptor
    } catch {
      close(descriptor)
      throw error
    }
  }

  /// Makes a TCP socket that is bound and does not listen.
  static func bound(to address: SocketAddress, sharesPort: Bool) throws(Errno) -> Int32 {
    let kind = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
    let descriptor = try retrying("socket") { socket(address.family, kind, 0) }
    do throws(Errno) {
      try set(descriptor, SOL_SOCKET, SO_REUSEADDR, 1)
      if sharesPort { try set(descriptor, SOL_SOCKET, SO_REUSEPORT, 1) }
      let result = address.withSockAddr { pointer, length in
        Glibc.bind(descriptor, pointer, length)
      }
      if result < 0 { throw Errno(errno, in: "bind") }
      return descriptor
    } catch {
      close(descriptor)
      throw error
    }
  }

  /// Begins to connect a TCP socket. It is connected, or has failed, when it can be written.
  static func connecting(to address: SocketAddress) throws(Errno) -> Int32 {
    let kind = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
    let descriptor = try retrying("socket") { socket(address.family, kind, 0) }
    let result = address.withSockAddr { pointer, length in
      Glibc.connect(descriptor, pointer, length)
    }
    // Interrupted, it continues all the same: connect(2).
    if result < 0, errno != EINPROGRESS, errno != EINTR {
      let error = Errno(errno, in: "connect")
      close(descriptor)
      throw error
    }
    return descriptor
  }

  /// Why a socket failed, SO_ERROR; nil if it did not.
  static func failure(of descriptor: Int32) -> Errno? {
    var code: Int32 = 0
    var length = socklen_t(MemoryLayout<Int32>.size)
    if getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &code, &length) < 0 { code = errno }
    return code == 0 ? nil : Errno(code, in: "connect")
  }

  static func set(_ descriptor: Int32, _ level: Int32, _ option: Int32, _ value: Int32)
    throws(Errno)
  {
    var value = value
    _ = try retrying("setsockopt") {
      setsockopt(descriptor, level, option, &value, socklen_t(MemoryLayout<Int32>.size))
    }
  }

  /// Accepts one connection, non-blocking and closed on exec; nil when none waits.
  static func accept(_ listener: Int32) throws(Errno) -> Int32? {
    do {
      return try retrying("accept4") {
        csystem_accept4(
          listener, Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue))
      }
    } catch {
      if error.code == EAGAIN || error.code == EWOULDBLOCK { return nil }
      throw error
    }
  }

  package static func receive(_ descriptor: Int32, into buffer: UnsafeMutableRawBufferPointer)
    -> Transfer
  {
    while true {
      let count = recv(descriptor, buffer.baseAddress, buffer.count, 0)
      if count > 0 { return .bytes(count) }
      if count == 0 { return .end }
      let code = errno
      if code == EINTR { continue }
      return code == EAGAIN || code == EWOULDBLOCK ? .wouldBlock : .failed(code)
    }
  }

  /// The first byte that waits, without taking it.
  package static func peek(_ descriptor: Int32) -> (byte: UInt8, transfer: Transfer) {
    var byte: UInt8 = 0
    while true {
      let count = recv(descriptor, &byte, 1, Int32(MSG_PEEK))
      if count > 0 { return (byte, .bytes(1)) }
      if count == 0 { return (0, .end) }
      let code = errno
      if code == EINTR { continue }
      return (0, code == EAGAIN || code == EWOULDBLOCK ? .wouldBlock : .failed(code))
    }
  }

  package static func send(_ descriptor: Int32, _ buffer: UnsafeRawBufferPointer) -> Transfer {
    while true {
      let count = Glibc.send(
        descriptor, buffer.baseAddress, buffer.count, Int32(MSG_NOSIGNAL))
      if count >= 0 { return .bytes(count) }
      let code = errno
      if code == EINTR { continue }
      return code == EAGAIN || code == EWOULDBLOCK ? .wouldBlock : .failed(code)
    }
  }

  /// Sends FIN after what was written; reading continues.
  package static func shutdownWriting(_ descriptor: Int32) {
    // ENOTCONN says that the peer is gone already, which the next read reports.
    _ = Glibc.shutdown(descriptor, Int32(SHUT_WR))
  }

  /// Closes. With bytes unread in the receive queue the kernel sends RST instead of FIN (RFC 9293 §3.6.1).
  package static func close(_ descriptor: Int32) {
    // On Linux the descriptor is gone whatever close(2) returns, so there is nothing to retry.
    _ = Glibc.close(descriptor)
  }

  /// Makes the next close send RST and drop what was not sent yet.
  package static func makeCloseReset(_ descriptor: Int32) {
    var option = linger(l_onoff: 1, l_linger: 0)
    _ = setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
  }

  /// Turns off Nagle's algorithm, so that small responses and paced pieces leave at once.
  package static func setNoDelay(_ descriptor: Int32) {
    var value: Int32 = 1
    _ = setsockopt(
      descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &value, socklen_t(MemoryLayout<Int32>.size))
  }

  /// A moment on the monotonic clock, nanoseconds.
  package static func monotonicNow() -> UInt64 { now(CLOCK_MONOTONIC) }

  /// Nanoseconds since 1970-01-01T00:00:00Z.
  package static func realtimeNow() -> UInt64 { now(CLOCK_REALTIME) }

  private static func now(_ clock: clockid_t) -> UInt64 {
    var time = timespec()
    clock_gettime(clock, &time)
    return UInt64(time.tv_sec) &* 1_000_000_000 &+ UInt64(time.tv_nsec)
  }
}
