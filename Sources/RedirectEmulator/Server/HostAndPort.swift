import Core
import LibCrypto

/// A host with or without a port: the value of `Host`, or what somebody wrote in a setting.
package struct HostAndPort: Sendable, Equatable {
  /// In lower case, without brackets and without the root's dot (RFC 3986 §3.2.2).
  package let host: String
  package let port: UInt16?

  /// Splits a host from its port. ``name`` says what the host is.
  ///
  /// An IPv6 address may lack its brackets if no port follows. A port may be there twice, as the JavaScript SDK sends
  /// it.
  /// - Returns: nil if what follows the host is not a port, or if there is no host.
  package init?(_ text: some StringProtocol) {
    let text = text.lowercased()
    var rest: Substring
    if text.hasPrefix("[") {
      guard let end = text.firstIndex(of: "]") else { return nil }
      let inside = text[text.index(after: text.startIndex)..<end]
      // Only IPv6 addresses have brackets.
      guard inside.contains(":") else { return nil }
      host = String(inside)
      rest = text[text.index(after: end)...]
    } else if text.utf8.count(where: { $0 == ASCII.colon }) > 1,
      case .ip(let bytes) = CertificateName(text), bytes.count == 16
    {
      host = text
      rest = ""
    } else {
      let name = text[..<(text.utf8.firstIndex(of: ASCII.colon) ?? text.endIndex)]
      rest = text[name.endIndex...]
      // In `*.` the dot is not the root's: the name was not finished.
      host = String(name.hasSuffix(".") && name != "*." ? name.dropLast() : name)
    }
    guard !host.isEmpty, rest.isEmpty || rest.removeFirst() == ":" else { return nil }
    let ports = rest.utf8.split(separator: ASCII.colon, omittingEmptySubsequences: false)
    guard ports.count <= 2, let first = ports.first.map(Substring.init),
      ports.last.map(Substring.init) == first
    else { return nil }
    if first.isEmpty {
      // `host:` is a host without a port (RFC 3986 §3.2.3).
      guard ports.count == 1 else { return nil }
      port = nil
    } else {
      guard first.utf8.allSatisfy({ ASCII.isDigit($0) }), let number = UInt16(first) else {
        return nil
      }
      port = number
    }
  }

  /// Reads what people write for a host: also a URL of http or https without a path.
  /// - Returns: nil for other text, and for port 0.
  package init?(written text: some StringProtocol) {
    var rest = text.drop { $0.isWhitespace }
    while rest.last?.isWhitespace == true { rest.removeLast() }
    for scheme in ["http://", "https://"] where rest.lowercased().hasPrefix(scheme) {
      rest = rest.dropFirst(scheme.count)
      if rest.hasSuffix("/") { rest.removeLast() }
      break
    }
    self.init(rest)
    if port == 0 { return nil }
  }

  /// The host as a name or an address in standard form; nil for text that is neither.
  /// - Parameter wildcard: whether `*.example.com` is one.
  package func name(wildcard: Bool = false) -> CertificateName? {
    CertificateName(host, wildcard: wildcard)
  }
}
