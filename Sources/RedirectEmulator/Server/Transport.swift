import EventLoop
import TLS

/// A connection's bytes in and out, plain or through TLS.
package struct Transport {
  package enum Transfer: Sendable, Equatable {
    case bytes(Int)
    /// Nothing now: wait until the socket is readable.
    case wantRead
    /// Nothing now: wait until the socket is writable.
    case wantWrite
    /// The peer has ended its side.
    case end
    /// The peer is gone, or TLS failed; the connection cannot be used any more.
    case failed
  }

  package let socket: Socket
  /// nil if HTTP is spoken without TLS.
  package var tls: TLSSession?
  /// Whether TLS ends with close_notify, as it should.
  package var endsTLS = true
  /// Whether ending this side now would leave out a close_notify that is due.
  package var withholdsGoodbye: Bool { !endsTLS && tls?.canSayGoodbye == true }

  package init(socket: Socket) {
    self.socket = socket
  }

  /// Reads what is there, at most as many bytes as `buffer` has.
  package func receive(into buffer: inout [UInt8]) -> Transfer {
    guard let tls else {
      return switch socket.receive(into: &buffer) {
      case .bytes(let count): .bytes(count)
      case .wouldBlock: .wantRead
      case .end: .end
      case .failed: .failed
      }
    }
    return switch tls.receive(into: &buffer, from: 0) {
    case .bytes(let count): .bytes(count)
    case .wantRead: .wantRead
    case .wantWrite: .wantWrite
    case .end: .end
    case .failed: .failed
    }
  }

  /// Writes what can be written of `bytes` from `offset` on.
  ///
  /// - Parameter limit: bytes that are written at most.
  package func send(_ bytes: [UInt8], from offset: Int, atMost limit: Int = .max) -> Transfer {
    guard let tls else {
      return switch socket.send(bytes, from: offset, atMost: limit) {
      case .bytes(let count): .bytes(count)
      case .wouldBlock, .end: .wantWrite
      case .failed: .failed
      }
    }
    return switch tls.send(bytes, from: offset, atMost: limit) {
    case .bytes(let count): .bytes(count)
    case .wantRead: .wantRead
    case .wantWrite: .wantWrite
    case .failed: .failed
    }
  }

  /// Whether bytes wait that the socket's readiness does not report.
  package var hasPending: Bool { tls?.hasPending ?? false }

  /// Ends this side: close_notify if TLS is spoken, and FIN.
  package func shutdownWriting() {
    if endsTLS { tls?.shutdown() }
    socket.shutdownWriting()
  }

  /// Closes both sides.
  package func close() {
    if endsTLS { tls?.shutdown() }
    socket.close()
  }
}
