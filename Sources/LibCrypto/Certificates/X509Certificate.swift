import COpenSSL
import Glibc

/// Owns one X509.
///
/// `@unchecked Sendable` is sound: nothing changes the certificate once it is here, its reference count is
/// atomic, and libcrypto's own lock protects the lazy reading of its extensions.
package final class X509Certificate: @unchecked Sendable {
  let pointer: OpaquePointer

  /// Takes over the reference.
  init(owning pointer: OpaquePointer) {
    self.pointer = pointer
  }

  deinit {
    X509_free(pointer)
  }

  /// All certificates of a text, in their order.
  package static func parse(pem text: String) throws(CertificateError) -> [X509Certificate] {
    let blocks = try PEMBlock.parse(text, of: .certificate)
    var certificates: [X509Certificate] = []
    for block in blocks where block.label == "CERTIFICATE" {
      let pointer = block.der.withUnsafeBufferPointer { der in
        var next = der.baseAddress
        return d2i_X509(nil, &next, der.count)
      }
      guard let pointer else {
        throw .unreadable(.certificate, .last("read certificate \(certificates.count + 1)"))
      }
      certificates.append(X509Certificate(owning: pointer))
    }
    guard !certificates.isEmpty else {
      throw .missingBlock(.certificate, found: blocks.map(\.label), expected: "CERTIFICATE")
    }
    return certificates
  }

  /// As a `CERTIFICATE` block. RFC 7468 §5.
  package var pem: String {
    get throws(CertificateError) {
      try MemoryBIO.text("write a certificate") { PEM_write_bio_X509($0, pointer) }
    }
  }

  /// The first second at which it is valid, since 1970.
  package var notBefore: Int { Self.seconds(X509_get0_notBefore(pointer)) }
  /// The last second at which it is valid, since 1970.
  package var notAfter: Int { Self.seconds(X509_get0_notAfter(pointer)) }

  /// Whether it may sign others. RFC 5280 §4.2.1.9.
  package var isAuthority: Bool { X509_check_ca(pointer) == 1 }

  /// Whether a client that asked for this name accepts it, by libcrypto's checks. RFC 6125 §6.
  ///
  /// libcrypto matches no wildcard that has a single label after it, so `*.localhost` covers nothing here.
  package func covers(_ name: CertificateName) -> Bool {
    switch name {
    case .dns(let name):
      X509_check_host(pointer, name, name.utf8.count, 0, nil) == 1
    case .ip(let address):
      X509_check_ip(pointer, address, address.count, 0) == 1
    }
  }

  /// Refuses a certificate outside its time.
  /// - Parameter now: seconds since 1970.
  func checkTime(now: Int) throws(CertificateError) {
    guard now <= notAfter else { throw .expired(notAfter: notAfter) }
    guard now >= notBefore else { throw .notYetValid(notBefore: notBefore) }
  }

  private static func seconds(_ time: UnsafePointer<ASN1_TIME>?) -> Int {
    var parts = tm()
    guard ASN1_TIME_to_tm(time, &parts) == 1 else {
      ERR_clear_error()
      return 0
    }
    return timegm(&parts)
  }
}
