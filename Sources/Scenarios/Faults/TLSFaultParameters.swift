/// What goes wrong with TLS.
package struct TLSFaultParameters: Sendable, Hashable {
  /// How a certificate fails to verify.
  package enum Certificate: String, Sendable, Hashable, CaseIterable {
    case expired, wrongHost, untrusted, selfSigned
  }

  package var certificate: Certificate?
  /// The name of the alert that ends the handshake. RFC 8446 §6.
  package var alert: String?
  /// Whether the handshake never goes on.
  package var stall: Bool
  /// The newest version that is spoken: one of ``versions``.
  package var maxVersion: String?
  /// Whether the connection ends without `close_notify`.
  package var noCloseNotify: Bool

  package init(
    certificate: Certificate? = nil, alert: String? = nil, stall: Bool = false,
    maxVersion: String? = nil, noCloseNotify: Bool = false
  ) {
    self.certificate = certificate
    self.alert = alert
    self.stall = stall
    self.maxVersion = maxVersion
    self.noCloseNotify = noCloseNotify
  }

  package static let versions = ["1.0", "1.1", "1.2", "1.3"]

  /// Names of alerts with their numbers. RFC 8446 §6.
  package static let alerts: [(name: String, number: UInt8)] = [
    ("close_notify", 0), ("unexpected_message", 10), ("bad_record_mac", 20),
    ("record_overflow", 22), ("handshake_failure", 40), ("bad_certificate", 42),
    ("unsupported_certificate", 43), ("certificate_revoked", 44), ("certificate_expired", 45),
    ("certificate_unknown", 46), ("illegal_parameter", 47), ("unknown_ca", 48),
    ("access_denied", 49), ("decode_error", 50), ("decrypt_error", 51), ("protocol_version", 70),
    ("insufficient_security", 71), ("internal_error", 80), ("inappropriate_fallback", 86),
    ("user_canceled", 90), ("missing_extension", 109), ("unsupported_extension", 110),
    ("unrecognized_name", 112), ("bad_certificate_status_response", 113),
    ("unknown_psk_identity", 115), ("certificate_required", 116),
    ("no_application_protocol", 120),
  ]
}
