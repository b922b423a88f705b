import COpenSSL
import Glibc

/// A client's side of TLS over memory: it turns what is to be said into the bytes that travel, and those that came
/// into what was said. It knows no socket, so that a test decides how, and on which thread, the bytes travel.
package final class TLSClientSession {
  package enum Version: String, Sendable, CaseIterable, CustomStringConvertible {
    case tls12, tls13

    package var description: String { rawValue }

    fileprivate var number: Int { Int(self == .tls12 ? TLS1_2_VERSION : TLS1_3_VERSION) }
  }

  /// One for all sessions: making one takes longer than a handshake. It trusts any certificate; that those are good is
  /// for other tests to see.
  ///
  /// Sound: nobody changes the SSL_CTX after it was made, and libssl documents such a one as shared between threads
  /// (openssl-threads(7)).
  private nonisolated(unsafe) static let context = SSL_CTX_new(TLS_client_method())

  private let session: OpaquePointer
  private let incoming: OpaquePointer
  private let outgoing: OpaquePointer

  package convenience init(_ version: Version = .tls13, serverName: String? = nil) throws {
    try self.init(number: version.number)
    // RFC 6066 §3.
    if let serverName {
      var name = Array(serverName.utf8CString)
      SSL_ctrl(
        session, SSL_CTRL_SET_TLSEXT_HOSTNAME, Int(TLSEXT_NAMETYPE_host_name), &name)
    }
  }

  /// - Parameter number: the only version that it speaks, as it travels: 0x0301 for TLS 1.0 to 0x0304 for 1.3.
  package init(number: Int) throws {
    guard let session = SSL_new(Self.context), let incoming = BIO_new(BIO_s_mem()),
      let outgoing = BIO_new(BIO_s_mem())
    else { throw RawClient.Failure(description: "libssl makes no session") }
    self.session = session
    self.incoming = incoming
    self.outgoing = outgoing
    // An empty BIO is to be read later, not at its end.
    BIO_ctrl(incoming, BIO_C_SET_BUF_MEM_EOF_RETURN, -1, nil)
    // The session owns both from here on.
    SSL_set_bio(session, incoming, outgoing)
    SSL_ctrl(session, SSL_CTRL_SET_MIN_PROTO_VERSION, number, nil)
    SSL_ctrl(session, SSL_CTRL_SET_MAX_PROTO_VERSION, number, nil)
    if number < TLS1_2_VERSION {
      // These versions sign with SHA-1, which OpenSSL's level 1 forbids.
      SSL_set_security_level(session, 0)
      SSL_set_cipher_list(session, "ALL:@SECLEVEL=0")
    }
    SSL_set_connect_state(session)
  }

  deinit {
    SSL_free(session)
  }

  /// Continues with the handshake, as far as what has come allows.
  ///
  /// - Returns: whether it is done.
  package func handshake() throws -> Bool {
    ERR_clear_error()
    let result = SSL_do_handshake(session)
    if result == 1 {
      isEstablished = true
      return true
    }
    if SSL_get_error(session, result) == SSL_ERROR_WANT_READ { return false }
    throw RawClient.Failure(description: "the TLS handshake failed: \(Self.reason())")
  }

  /// Whether the first handshake is done.
  package private(set) var isEstablished = false

  /// Takes what is to be sent to the server.
  package func output() -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: BIO_ctrl_pending(outgoing))
    if bytes.isEmpty { return [] }
    BIO_read(outgoing, &bytes, Int32(bytes.count))
    return bytes
  }

  /// Gives what the server sent.
  package func input(_ bytes: some Collection<UInt8>) {
    let bytes = Array(bytes)
    if !bytes.isEmpty { BIO_write(incoming, bytes, Int32(bytes.count)) }
  }

  /// `bytes` as they travel: in a record, or in several where they are more than one holds.
  package func encrypt(_ bytes: [UInt8]) throws -> [UInt8] {
    ERR_clear_error()
    if !bytes.isEmpty, SSL_write(session, bytes, Int32(bytes.count)) != bytes.count {
      throw RawClient.Failure(description: "nothing more may be said: \(Self.reason())")
    }
    return output()
  }

  /// What the server said, as far as it has come, and whether it said that this was all (close_notify).
  package func decrypt() throws -> (bytes: [UInt8], closed: Bool) {
    var all: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 16_384)
    while true {
      ERR_clear_error()
      let count = SSL_read(session, &chunk, Int32(chunk.count))
      if count > 0 {
        all += chunk[..<Int(count)]
        continue
      }
      switch SSL_get_error(session, count) {
      case SSL_ERROR_WANT_READ: return (all, false)
      case SSL_ERROR_ZERO_RETURN: return (all, true)
      default:
        throw RawClient.Failure(description: "the TLS session failed: \(Self.reason())")
      }
    }
  }

  /// Says that nothing more will be said. RFC 8446 §6.1.
  package func closeNotify() -> [UInt8] {
    ERR_clear_error()
    SSL_shutdown(session)
    return output()
  }

  /// Asks for another handshake in the middle of a session, which only TLS 1.2 has. RFC 5246 §7.4.1.1.
  package func renegotiation() throws -> [UInt8] {
    ERR_clear_error()
    guard SSL_renegotiate(session) == 1 else {
      throw RawClient.Failure(description: "libssl does not renegotiate: \(Self.reason())")
    }
    _ = try handshake()
    return output()
  }

  /// Changes this side's keys, and has the server change its own where `requested`. RFC 8446 §4.6.3.
  package func keyUpdate(requested: Bool) throws -> [UInt8] {
    ERR_clear_error()
    let kind = requested ? SSL_KEY_UPDATE_REQUESTED : SSL_KEY_UPDATE_NOT_REQUESTED
    guard SSL_key_update(session, kind) == 1 else {
      throw RawClient.Failure(description: "libssl updates no keys: \(Self.reason())")
    }
    _ = try handshake()
    return output()
  }

  private static func reason() -> String {
    let code = ERR_peek_last_error()
    ERR_clear_error()
    return ERR_reason_error_string(code).map { String(cString: $0) } ?? "no reason given"
  }
}
