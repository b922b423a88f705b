import COpenSSL
import Core

/// Certificates that a client trusts: each once, in the order in which they were added.
package struct TrustedCertificates: Sendable {
  private var all: [[UInt8]] = []
  private var known: Set<[UInt8]> = []

  package init() {}

  /// Their DER encodings.
  package var encoded: [[UInt8]] { all }

  package var isEmpty: Bool { all.isEmpty }

  /// Adds every certificate of a PEM text. All else in it is passed over: text between blocks, private keys, blocks that
  /// are damaged. It may be somebody's file, in which other programs find what they need. RFC 7468 §2.
  package mutating func add(pem text: [UInt8]) {
    // A memory BIO counts in Int32.
    guard !text.isEmpty, text.count <= Int(Int32.max) else { return }
    text.withUnsafeBufferPointer { bytes in
      guard let bio = BIO_new_mem_buf(bytes.baseAddress, Int32(bytes.count)) else { return }
      defer { BIO_free(bio) }
      while let found = Self.next(in: bio) {
        guard let der = found, known.insert(der).inserted else { continue }
        all.append(der)
      }
    }
    ERR_clear_error()
  }

  /// Adds those of `others` that are not here.
  package mutating func add(_ others: TrustedCertificates) {
    for der in others.all where known.insert(der).inserted { all.append(der) }
  }

  /// Takes out those that `others` has.
  package mutating func remove(_ others: TrustedCertificates) {
    all.removeAll { others.known.contains($0) }
    known.subtract(others.known)
  }

  /// All of them as `CERTIFICATE` blocks. RFC 7468 §5.
  package var pem: [UInt8] {
    var text: [UInt8] = []
    for der in all {
      text.append("-----BEGIN CERTIFICATE-----\n")
      var line = 0
      while line < der.count {
        // 48 bytes are a line of 64 characters.
        let end = min(line + 48, der.count)
        Base64.standard.append(der.span.extracting(line..<end), to: &text)
        text.append(ASCII.lineFeed)
        line = end
      }
      text.append("-----END CERTIFICATE-----\n")
    }
    return text
  }

  /// The labels of blocks with a certificate: RFC 7468 §5.1, and OpenSSL's own.
  private static let labels: Set<String> = [
    "CERTIFICATE", "X509 CERTIFICATE", "TRUSTED CERTIFICATE",
  ]

  /// The next block of a text; nil at its end.
  /// - Returns: a certificate's DER encoding; nil for a block that is none.
  private static func next(in bio: OpaquePointer) -> [UInt8]?? {
    var name: UnsafeMutablePointer<CChar>?
    var header: UnsafeMutablePointer<CChar>?
    var data: UnsafeMutablePointer<UInt8>?
    var count = 0
    ERR_clear_error()
    guard PEM_read_bio(bio, &name, &header, &data, &count) == 1 else {
      // A damaged block was read past, so that this ends.
      let isEnd = redirect_pem_is_end(ERR_peek_last_error()) == 1 || redirect_bio_is_empty(bio) == 1
      return isEnd ? nil : .some(nil)
    }
    defer {
      CRYPTO_free(name, nil, 0)
      CRYPTO_free(header, nil, 0)
      CRYPTO_free(data, nil, 0)
    }
    guard let name, let header, header.pointee == 0, labels.contains(String(cString: name)) else {
      return .some(nil)
    }
    // OpenSSL's own form has more behind the certificate.
    var start = data.map { UnsafePointer($0) }
    guard let certificate = d2i_X509(nil, &start, count) else { return .some(nil) }
    defer { X509_free(certificate) }
    var encoded: UnsafeMutablePointer<UInt8>?
    let length = i2d_X509(certificate, &encoded)
    guard length > 0, let encoded else { return .some(nil) }
    defer { CRYPTO_free(encoded, nil, 0) }
    return .some(Array(UnsafeBufferPointer(start: encoded, count: Int(length))))
  }
}
