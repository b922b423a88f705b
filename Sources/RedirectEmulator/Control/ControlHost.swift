import LibCrypto

/// A host besides the emulator's own ones that the control API is served to, as `--control-host` names it.
package enum ControlHost: Sendable, Hashable {
  /// `*`: any host, and also no host.
  case any
  /// `*.example.com`: the names with this end, at any depth. The value begins with the dot.
  case suffix(String)
  /// `emulator.example.com`, `fd00::2`.
  case name(CertificateName)

  /// What a message says about a wrong value.
  package static let expected =
    "expected host names, addresses, * or *.SUFFIX, separated by commas, with or without a port, such as emulator.example.com, *.example.com or [fd00::2]:4010"

  /// Reads a list as people write it: separated by commas, each perhaps a URL (`http://emulator`), with a port, which
  /// does not matter, or with the root's dot at the end.
  /// - Returns: nil if one of them is not a host.
  package static func list(_ text: String) -> [ControlHost]? {
    var hosts: [ControlHost] = []
    for item in text.split(separator: ",", omittingEmptySubsequences: false) {
      guard let host = ControlHost(item) else { return nil }
      hosts.append(host)
    }
    return hosts
  }

  private init?(_ text: some StringProtocol) {
    guard let written = HostAndPort(written: text) else { return nil }
    if written.host == "*" {
      self = .any
    } else if let name = written.name(wildcard: true) {
      self =
        if case .dns(let text) = name, text.hasPrefix("*") {
          .suffix(String(text.dropFirst()))
        } else {
          .name(name)
        }
    } else {
      return nil
    }
  }

  /// Whether a request's host is this one, or one of these.
  /// - Parameter host: nil if the request has none.
  package func matches(_ host: CertificateName?) -> Bool {
    switch (self, host) {
    case (.any, _): true
    case (.suffix(let suffix), .dns(let text)?): text.hasSuffix(suffix)
    case (.name(let name), let host?): name == host
    case (.suffix, _), (.name, nil): false
    }
  }
}
