import COpenSSL

extension X509Certificate {
  /// What a new certificate says.
  struct Content {
    var commonName: String
    var names: [CertificateName]
    var isAuthority: Bool
    /// Both in seconds since 1970.
    var notBefore: Int
    var notAfter: Int
  }

  /// Makes and signs a certificate of version 3. RFC 5280 §4.1.
  /// - Parameters:
  ///   - key: its public half is certified.
  ///   - issuer: who signs; nil for a certificate that `key` signs itself.
  static func make(
    _ content: Content, key: PKey, issuer: (certificate: X509Certificate, key: PKey)?
  ) throws(CertificateError) -> X509Certificate {
    guard let pointer = X509_new() else { throw .library(.last("make a certificate")) }
    let certificate = X509Certificate(owning: pointer)
    guard X509_set_version(pointer, 2) == 1, setSerialNumber(pointer),
      setTime(X509_getm_notBefore(pointer), content.notBefore),
      setTime(X509_getm_notAfter(pointer), content.notAfter),
      setSubject(pointer, commonName: content.commonName),
      X509_set_issuer_name(pointer, X509_get_subject_name(issuer?.certificate.pointer ?? pointer))
        == 1,
      X509_set_pubkey(pointer, key.pointer) == 1
    else { throw .library(.last("fill a certificate")) }

    let signer = issuer?.certificate.pointer ?? pointer
    var extensions: [(Int32, String)] = [(NID_subject_key_identifier, "hash")]
    if issuer != nil { extensions.append((NID_authority_key_identifier, "keyid:always")) }
    if content.isAuthority {
      extensions.append((NID_basic_constraints, "critical,CA:TRUE,pathlen:0"))
      extensions.append((NID_key_usage, "critical,keyCertSign,cRLSign"))
    } else {
      extensions.append((NID_basic_constraints, "critical,CA:FALSE"))
      extensions.append((NID_key_usage, "critical,digitalSignature"))
      extensions.append((NID_ext_key_usage, "serverAuth"))
    }
    for (nid, value) in extensions {
      guard let made = redirect_x509_extension(signer, pointer, nid, value) else {
        throw .library(.last("make the extension \(value)"))
      }
      defer { X509_EXTENSION_free(made) }
      guard X509_add_ext(pointer, made, -1) == 1 else {
        throw .library(.last("add the extension \(value)"))
      }
    }
    if !content.names.isEmpty {
      try addNames(content.names, to: pointer)
    }
    guard X509_sign(pointer, issuer?.key.pointer ?? key.pointer, EVP_sha256()) > 0 else {
      throw .library(.last("sign a certificate"))
    }
    return certificate
  }

  /// 127 random bits: a positive number that in practice never repeats. RFC 5280 §4.1.2.2.
  private static func setSerialNumber(_ certificate: OpaquePointer) -> Bool {
    var bytes = SecureRandom.bytes(count: 16)
    bytes[0] = bytes[0] & 0x7F | 0x40
    guard let number = BN_bin2bn(bytes, Int32(bytes.count), nil) else { return false }
    defer { BN_free(number) }
    return BN_to_ASN1_INTEGER(number, X509_get_serialNumber(certificate)) != nil
  }

  private static func setTime(_ field: UnsafeMutablePointer<ASN1_TIME>?, _ seconds: Int) -> Bool {
    ASN1_TIME_set(field, seconds) != nil
  }

  /// The longest common name in characters. RFC 5280 appendix A.1.
  private static let commonNameLimit = 64

  private static func setSubject(_ certificate: OpaquePointer, commonName: String) -> Bool {
    let subject = X509_get_subject_name(certificate)
    var parts = [("O", "redirect-emulator")]
    if commonName.utf8.count <= commonNameLimit { parts.append(("CN", commonName)) }
    return parts.allSatisfy { field, value in
      X509_NAME_add_entry_by_txt(
        subject, field, MBSTRING_ASC, Array(value.utf8), Int32(value.utf8.count), -1, 0) == 1
    }
  }

  /// Adds the subjectAltName. It is written as DER here, because libcrypto's text form would give commas and colons in
  /// a name a meaning. RFC 5280 §4.2.1.6.
  private static func addNames(
    _ names: [CertificateName], to certificate: OpaquePointer
  ) throws(CertificateError) {
    var entries: [UInt8] = []
    for name in names {
      switch name {
      case .dns(let text): entries += derValue(tag: 0x82, Array(text.utf8))
      case .ip(let address): entries += derValue(tag: 0x87, address)
      }
    }
    let der = derValue(tag: 0x30, entries)
    guard let value = ASN1_OCTET_STRING_new() else { throw .library(.last("add names")) }
    defer { ASN1_OCTET_STRING_free(value) }
    guard ASN1_OCTET_STRING_set(value, der, Int32(der.count)) == 1,
      let made = X509_EXTENSION_create_by_NID(nil, NID_subject_alt_name, 0, value)
    else { throw .library(.last("add names")) }
    defer { X509_EXTENSION_free(made) }
    guard X509_add_ext(certificate, made, -1) == 1 else { throw .library(.last("add names")) }
  }

  /// One value in DER, of fewer than 65,536 bytes. X.690 §8.1.
  private static func derValue(tag: UInt8, _ content: [UInt8]) -> [UInt8] {
    let length: [UInt8] =
      switch content.count {
      case ..<0x80: [UInt8(content.count)]
      case ..<0x100: [0x81, UInt8(content.count)]
      default: [0x82, UInt8(truncatingIfNeeded: content.count >> 8), UInt8(content.count & 0xFF)]
      }
    return [tag] + length + content
  }
}
