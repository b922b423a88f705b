/// The outermost layer of TLS. RFC 8446 §5.1.
package enum TLSRecord {
  /// The first byte of a client's first record: its content type.
  package static let handshake: UInt8 = 22
}
