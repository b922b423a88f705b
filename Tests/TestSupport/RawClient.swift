import Glibc

/// A client that sends bytes as they are, plain or through TLS, and says what came back: responses, and how the server
/// ended the connection. Blocking, with a deadline on every read, so that no test waits without end.
package final class RawClient {
  /// How the server ended the connection.
  package enum Ending: Sendable, Equatable {
    /// Over TLS a connection that just ends, its responses perhaps cut short.
    case fin
    case rst
    /// TLS said that this was all.
    case closeNotify
  }

  package struct Failure: Error, CustomStringConvertible {
    package let description: String

    package init(description: String) {
      self.description = description
    }
  }

  package let descriptor: Int32
  /// nil where HTTP is spoken without TLS.
  package let tls: TLSClientSession?
  package var scheme: Scheme { tls == nil ? .http : .https }
  private var buffered: [UInt8] = []
  private var ending: Ending?

  /// Connects to this machine.
  ///
  /// - Parameters:
  ///   - address: 127.0.0.1, or another loopback address.
  ///   - scheme: with https the TLS handshake is done on return.
  ///   - version: of TLS.
  ///   - serverName: the host name that it asks for (SNI).
  ///   - handshakePiece: bytes of the TLS handshake that are sent at a time.
  ///   - timeout: seconds that one read may wait.
  ///   - receiveBuffer: bytes of the socket's receive buffer, for clients that do not read.
  package init(
    port: UInt16, address host: UInt32 = 0x7F00_0001, _ scheme: Scheme = .http,
    version: TLSClientSession.Version = .tls13,
    serverName: String? = nil, handshakePiece: Int = .max, timeout: Int = 60,
    receiveBuffer: Int32? = nil
  ) throws {
    tls = scheme == .https ? try TLSClientSession(version, serverName: serverName) : nil
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { throw Failure(description: "socket: \(errno)") }
    if var size = receiveBuffer {
      setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &size, socklen_t(MemoryLayout<Int32>.size))
    }
    var limit = timeval(tv_sec: timeout, tv_usec: 0)
    let size = socklen_t(MemoryLayout<timeval>.size)
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, size)
    setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, size)
    var one: Int32 = 1
    setsockopt(
      descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &one, socklen_t(MemoryLayout<Int32>.size))
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = host.bigEndian
    let result = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    if result != 0 {
      // All of it is there already: its `deinit` closes the descriptor, and nobody else may, since its number is soon another's.
      let code = errno
      throw Failure(description: "connect: \(String(cString: strerror(code)))")
    }
    try shakeHands(handshakePiece)
  }

  private func shakeHands(_ pieceSize: Int) throws {
    guard let tls else { return }
    while true {
      let done = try tls.handshake()
      var rest = tls.output()[...]
      while !rest.isEmpty {
        try Self.send(Array(rest.prefix(pieceSize)), on: descriptor)
        rest = rest.dropFirst(pieceSize)
      }
      if done { return }
      try fill()
      if let ending { throw Failure(description: "ended (\(ending)) in the TLS handshake") }
    }
  }

  deinit {
    Glibc.close(descriptor)
  }

  /// Sends all of `bytes`; a connection that the server has ended is an error.
  package func send(_ bytes: [UInt8]) throws {
    try Self.send(try travelling(bytes), on: descriptor)
  }

  /// `bytes` as they travel: for TLS in records, to be sent in the order in which they were made.
  package func travelling(_ bytes: [UInt8]) throws -> [UInt8] {
    try tls?.encrypt(bytes) ?? bytes
  }

  /// Sends bytes as they travel, perhaps from another thread than the one that reads.
  package static func send(_ bytes: [UInt8], on descriptor: Int32) throws {
    var offset = 0
    while offset < bytes.count {
      let count = bytes.withUnsafeBytes {
        Glibc.send(
          descriptor, $0.baseAddress?.advanced(by: offset), bytes.count - offset,
          Int32(MSG_NOSIGNAL))
      }
      if count < 0 {
        if errno == EINTR { continue }
        throw Failure(description: "send: \(String(cString: strerror(errno)))")
      }
      offset += count
    }
  }

  /// Reads and throws away, on any thread, until the connection ends or nothing comes in time.
  package static func discard(on descriptor: Int32) {
    var chunk = [UInt8](repeating: 0, count: 65_536)
    while recv(descriptor, &chunk, chunk.count, 0) > 0 {}
  }

  package func send(_ text: String) throws {
    try send(Array(text.utf8))
  }

  /// Sends each byte by a write of its own, over TLS in a record of its own. Nagle's algorithm is off: nothing puts
  /// them together before they travel.
  package func sendBytewise(_ bytes: [UInt8]) throws {
    guard tls == nil else {
      for byte in bytes { try send([byte]) }
      return
    }
    for index in bytes.indices {
      let sent = bytes.withUnsafeBytes {
        Glibc.send(descriptor, $0.baseAddress?.advanced(by: index), 1, Int32(MSG_NOSIGNAL))
      }
      guard sent == 1 else {
        throw Failure(description: "send: \(String(cString: strerror(errno)))")
      }
    }
  }

  /// Whether something has come that was not read yet, or the connection has ended.
  package func hasInput() throws -> Bool {
    var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    while buffered.isEmpty, ending == nil, poll(&waiting, 1, 0) == 1 { try fill() }
    return !buffered.isEmpty || ending != nil
  }

  /// Ends this side, with close_notify where TLS is spoken and with FIN, and continues reading.
  ///
  /// - Parameter fin: false says close_notify alone.
  package func finishSending(fin: Bool = true) {
    if let tls { try? Self.send(tls.closeNotify(), on: descriptor) }
    if fin { shutdown(descriptor, Int32(SHUT_WR)) }
  }

  /// Leaves with RST: connecting a TCP socket to no address aborts its connection (connect(2), AF_UNSPEC).
  package func abort() {
    var nowhere = sockaddr()
    nowhere.sa_family = sa_family_t(AF_UNSPEC)
    connect(descriptor, &nowhere, socklen_t(MemoryLayout<sockaddr>.size))
  }

  /// One response, whole. Interim responses (1xx) are responses too.
  ///
  /// - Parameter toHEAD: whether the request was a HEAD, so that no content follows.
  package func readResponse(toHEAD: Bool = false) throws -> RawResponse {
    while true {
      if let (answer, length) = try RawResponse.parse(
        buffered, toHEAD: toHEAD, ended: ending == scheme.goodEnding)
      {
        buffered.removeFirst(length)
        return answer
      }
      if let ending {
        throw Failure(
          description:
            "the connection ended (\(ending)) after \(buffered.count) bytes of a response: \(String(decoding: buffered, as: UTF8.self))"
        )
      }
      try fill()
    }
  }

  /// Everything until the connection ends, and how it ended.
  package func readToEnd() throws -> (bytes: [UInt8], ending: Ending) {
    while ending == nil { try fill() }
    defer { buffered = [] }
    return (buffered, ending ?? .fin)
  }

  /// What has come so far, at least `count` bytes unless the connection ends before.
  package func read(atLeast count: Int) throws -> [UInt8] {
    while buffered.count < count, ending == nil { try fill() }
    defer { buffered = [] }
    return buffered
  }

  /// What has come, as text, when that is as it should be; a connection that ends before is an error.
  ///
  /// - Parameter condition: asked of all that has come since the last call.
  package func readText(until condition: (String) -> Bool) throws -> String {
    var text = String(decoding: buffered, as: UTF8.self)
    while !condition(text) {
      if let ending {
        throw Failure(description: "the connection ended (\(ending)) after: \(text)")
      }
      try fill()
      text = String(decoding: buffered, as: UTF8.self)
    }
    buffered = []
    return text
  }

  private func fill() throws {
    var chunk = [UInt8](repeating: 0, count: 65_536)
    let count = recv(descriptor, &chunk, chunk.count, 0)
    if count > 0, let tls {
      try receive(chunk[..<count], tls)
    } else if count > 0 {
      buffered.append(contentsOf: chunk[..<count])
    } else if count == 0 {
      ending = .fin
    } else if errno == ECONNRESET {
      ending = .rst
    } else if errno != EINTR {
      throw Failure(
        description:
          "nothing came in time (\(String(cString: strerror(errno)))); so far \(buffered.count) bytes: \(String(decoding: buffered, as: UTF8.self))"
      )
    }
  }
  private func receive(_ bytes: ArraySlice<UInt8>, _ tls: TLSClientSession) throws {
    tls.input(bytes)
    // The handshake reads for itself.
    guard tls.isEstablished else { return }
    let (said, closed) = try tls.decrypt()
    buffered.append(contentsOf: said)
    if closed { ending = .closeNotify }
  }
}
