import COpenSSL
import Glibc
import Testing

/// libssl as a client over memory: what it wants to send is taken with `output()`, what it gets is given with
/// `input(_:)`, so that a test decides how the bytes travel.
final class TestClient {
  struct Options {
    var least = TLS1_2_VERSION
    var most = TLS1_3_VERSION
    var serverName: String?
    /// Whether a certificate that does not verify ends the handshake.
    var verifies = false
    var protocols: [String] = []
    /// Cipher suites of TLS 1.3 and of 1.2, in the client's order; libssl's when nil.
    var suites: String?
    var ciphers: String?
    var authority: String?
    var session: OpaquePointer?
    /// The name or address that the certificate is checked for.
    var expectedHost: String?
  }

  enum Step: Equatable {
    case done, more
    /// Over; the alert of the peer if that is why.
    case failed(alert: Int32?)
  }

  let context: OpaquePointer
  let session: OpaquePointer
  private let incoming: OpaquePointer
  private let outgoing: OpaquePointer

  init(_ options: Options = Options()) throws {
    context = try #require(SSL_CTX_new(TLS_client_method()))
    try #require(redirect_tls_set_versions(context, options.least, options.most) == 1)
    if options.least < TLS1_2_VERSION {
      SSL_CTX_set_security_level(context, 0)
      try #require(SSL_CTX_set_cipher_list(context, "ALL:@SECLEVEL=0") == 1)
    }
    if let suites = options.suites {
      try #require(SSL_CTX_set_ciphersuites(context, suites) == 1)
    }
    if let ciphers = options.ciphers {
      try #require(SSL_CTX_set_cipher_list(context, ciphers) == 1)
    }
    if let pem = options.authority {
      // The BIO reads from the array's memory, which has to last as long.
      let certificate = Array(pem.utf8).withUnsafeBytes { bytes in
        let bio = BIO_new_mem_buf(bytes.baseAddress, Int32(bytes.count))
        defer { BIO_free(bio) }
        return PEM_read_bio_X509(bio, nil, nil, nil)
      }
      defer { X509_free(certificate) }
      try #require(X509_STORE_add_cert(SSL_CTX_get_cert_store(context), certificate) == 1)
    }
    session = try #require(SSL_new(context))
    incoming = try #require(BIO_new(BIO_s_mem()))
    outgoing = try #require(BIO_new(BIO_s_mem()))
    // An empty BIO is to be read later, not at its end.
    BIO_ctrl(incoming, BIO_C_SET_BUF_MEM_EOF_RETURN, -1, nil)
    SSL_set_bio(session, incoming, outgoing)
    if options.verifies { SSL_set_verify(session, SSL_VERIFY_PEER, nil) }
    if let name = options.serverName {
      var bytes = Array(name.utf8CString)
      SSL_ctrl(session, SSL_CTRL_SET_TLSEXT_HOSTNAME, Int(TLSEXT_NAMETYPE_host_name), &bytes)
    }
    if !options.protocols.isEmpty {
      let wire = options.protocols.flatMap { [UInt8($0.utf8.count)] + Array($0.utf8) }
      try #require(SSL_set_alpn_protos(session, wire, UInt32(wire.count)) == 0)
    }
    if let host = options.expectedHost {
      let parameters = SSL_get0_param(session)
      if X509_VERIFY_PARAM_set1_ip_asc(parameters, host) != 1 {
        ERR_clear_error()
        try #require(SSL_set1_host(session, host) == 1)
      }
    }
    if let old = options.session { try #require(SSL_set_session(session, old) == 1) }
    SSL_set_connect_state(session)
  }

  deinit {
    SSL_free(session)
    SSL_CTX_free(context)
  }

  func handshake() -> Step {
    ERR_clear_error()
    return step(SSL_do_handshake(session))
  }

  func output() -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: BIO_ctrl_pending(outgoing))
    guard !bytes.isEmpty else { return [] }
    BIO_read(outgoing, &bytes, Int32(bytes.count))
    return bytes
  }

  func input(_ bytes: [UInt8]) {
    guard !bytes.isEmpty else { return }
    BIO_write(incoming, bytes, Int32(bytes.count))
  }

  func write(_ text: String) { writeBytes(Array(text.utf8)) }

  func writeBytes(_ bytes: [UInt8]) {
    ERR_clear_error()
    SSL_write(session, bytes, Int32(bytes.count))
  }

  /// All that the server sent, as far as it is here.
  func read() -> (bytes: [UInt8], step: Step) {
    var all: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 20_000)
    while true {
      ERR_clear_error()
      let count = SSL_read(session, &chunk, Int32(chunk.count))
      guard count > 0 else { return (all, step(count)) }
      all += chunk[..<Int(count)]
    }
  }

  func close() { SSL_shutdown(session) }

  var sawCloseNotify: Bool { SSL_get_shutdown(session) & SSL_RECEIVED_SHUTDOWN != 0 }
  var isResumed: Bool { SSL_session_reused(session) == 1 }
  var verifyResult: Int { SSL_get_verify_result(session) }
  var version: String { String(cString: SSL_get_version(session)) }

  var cipher: String {
    String(cString: SSL_CIPHER_get_name(SSL_get_current_cipher(session)))
  }

  var chosenProtocol: String? {
    var name: UnsafePointer<UInt8>?
    var count: UInt32 = 0
    SSL_get0_alpn_selected(session, &name, &count)
    guard let name else { return nil }
    return String(
      decoding: UnsafeBufferPointer(start: name, count: Int(count)), as: UTF8.self)
  }

  private func step(_ result: Int32) -> Step {
    if result == 1 { return .done }
    switch SSL_get_error(session, result) {
    case SSL_ERROR_WANT_READ, SSL_ERROR_WANT_WRITE: return .more
    default:
      let code = ERR_peek_last_error()
      let reason = redirect_err_reason(code)
      ERR_clear_error()
      return .failed(alert: reason >= SSL_AD_REASON_OFFSET ? reason - SSL_AD_REASON_OFFSET : nil)
    }
  }
}
