/// The alerts of TLS, by their names and codes. RFC 8446 §6.
public enum TLSAlert: UInt8, Sendable, Hashable, CaseIterable {
  case closeNotify = 0
  case unexpectedMessage = 10
  case badRecordMAC = 20
  case recordOverflow = 22
  case handshakeFailure = 40
  case badCertificate = 42
  case unsupportedCertificate = 43
  case certificateRevoked = 44
  case certificateExpired = 45
  case certificateUnknown = 46
  case illegalParameter = 47
  case unknownCA = 48
  case accessDenied = 49
  case decodeError = 50
  case decryptError = 51
  case protocolVersion = 70
  case insufficientSecurity = 71
  case internalError = 80
  case inappropriateFallback = 86
  case userCanceled = 90
  case missingExtension = 109
  case unsupportedExtension = 110
  case unrecognizedName = 112
  case badCertificateStatusResponse = 113
  case unknownPSKIdentity = 115
  case certificateRequired = 116
  case noApplicationProtocol = 120

  /// The alert with this name, e.g. `handshake_failure`.
  public init?(name: some StringProtocol) {
    guard let alert = Self.allCases.first(where: { $0.name == name }) else { return nil }
    self = alert
  }

  /// The name as the RFC spells it.
  public var name: String {
    switch self {
    case .closeNotify: "close_notify"
    case .unexpectedMessage: "unexpected_message"
    case .badRecordMAC: "bad_record_mac"
    case .recordOverflow: "record_overflow"
    case .handshakeFailure: "handshake_failure"
    case .badCertificate: "bad_certificate"
    case .unsupportedCertificate: "unsupported_certificate"
    case .certificateRevoked: "certificate_revoked"
    case .certificateExpired: "certificate_expired"
    case .certificateUnknown: "certificate_unknown"
    case .illegalParameter: "illegal_parameter"
    case .unknownCA: "unknown_ca"
    case .accessDenied: "access_denied"
    case .decodeError: "decode_error"
    case .decryptError: "decrypt_error"
    case .protocolVersion: "protocol_version"
    case .insufficientSecurity: "insufficient_security"
    case .internalError: "internal_error"
    case .inappropriateFallback: "inappropriate_fallback"
    case .userCanceled: "user_canceled"
    case .missingExtension: "missing_extension"
    case .unsupportedExtension: "unsupported_extension"
    case .unrecognizedName: "unrecognized_name"
    case .badCertificateStatusResponse: "bad_certificate_status_response"
    case .unknownPSKIdentity: "unknown_psk_identity"
    case .certificateRequired: "certificate_required"
    case .noApplicationProtocol: "no_application_protocol"
    }
  }

  /// Whether it ends the connection for the peer: all do but the two that announce a close.
  package var isFatal: Bool { self != .closeNotify && self != .userCanceled }

  /// The alert as the plaintext record that answers a ClientHello. RFC 8446 §5.1, §6.
  package var record: [UInt8] {
    [0x15, 0x03, 0x03, 0x00, 0x02, isFatal ? 2 : 1, rawValue]
  }
}
