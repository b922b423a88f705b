import COpenSSL
import Core

/// Certificates that a client trusts: each once, in the order in which they were added.
package struct TrustedCertificates: Sendable {
  private var all: [[UInt8]] = []
  private var known: Set<Encoding> = []

  /// A DER encoding with a hash of its last bytes: they belong to the signature, so they differ between certificates.
  /// There are 150 encodings of 1.5 KB, and each is looked up several times.
  private struct Encoding: Hashable {
    let bytes: [UInt8]

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    func hash(into hasher: inout Hasher) {
      for byte in bytes.suffix(16) { hasher.combine(byte) }
    }
  }

  package init() {}

  /// Their DER encodings.
  package var encoded: [[UInt8]] { all }

  package var isEmpty: Bool { all.isEmpty }

  /// Adds every certificate of a PEM text. Everything else is skipped: text between blocks, private keys, damaged
  /// blocks. The text may be a user's file, with content for other programs. RFC 7468 §2.
  ///
  /// - Parameter isOfSystem: whether the text is the system's. Its certificates are valid, so only their outer form is
  ///   checked: libcrypto takes 15 milliseconds to read all of them.
  package mutating func add(pem text: [UInt8], isOfSystem: Bool = false) {
    // A memory BIO counts in Int32.
    guard !text.isEmpty, text.count <= Int(Int32.max) else { return }
    text.withUnsafeBufferPointer { bytes in
      guard let bio = BIO_new_mem_buf(bytes.baseAddress, Int32(bytes.count)) else { return }
      defer { BIO_free(bio) }
      while let found = next(in: bio, isOfSystem) {
        guard let der = found, known.insert(Encoding(der)).inserted else { continue }
        all.append(der)
      }
    }
    ERR_clear_error()
  }

  /// Adds the certificates of `others` that are not here yet.
  package mutating func add(_ others: TrustedCertificates) {
    for der in others.all where known.insert(Encoding(der)).inserted { all.append(der) }
  }

  /// Removes the certificates that `others` has.
  package mutating func remove(_ others: TrustedCertificates) {
    all.removeAll { others.known.contains(Encoding($0)) }
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
  /// - Returns: a certificate's DER encoding; nil for a block that is not one.
  private func next(in bio: OpaquePointer, _ isOfSystem: Bool) -> [UInt8]?? {
    var name: UnsafeMutablePointer<CChar>?
    var header: UnsafeMutablePointer<CChar>?
    var data: UnsafeMutablePointer<UInt8>?
    var count = 0
    ERR_clear_error()
    guard PEM_read_bio(bio, &name, &header, &data, &count) == 1 else {
      // A damaged block has been passed, so the reading comes to an end.
      let isEnd = redirect_pem_is_end(ERR_peek_last_error()) == 1 || redirect_bio_is_empty(bio) == 1
      return isEnd ? nil : .some(nil)
    }
    defer {
      CRYPTO_free(name, nil, 0)
      CRYPTO_free(header, nil, 0)
      CRYPTO_free(data, nil, 0)
    }
    guard let name, let header, let data, header.pointee == 0 else { return .some(nil) }
    let label = String(cString: name)
    guard Self.labels.contains(label) else { return .some(nil) }
    if label == "CERTIFICATE" {
      let der = Array(UnsafeBufferPointer(start: data, count: count))
      if known.contains(Encoding(der)) || isOfSystem && Self.hasForm(der.span) { return .some(der) }
    }
    // OpenSSL's own form has more data after the certificate.
    var start: UnsafePointer<UInt8>? = UnsafePointer(data)
    guard let certificate = d2i_X509(nil, &start, count) else { return .some(nil) }
    defer { X509_free(certificate) }
    var encoded: UnsafeMutablePointer<UInt8>?
    let length = i2d_X509(certificate, &encoded)
    guard length > 0, let encoded else { return .some(nil) }
    defer { CRYPTO_free(encoded, nil, 0) }
    return .some(Array(UnsafeBufferPointer(start: encoded, count: Int(length))))
  }

  /// Whether bytes are a sequence of two sequences and a bit string, as every certificate is. RFC 5280 §4.1.
  private static func hasForm(_ der: Span<UInt8>) -> Bool {
    let (sequence, bitString): (UInt8, UInt8) = (0x30, 0x03)
    guard let whole = content(of: sequence, at: 0, in: der), whole.upperBound == der.count,
      let content = content(of: sequence, at: whole.lowerBound, in: der),
      let algorithm = self.content(of: sequence, at: content.upperBound, in: der),
      let signature = self.content(of: bitString, at: algorithm.upperBound, in: der)
    else { return false }
    return signature.upperBound == der.count
  }

  /// Where the content of an element is. X.690 §8.1.
  private static func content(of tag: UInt8, at start: Int, in der: Span<UInt8>) -> Range<Int>? {
    guard der.count - start >= 2, der[start] == tag else { return nil }
    var first = start + 2
    var length = Int(der[start + 1])
    if length >= 0x80 {
      let digits = length - 0x80
      guard (1...4).contains(digits), der.count - first >= digits else { return nil }
      length = 0
      for index in first..<(first + digits) { length = length << 8 | Int(der[index]) }
      first += digits
    }
    guard length <= der.count - first else { return nil }
    return first..<(first + length)
  }
}
