import COpenSSL
import Core
import Glibc
import LibCrypto

/// One side of a TLS connection on a non-blocking socket: the server's, or a client's. It belongs to one loop.
///
/// The session neither owns nor closes the descriptor. libssl writes with write(2), so the process has to ignore
/// SIGPIPE. Otherwise a client that is gone would end the process.
///
/// A call reads from the socket once. Bytes that are left are for the next call, which a level-triggered epoll causes.
///
/// Each call may need the other direction: after `wantWrite` call `receive` again when the socket can be written, and
/// after `wantRead` call `send` again when it can be read.
package final class TLSSession {
  /// The result of a handshake.
  package enum Handshake: Sendable, Equatable {
    case done
    case wantRead
    case wantWrite
    /// Over. If an alert is due, libssl has sent it: close the writing side first (`shutdown(2)`), and read what is
    /// left. A socket that is closed with unread bytes is reset, and the alert would be lost.
    case failed(TLSError)
  }

  /// The result of `receive`.
  package enum Received: Sendable, Equatable {
    /// This many bytes were appended; there may be more.
    case bytes(Int)
    case wantRead
    case wantWrite
    /// The client sends nothing more. `closeNotify` is false if it closed the connection without saying so in TLS: the
    /// bytes so far may then be part of a message that was cut. RFC 8446 §6.1.
    case end(closeNotify: Bool)
    case failed(TLSError)
  }

  /// The result of `send`.
  package enum Sending: Sendable, Equatable {
    /// This many bytes were taken: at least one, if there were any.
    case bytes(Int)
    case wantRead
    case wantWrite
    case failed(TLSError)
  }

  /// A session's version of TLS.
  package enum Version: String, Sendable {
    case tls10 = "TLSv1"
    case tls11 = "TLSv1.1"
    case tls12 = "TLSv1.2"
    case tls13 = "TLSv1.3"
  }

  private let pointer: OpaquePointer
  /// A ``TLSServerContext``, which libssl calls back in the handshake, or a ``TLSClientContext``.
  private let context: AnyObject
  /// The host name in the bytes that were received before.
  private let foundName: String?
  /// After a fatal error libssl forbids SSL_shutdown.
  private var hasFailed = false
  package private(set) var isEstablished = false
  /// Bytes that were read from the socket before the session was made, until libssl has taken all of them.
  private var received: OpaquePointer?

  /// - Parameters:
  ///   - descriptor: a connected, non-blocking stream socket, which outlives the session.
  ///   - received: bytes that were already read from it.
  ///   - serverName: the host name that was found in them.
  ///   - notesSent: whether ``sent`` is kept.
  package init(
    context: TLSServerContext, descriptor: Int32, received: [UInt8] = [],
    serverName: String? = nil, notesSent: Bool = false
  ) throws(TLSError) {
    ERR_clear_error()
    guard let pointer = SSL_new(context.pointer) else {
      throw .setup(operation: "make a TLS session", reason: TLSError.reason())
    }
    guard SSL_set_fd(pointer, descriptor) == 1 else {
      SSL_free(pointer)
      throw .setup(operation: "put TLS on a socket", reason: TLSError.reason())
    }
    redirect_tls_meter_reads(pointer)
    SSL_set_accept_state(pointer)
    self.pointer = pointer
    self.context = context
    foundName = serverName
    if !received.isEmpty {
      guard let memory = BIO_new(BIO_s_mem()),
        BIO_write(memory, received, Int32(received.count)) == received.count
      else {
        throw .setup(operation: "keep what a client sent", reason: TLSError.reason())
      }
      // Empty means that more is to come, not that it has ended.
      BIO_ctrl(memory, BIO_C_SET_BUF_MEM_EOF_RETURN, -1, nil)
      // The session owns it from here on. The socket's own BIO stays, for writing.
      SSL_set0_rbio(pointer, memory)
      self.received = memory
    }
    if notesSent {
      SSL_set_msg_callback(pointer, noteMessage)
      // Not retained: libssl calls back only while this session calls it.
      SSL_ctrl(
        pointer, SSL_CTRL_SET_MSG_CALLBACK_ARG, 0, Unmanaged.passUnretained(self).toOpaque())
    }
  }

  /// The client's side.
  ///
  /// - Parameters:
  ///   - descriptor: a connected, non-blocking stream socket, which outlives the session.
  ///   - server: the name or address that the server's certificate must be for. A name is sent to the server; an
  ///     address is not (RFC 6066 §3).
  package init(context: TLSClientContext, descriptor: Int32, server: CertificateName)
    throws(TLSError)
  {
    ERR_clear_error()
    guard let pointer = SSL_new(context.pointer) else {
      throw .setup(operation: "make a TLS session", reason: TLSError.reason())
    }
    let isSet =
      SSL_set_fd(pointer, descriptor) == 1
      && {
        switch server {
        case .dns(let name):
          return SSL_set1_host(pointer, name) == 1 && redirect_tls_ask_for_name(pointer, name) == 1
        case .ip(let address):
          return X509_VERIFY_PARAM_set1_ip(SSL_get0_param(pointer), address, address.count) == 1
        }
      }()
    guard isSet else {
      SSL_free(pointer)
      throw .setup(operation: "put TLS on a socket", reason: TLSError.reason())
    }
    redirect_tls_meter_reads(pointer)
    SSL_set_connect_state(pointer)
    self.pointer = pointer
    self.context = context
    foundName = nil
  }

  /// Why the peer's certificate is not trusted, in libcrypto's words; nil if it is trusted or has not come yet.
  package var distrust: String? {
    let result = SSL_get_verify_result(pointer)
    guard result != Int(X509_V_OK), let text = X509_verify_cert_error_string(result) else {
      return nil
    }
    return String(cString: text)
  }

  /// Continues to read from the socket, once libssl has taken the bytes that were read before.
  private func readOn() {
    guard let received, BIO_ctrl_pending(received) == 0, let socket = SSL_get_wbio(pointer) else {
      return
    }
    BIO_up_ref(socket)
    SSL_set0_rbio(pointer, socket)
    self.received = nil
  }

  /// What a server has sent in a handshake.
  package struct Sent: OptionSet, Sendable {
    package let rawValue: UInt8

    package init(rawValue: UInt8) { self.rawValue = rawValue }

    /// RFC 8446 §4.1.3: the version is chosen.
    package static let serverHello = Sent(rawValue: 1)
    /// RFC 8446 §4.4.2.
    package static let certificate = Sent(rawValue: 2)
    package static let alert = Sent(rawValue: 4)
  }

  /// What was sent so far, if the session records it.
  package fileprivate(set) var sent: Sent = []

  deinit {
    SSL_free(pointer)
  }

  /// Continues with the handshake.
  package func handshake() -> Handshake {
    ERR_clear_error()
    errno = 0
    redirect_tls_allow_reads(pointer, Self.readsPerCall)
    let result = SSL_do_handshake(pointer)
    guard result != 1 else {
      isEstablished = true
      return .done
    }
    let outcome = outcome(of: result)
    readOn()
    switch outcome {
    case .wantRead: return .wantRead
    case .wantWrite: return .wantWrite
    case .end: return .failed(.closed)
    case .failed(let error):
      if case .refused = error { sendAlertIfSilent() }
      return .failed(error)
    }
  }

  /// For a first record that is not TLS at all, libssl sends no alert. A client that sends garbage must still learn why
  /// the connection was closed.
  private func sendAlertIfSilent() {
    guard let bio = SSL_get_wbio(pointer), BIO_number_written(bio) == 0 else { return }
    let record = TLSAlert.protocolVersion.record
    BIO_write(bio, record, Int32(record.count))
    ERR_clear_error()
  }

  /// How often one call reads from the socket before the loop has to call it again, so that no client occupies the loop
  /// for long. One read fills libssl's buffer, which holds the largest record, so a call always makes progress.
  private static let readsPerCall = 1

  /// The most bytes that one `receive` appends: the size of a record. RFC 8446 §5.1.
  package static let receiveLimit = 16_384

  /// Appends the content of the next record, at most `receiveLimit` bytes.
  ///
  /// Call it until it wants something: libssl may hold records that the socket has already delivered, and the socket's
  /// readiness does not report those (`hasPending`).
  package func receive(into bytes: inout [UInt8]) -> Received {
    withUnsafeTemporaryAllocation(byteCount: Self.receiveLimit, alignment: 16) { buffer in
      let received = receive(into: buffer)
      if case .bytes(let count) = received {
        bytes.append(contentsOf: UnsafeRawBufferPointer(rebasing: buffer[..<count]))
      }
      return received
    }
  }

  /// The same, into the array's bytes from `start` on. It overwrites as many as were received.
  package func receive(into bytes: inout [UInt8], from start: Int) -> Received {
    bytes.withUnsafeMutableBytes { buffer in
      guard start >= 0, start < buffer.count else { return .bytes(0) }
      return receive(into: UnsafeMutableRawBufferPointer(rebasing: buffer[start...]))
    }
  }

  /// The same, into the caller's memory; `.bytes(0)` if that is empty.
  package func receive(into buffer: UnsafeMutableRawBufferPointer) -> Received {
    guard !buffer.isEmpty else { return .bytes(0) }
    ERR_clear_error()
    errno = 0
    redirect_tls_allow_reads(pointer, Self.readsPerCall)
    var count = 0
    let result = SSL_read_ex(pointer, buffer.baseAddress, buffer.count, &count)
    guard result != 1 else { return .bytes(count) }
    switch outcome(of: result) {
    case .wantRead: return .wantRead
    case .wantWrite: return .wantWrite
    case .end(let closeNotify): return .end(closeNotify: closeNotify)
    case .failed(let error): return .failed(error)
    }
  }

  /// Sends `bytes` from `start` on, as many as the socket takes.
  ///
  /// After `wantRead` or `wantWrite` the next call has to begin with the same bytes (the array may be another
  /// one, and longer): libssl has encrypted them already.
  ///
  /// - Parameter limit: the most bytes that are taken.
  package func send(_ bytes: [UInt8], from start: Int = 0, atMost limit: Int = .max) -> Sending {
    bytes.withUnsafeBytes { buffer in
      guard start >= 0, start <= buffer.count else { return .bytes(0) }
      return send(UnsafeRawBufferPointer(rebasing: buffer[start...].prefix(limit)))
    }
  }

  /// The same, from the caller's memory.
  package func send(_ buffer: UnsafeRawBufferPointer) -> Sending {
    var sent = 0
    while sent < buffer.count {
      ERR_clear_error()
      errno = 0
      var count = 0
      let result = SSL_write_ex(
        pointer, buffer.baseAddress?.advanced(by: sent), buffer.count - sent, &count)
      if result == 1 {
        sent += count
        continue
      }
      // Bytes that were taken before are reported first; the next call meets the same obstacle.
      switch outcome(of: result) {
      case .wantRead: return sent > 0 ? .bytes(sent) : .wantRead
      case .wantWrite: return sent > 0 ? .bytes(sent) : .wantWrite
      case .end: return .failed(.closed)
      case .failed(let error): return .failed(error)
      }
    }
    return .bytes(sent)
  }

  /// Sends close_notify if the socket takes it at once and the session has not failed. RFC 8446 §6.1.
  package func shutdown() {
    guard canSayGoodbye else { return }
    ERR_clear_error()
    SSL_shutdown(pointer)
    ERR_clear_error()
  }

  /// Whether anything was sent to the client.
  package var hasAnswered: Bool {
    SSL_get_wbio(pointer).map { BIO_number_written($0) > 0 } ?? false
  }

  /// Whether ``shutdown()`` would send anything.
  package var canSayGoodbye: Bool { isEstablished && !hasFailed }

  /// Whether libssl holds bytes that the socket has delivered, perhaps less than a record.
  package var hasPending: Bool { SSL_has_pending(pointer) == 1 }

  /// The version agreed on, once the handshake is done.
  package var version: Version? {
    guard isEstablished, let text = SSL_get_version(pointer) else { return nil }
    return Version(rawValue: String(cString: text))
  }

  /// The host name that the client asked for. RFC 6066 §3.
  package var serverName: String? {
    if let foundName { return foundName }
    return SSL_get_servername(pointer, TLSEXT_NAMETYPE_host_name).map { String(cString: $0) }
  }

  /// Whether the session continues from an earlier one.
  package var isResumed: Bool { SSL_session_reused(pointer) == 1 }

  private enum Outcome {
    case wantRead, wantWrite
    case end(closeNotify: Bool)
    case failed(TLSError)
  }

  /// Finds out why a call of libssl stopped. It must be called right after that call, on the same thread.
  private func outcome(of result: Int32) -> Outcome {
    let system = errno
    switch SSL_get_error(pointer, result) {
    case SSL_ERROR_WANT_READ: return .wantRead
    case SSL_ERROR_WANT_WRITE: return .wantWrite
    case SSL_ERROR_ZERO_RETURN: return .end(closeNotify: true)
    case SSL_ERROR_SYSCALL:
      hasFailed = true
      ERR_clear_error()
      return system == 0 ? .end(closeNotify: false) : .failed(.system(errno: system))
    default:
      hasFailed = true
      let code = ERR_peek_last_error()
      if redirect_err_is_unexpected_eof(code) == 1 {
        ERR_clear_error()
        return .end(closeNotify: false)
      }
      let reason = redirect_err_reason(code)
      if redirect_err_is_ssl(code) == 1, let alert = UInt8(exactly: reason - SSL_AD_REASON_OFFSET) {
        ERR_clear_error()
        return .failed(.peerAlert(code: alert))
      }
      return .failed(.refused(reason: TLSError.reason()))
    }
  }
}

/// Records what a session sends: alerts, and the messages of the handshake that may have a fault.
private let noteMessage:
  @convention(c) (
    Int32, Int32, Int32, UnsafeRawPointer?, Int, OpaquePointer?, UnsafeMutableRawPointer?
  ) -> Void = { written, _, type, bytes, count, _, argument in
    guard written == 1, let argument, let bytes, count > 0 else { return }
    let session = Unmanaged<TLSSession>.fromOpaque(argument).takeUnretainedValue()
    switch (type, bytes.load(as: UInt8.self)) {
    case (SSL3_RT_HANDSHAKE, UInt8(SSL3_MT_SERVER_HELLO)): session.sent.insert(.serverHello)
    case (SSL3_RT_HANDSHAKE, UInt8(SSL3_MT_CERTIFICATE)): session.sent.insert(.certificate)
    case (SSL3_RT_ALERT, _): session.sent.insert(.alert)
    default: break
    }
  }

/// The outermost layer of TLS. RFC 8446 §5.1.
package enum TLSRecord {
  /// The first byte of a client's first record: its content type.
  package static let handshake: UInt8 = 22
}
