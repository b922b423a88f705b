import Glibc

/// A non-blocking socket that is connected or about to be: bytes in, bytes out. Its owner closes it, once.
package struct Socket: Sendable {
  package let descriptor: Int32

  /// - Parameter descriptor: of a connected, non-blocking TCP socket.
  package init(_ descriptor: Int32) {
    self.descriptor = descriptor
    SystemCall.setNoDelay(descriptor)
  }

  /// Begins to connect. When the socket can be written, ``connectFailure`` says whether it is connected.
  package init(connectingTo address: SocketAddress) throws(Errno) {
    self.init(try SystemCall.connecting(to: address))
  }

  /// Why the connection could not be made; nil if it was.
  package var connectFailure: Errno? { SystemCall.failure(of: descriptor) }

  /// Reads what is there, at most as many bytes as `buffer` has.
  package func receive(into buffer: inout [UInt8]) -> SystemCall.Transfer {
    buffer.withUnsafeMutableBytes { SystemCall.receive(descriptor, into: $0) }
  }

  /// The first byte that waits, without taking it.
  package func peek() -> (byte: UInt8, transfer: SystemCall.Transfer) {
    SystemCall.peek(descriptor)
  }

  /// Writes as much of `bytes`, from `offset` on, as the send queue takes.
  ///
  /// - Parameter limit: bytes that are written at most.
  package func send(_ bytes: [UInt8], from offset: Int, atMost limit: Int = .max)
    -> SystemCall.Transfer
  {
    bytes.withUnsafeBytes {
      SystemCall.send(
        descriptor, UnsafeRawBufferPointer(rebasing: $0[offset...].prefix(limit)))
    }
  }

  /// Sends FIN; reading continues.
  package func shutdownWriting() { SystemCall.shutdownWriting(descriptor) }

  /// Closes with FIN, or with RST if bytes are unread.
  package func close() { SystemCall.close(descriptor) }

  /// Closes with RST; what was not sent yet is dropped.
  package func reset() {
    SystemCall.makeCloseReset(descriptor)
    SystemCall.close(descriptor)
  }
}
