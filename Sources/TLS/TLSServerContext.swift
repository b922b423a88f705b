import COpenSSL
import Core
import EventLoop
import LibCrypto
import Synchronization

/// What all sessions of a server share: its certificate, the versions on offer, and the keys of session
/// tickets. It offers TLS 1.2 and 1.3, `http/1.1` by ALPN, and resumption by tickets; no renegotiation, no compression,
/// no early data.
///
/// `@unchecked Sendable` is sound: the SSL_CTX is not changed after init, and libssl documents that threads can share
/// one that nobody changes (openssl-threads(7)); the cache has its own lock.
package final class TLSServerContext: @unchecked Sendable {
  let pointer: OpaquePointer
  /// The certificate for clients that ask for a name that it covers, and for clients that ask for no name and connect
  /// to an address that it has.
  let certificate: ServerCertificate
  private let cache: CertificateCache?
  /// Names, as clients spelled them, that the default certificate covers: checking a name takes some microseconds of
  /// each handshake. At most `coveredLimit` are kept; later ones are checked each time.
  private let covered = Guarded<Set<String>>([])
  private static let coveredLimit = 256
  /// The addresses that the default certificate is valid for.
  private let addresses: Set<[UInt8]>

  /// - Parameters:
  ///   - certificate: the default one.
  ///   - source: the source of certificates for other names.
  ///   - newest: the newest version on offer. 1.1 and 1.0, which current clients do not accept (RFC 8996), are offered
  ///     only if it is one of them, and then without 1.2.
  ///   - resumes: whether sessions are resumed; a resumed session shows no certificate.
  package init(
    certificate: ServerCertificate, source: CertificateSource = .fixed,
    atMost newest: TLSFault.Version? = nil, resumes: Bool = true
  ) throws(TLSError) {
    guard let pointer = SSL_CTX_new(TLS_server_method()) else {
      throw .setup(operation: "make a TLS context", reason: TLSError.reason())
    }
    self.pointer = pointer
    self.certificate = certificate
    switch source {
    case .fixed: (cache, addresses) = (nil, [])
    case .made(let issuer, let key, let names, let expired):
      cache = CertificateCache(issuer: issuer, key: key, names: names, expired: expired)
      addresses = Set(names.compactMap { if case .ip(let bytes) = $0 { bytes } else { nil } })
    }
    redirect_tls_server_defaults(pointer)
    try Self.setVersions(pointer, newest ?? .tls13)
    try Self.setCertificate(pointer, certificate)
    // Without this id libssl does not resume sessions. Tickets are bound to it.
    let id: [UInt8] = Array("redirect-emulator".utf8)
    SSL_CTX_set_session_id_context(pointer, id, UInt32(id.count))
    // A client that resumes a session gets a new ticket with it. A second ticket would only cost time.
    SSL_CTX_set_num_tickets(pointer, resumes ? 1 : 0)
    if !resumes { redirect_tls_without_tickets(pointer) }
    SSL_CTX_set_alpn_select_cb(pointer, selectProtocol, nil)
    if cache != nil {
      // Not retained: each session retains its context as long as libssl may call back.
      redirect_tls_on_server_name(
        pointer, selectCertificate, Unmanaged.passUnretained(self).toOpaque())
    }
  }

  deinit {
    SSL_CTX_free(pointer)
  }

  /// How many certificates were made for names that clients asked for, and how many of those were dropped
  /// for newer ones.
  package var certificateCounts: (made: Int, dropped: Int) {
    cache?.counts ?? (0, 0)
  }

  /// The certificate for a name that a client asks for, if it is not the default one.
  func otherCertificate(for name: UnsafePointer<CChar>) -> ServerCertificate? {
    guard let cache else { return nil }
    let asked = String(cString: name)
    if covered.withLock({ $0.contains(asked) }) { return nil }
    guard let name = CertificateName(asked) else { return nil }
    guard !certificate.certificate.covers(name) else {
      covered.withLock { if $0.count < Self.coveredLimit { $0.insert(asked) } }
      return nil
    }
    return cache.certificate(for: name)
  }

  /// The certificate for a client that asks for no name, if it is not the default one. It is for the address that the
  /// connection came to: such a client connects to an address, because RFC 6066 §3 does not allow an address as a name.
  /// - Parameter descriptor: the connection's socket; one of another kind has no address.
  func otherCertificate(forConnection descriptor: Int32) -> ServerCertificate? {
    guard let cache, let address = MachineAddress.ofConnection(descriptor),
      !addresses.contains(address)
    else { return nil }
    return cache.certificate(for: .ip(address))
  }

  private static func setVersions(
    _ pointer: OpaquePointer, _ newest: TLSFault.Version
  ) throws(TLSError) {
    let (least, most) =
      switch newest {
      case .tls10: (TLS1_VERSION, TLS1_VERSION)
      case .tls11: (TLS1_VERSION, TLS1_1_VERSION)
      case .tls12: (TLS1_2_VERSION, TLS1_2_VERSION)
      case .tls13: (TLS1_2_VERSION, TLS1_3_VERSION)
      }
    guard redirect_tls_set_versions(pointer, least, most) == 1 else {
      throw .setup(operation: "choose the versions of TLS", reason: TLSError.reason())
    }
    // Set here in every case, so that an openssl.cnf of the machine cannot change it.
    switch newest {
    case .tls12, .tls13:
      SSL_CTX_set_security_level(pointer, 2)
      guard SSL_CTX_set_cipher_list(pointer, ciphers) == 1,
        SSL_CTX_set_ciphersuites(pointer, suites) == 1
      else { throw .setup(operation: "choose ciphers", reason: TLSError.reason()) }
    case .tls10, .tls11:
      // These versions sign with SHA-1, which security level 1 forbids.
      SSL_CTX_set_security_level(pointer, 0)
      guard SSL_CTX_set_cipher_list(pointer, "ALL:@SECLEVEL=0") == 1 else {
        throw .setup(operation: "choose ciphers", reason: TLSError.reason())
      }
    }
  }

  /// TLS 1.2: forward secrecy and authenticated encryption. RFC 9325 §4.2.
  private static let ciphers =
    "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE+AESGCM:ECDHE+CHACHA20"
  /// TLS 1.3. AES-128 first: its handshake, with SHA-256, takes some 8 % less of the processor than that of
  /// AES-256 with SHA-384, which clients tend to name first.
  private static let suites =
    "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256"

  private static func setCertificate(
    _ pointer: OpaquePointer, _ certificate: ServerCertificate
  ) throws(TLSError) {
    let isSet = certificate.withPointers { leaf, chain, key in
      SSL_CTX_use_certificate(pointer, leaf) == 1
        && SSL_CTX_use_PrivateKey(pointer, key) == 1
        && SSL_CTX_check_private_key(pointer) == 1
        && chain.allSatisfy { redirect_tls_add_chain(pointer, $0) == 1 }
    }
    guard isSet else { throw .unusableCertificate(reason: TLSError.reason()) }
  }
}

/// Chooses `http/1.1`; a client that offers protocols without it gets no_application_protocol. RFC 7301 §3.2.
private let selectProtocol:
  @convention(c) (
    OpaquePointer?, UnsafeMutablePointer<UnsafePointer<UInt8>?>?, UnsafeMutablePointer<UInt8>?,
    UnsafePointer<UInt8>?, UInt32, UnsafeMutableRawPointer?
  ) -> Int32 = { _, chosen, chosenCount, offered, count, _ in
    let offered = UnsafeBufferPointer(start: offered, count: Int(count))
    var next = 0
    while next < offered.count {
      // libssl has checked that the lengths are consistent; a second check costs nothing.
      let start = next + 1
      let end = start + Int(offered[next])
      guard end <= offered.count else { break }
      let name = UnsafeBufferPointer(rebasing: offered[start..<end])
      if name.elementsEqual("http/1.1".utf8) {
        // It may point into what the client sent: libssl copies it.
        chosen?.pointee = name.baseAddress
        chosenCount?.pointee = UInt8(name.count)
        return SSL_TLSEXT_ERR_OK
      }
      next = end
    }
    return SSL_TLSEXT_ERR_ALERT_FATAL
  }

/// Puts the certificate for the name that the client asks for, or for the address that it connects to, into its session.
/// libssl also calls it if the client asks for no name. RFC 6066 §3.
private let selectCertificate:
  @convention(c) (
    OpaquePointer?, UnsafeMutablePointer<Int32>?, UnsafeMutableRawPointer?
  ) -> Int32 = { session, _, argument in
    guard let session, let argument else { return SSL_TLSEXT_ERR_NOACK }
    let context = Unmanaged<TLSServerContext>.fromOpaque(argument).takeUnretainedValue()
    let name = SSL_get_servername(session, TLSEXT_NAMETYPE_host_name)
    let other =
      if let name {
        context.otherCertificate(for: name)
      } else {
        context.otherCertificate(forConnection: SSL_get_wfd(session))
      }
    // Only what the client sent is acknowledged.
    let done = name == nil ? SSL_TLSEXT_ERR_NOACK : SSL_TLSEXT_ERR_OK
    guard let other else { return done }
    let isSet = other.withPointers { leaf, _, key in
      SSL_use_cert_and_key(session, leaf, key, nil, 1) == 1
    }
    return isSet ? done : SSL_TLSEXT_ERR_ALERT_FATAL
  }
