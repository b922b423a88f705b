import Core
import EventLoop
import Glibc
import HTTP1

/// Sends requests over http and waits for their responses, for commands that call a running emulator. Each request has
/// a connection of its own.
struct HTTPClient: Sendable {
  let address: HTTPAddress
  /// The key that the control API requires; nil for none.
  let key: String?

  /// Sends a request.
  ///
  /// - Parameters:
  ///   - path: appended to that of the address.
  ///   - body: JSON; empty for none.
  ///   - limit: how long all of it may take, without the look-up of a name.
  ///   - size: bytes of the content that are kept.
  func send(
    _ method: HTTP1.Method, _ path: String, _ body: String = "", within limit: Duration,
    keeping size: Int = 64 << 10
  ) throws(HTTPFailure) -> Response {
    let deadline = ContinuousClock.now.advanced(by: limit)
    var failure = HTTPFailure("\(address.host) has no address")
    for candidate in try address.resolved() {
      let socket: Socket
      do throws(HTTPFailure) {
        socket = try connect(candidate, deadline)
      } catch {
        failure = error
        continue
      }
      defer { socket.close() }
      try send(request(method, path, body), on: socket, deadline)
      var limits = ResponseParser.Limits()
      limits.body = size
      return try receive(ResponseParser(to: method, limits: limits), from: socket, deadline)
    }
    throw failure
  }

  private func request(_ method: HTTP1.Method, _ path: String, _ body: String) -> [UInt8] {
    var lines = [
      "\("\(method)".uppercased()) \(address.path)\(path) HTTP/1.1", "Host: \(address.authority)",
      "Connection: close",
    ]
    if let key { lines.append("x-emulator-key: \(key)") }
    if !body.isEmpty {
      lines += ["Content-Type: application/json", "Content-Length: \(body.utf8.count)"]
    }
    return Array((lines.joined(separator: "\r\n") + "\r\n\r\n" + body).utf8)
  }

  private func connect(_ candidate: SocketAddress, _ deadline: ContinuousClock.Instant)
    throws(HTTPFailure) -> Socket
  {
    let socket: Socket
    do {
      socket = try Socket(connectingTo: candidate)
    } catch {
      throw HTTPFailure(error)
    }
    do throws(HTTPFailure) {
      try wait(for: POLLOUT, on: socket, deadline)
      if let failure = socket.connectFailure { throw HTTPFailure(failure) }
      return socket
    } catch {
      socket.close()
      throw error
    }
  }

  private func send(_ bytes: [UInt8], on socket: Socket, _ deadline: ContinuousClock.Instant)
    throws(HTTPFailure)
  {
    var offset = 0
    while offset < bytes.count {
      switch socket.send(bytes, from: offset) {
      case .bytes(let count): offset += count
      case .wouldBlock: try wait(for: POLLOUT, on: socket, deadline)
      // There may still be a response, which says why.
      case .end, .failed: return
      }
    }
  }

  private func receive(
    _ parser: ResponseParser, from socket: Socket, _ deadline: ContinuousClock.Instant
  ) throws(HTTPFailure) -> Response {
    var parser = parser
    var buffer = [UInt8](repeating: 0, count: 16 << 10)
    while true {
      let transfer = socket.receive(into: &buffer)
      if transfer == .wouldBlock {
        try wait(for: POLLIN, on: socket, deadline)
        continue
      }
      do throws(ResponseError) {
        switch transfer {
        case .bytes(let count): _ = try parser.receive(buffer.span.extracting(0..<count))
        case .end, .wouldBlock: try parser.end()
        case .failed(let code):
          throw ResponseError(String(cString: strerror(code)), section: "")
        }
      } catch {
        throw HTTPFailure(
          error.section.isEmpty ? error.message : "no response that is HTTP: \(error)")
      }
      if let response = parser.response { return response }
    }
  }

  private func wait(for event: Int32, on socket: Socket, _ deadline: ContinuousClock.Instant)
    throws(HTTPFailure)
  {
    var waiting = pollfd(fd: socket.descriptor, events: Int16(event), revents: 0)
    while true {
      let left = deadline - ContinuousClock.now
      // Rounded up, so that the time has passed when it says so.
      let milliseconds =
        left.components.seconds * 1000
        + left.components.attoseconds / 1_000_000_000_000_000 + 1
      guard left > .zero else { throw HTTPFailure("no response in time") }
      if poll(&waiting, 1, Int32(clamping: milliseconds)) > 0 { return }
    }
  }
}

extension HTTPFailure {
  fileprivate init(_ error: Errno) {
    let text = String(cString: strerror(error.code))
    // The usual reason is that nobody started the emulator.
    self.init(
      error.code == ECONNREFUSED
        ? "\(text). Start the emulator first, or correct the address: nothing listens there" : text)
  }
}
