import EventLoop

/// A connection's bytes in and out, plain or through TLS.
struct Transport {
  enum Transfer: Equatable {
    case bytes(Int)
    /// Nothing now: wait until the socket is readable.
    case wantRead
    /// Nothing now: wait until the socket is writable.
    case wantWrite
    /// The peer has ended its side.
    case end
    /// The peer is gone, or the protocol below was broken; the connection is of no more use.
    case failed
  }

  let socket: Socket

  /// Reads what is there.
  func receive(into buffer: inout [UInt8]) -> Transfer {
    switch socket.receive(into: &buffer) {
    case .bytes(let count): .bytes(count)
    case .wouldBlock: .wantRead
    case .end: .end
    case .failed: .failed
    }
  }

  /// Writes what can be written of `bytes` from `offset` on.
  func send(_ bytes: [UInt8], from offset: Int) -> Transfer {
    switch socket.send(bytes, from: offset) {
    case .bytes(let count): .bytes(count)
    case .wouldBlock, .end: .wantWrite
    case .failed: .failed
    }
  }
}
