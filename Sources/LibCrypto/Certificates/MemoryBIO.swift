import COpenSSL

/// libcrypto's writers put text into a BIO; this hands it on as a String.
enum MemoryBIO {
  static func text(
    _ operation: String, _ write: (OpaquePointer) -> Int32
  ) throws(CertificateError) -> String {
    guard let bio = BIO_new(BIO_s_mem()) else { throw .library(.last(operation)) }
    defer { BIO_free(bio) }
    guard write(bio) == 1 else { throw .library(.last(operation)) }
    var bytes = [UInt8](repeating: 0, count: BIO_ctrl_pending(bio))
    let count = BIO_read(bio, &bytes, Int32(clamping: bytes.count))
    return String(decoding: bytes.prefix(Int(max(count, 0))), as: UTF8.self)
  }
}
