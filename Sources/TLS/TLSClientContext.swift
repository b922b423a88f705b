import COpenSSL
import Core
import LibCrypto

/// The part that is common to all sessions in which the emulator is the client: the authorities that it trusts. It
/// speaks TLS 1.2 and 1.3, and offers `http/1.1` by ALPN.
///
/// `@unchecked Sendable` is sound: the SSL_CTX is not changed after init, and libssl documents that threads can share
/// one that nobody changes (openssl-threads(7)).
package final class TLSClientContext: @unchecked Sendable {
  let pointer: OpaquePointer

  /// `http/1.1` as ALPN writes it. RFC 7301 §3.1.
  private static let protocols: [UInt8] = [8] + Array("http/1.1".utf8)

  /// - Parameter trusted: the authorities; one of them must have signed the server's certificate, directly or
  ///   indirectly. nil accepts any certificate.
  /// - Note: reading all of a system's authorities takes libcrypto 15 milliseconds.
  package init(trusting trusted: TrustedCertificates?) throws(TLSError) {
    ERR_clear_error()
    guard let pointer = SSL_CTX_new(TLS_client_method()) else {
      throw .setup(operation: "make a TLS context", reason: TLSError.reason())
    }
    // From here on deinit frees it, even if this throws.
    self.pointer = pointer
    redirect_tls_client_defaults(pointer)
    // Set here, so that an openssl.cnf of the machine cannot change it.
    SSL_CTX_set_security_level(pointer, 1)
    guard redirect_tls_set_versions(pointer, TLS1_2_VERSION, TLS1_3_VERSION) == 1 else {
      throw .setup(operation: "choose the versions of TLS", reason: TLSError.reason())
    }
    // 0 is success here.
    guard
      SSL_CTX_set_alpn_protos(pointer, Self.protocols, UInt32(Self.protocols.count)) == 0
    else { throw .setup(operation: "offer http/1.1", reason: TLSError.reason()) }
    guard let trusted else {
      SSL_CTX_set_verify(pointer, SSL_VERIFY_NONE, nil)
      return
    }
    SSL_CTX_set_verify(pointer, SSL_VERIFY_PEER, nil)
    guard let store = SSL_CTX_get_cert_store(pointer) else {
      throw .setup(operation: "keep authorities", reason: TLSError.reason())
    }
    for der in trusted.encoded {
      der.withUnsafeBufferPointer { bytes in
        var start = bytes.baseAddress
        // A certificate that cannot be read can sign for nobody.
        guard let certificate = d2i_X509(nil, &start, bytes.count) else { return }
        X509_STORE_add_cert(store, certificate)
        X509_free(certificate)
      }
    }
    ERR_clear_error()
  }

  deinit {
    SSL_CTX_free(pointer)
  }
}
