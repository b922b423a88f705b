import Core

/// What goes wrong with a connection before there is a request.
public enum ConnectionFault: Sendable, Hashable {
  /// RST on accept.
  case refuse
  /// Accepted, never read.
  case silent
  /// During TLS, on connections over https; it does not apply to connections over http.
  case tls(TLSFault)

  package static let rows = [
    FaultRow(
      "refuse", level: .connection, sees: "The connection is reset (RST) as soon as it is accepted."
    ),
    FaultRow(
      "silent", level: .connection,
      sees: "The connection is accepted. The emulator never reads from it and never sends."),
    FaultRow(
      "tls", level: .connection,
      parameters: [
        .init("certificate", "expired, wrongHost, untrusted or selfSigned"),
        .init("alert", "the name of an alert (RFC 8446 §6) that ends the handshake"),
        .init("stall", "true: the handshake is begun and never continues"),
        .init(
          "maxVersion",
          #""1.0", "1.1", "1.2" or "1.3": the newest version spoken; 1.2 and 1.3 speak none before 1.2"#
        ),
        .init("noCloseNotify", "true: the connection ends without TLS saying so"),
      ],
      sees:
        "Over https: a certificate that does not verify, an alert, a handshake that stalls, an old version, or an end without close_notify. Connections over http are not counted."
    ),
  ]

  /// The fault's name, as in scenario files.
  public var name: String {
    switch self {
    case .refuse: "refuse"
    case .silent: "silent"
    case .tls: "tls"
    }
  }

  /// Whether it happens in a TLS handshake.
  package var isOfTLS: Bool { if case .tls = self { true } else { false } }
}
