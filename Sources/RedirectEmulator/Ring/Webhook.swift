import Core
import EventLoop
import LibCrypto

/// Where an app receives its events: a valid URL, with the parts that a client needs.
package struct Webhook: Sendable, Equatable {
  /// Why a text is not a webhook's URL: the end of a sentence about it.
  package struct Fault: Error, Equatable, CustomStringConvertible {
    package let description: String
  }

  /// The longest URL, in bytes.
  package static let lengthLimit = 2_048

  /// The URL as the user wrote it.
  package let url: String
  package let isSecure: Bool
  /// A name, or an address in standard form.
  package let host: CertificateName
  package let port: UInt16
  /// As in `Host`. RFC 9110 §7.2.
  package let authority: String
  /// Path and query, as in the request line. RFC 9112 §3.2.1.
  package let target: String

  package init(_ text: String) throws(Fault) {
    guard text.utf8.count <= Self.lengthLimit else {
      throw Fault(description: "a URL of at most \(Self.lengthLimit) bytes")
    }
    guard let scheme = Self.schemes.first(where: { Self.begins(text, with: $0.text) }) else {
      throw Fault(
        description: "a URL of http or https, such as http://127.0.0.1:8080/api/incomingCall")
    }
    let rest = text.utf8.dropFirst(scheme.text.utf8.count)
    let written = Substring(rest.prefix { !"/?#".utf8.contains($0) })
    if written.utf8.contains(UInt8(ascii: "@")) {
      throw Fault(
        description:
          "a URL without user information; put a secret into the query or into 'headers'")
    }
    let tail = Substring(rest[written.endIndex...])
    if tail.utf8.contains(UInt8(ascii: "#")) {
      throw Fault(description: "a URL without a fragment, which is never sent")
    }
    let bytes = tail.utf8
    guard bytes.allSatisfy({ $0 > ASCII.space && $0 < ASCII.delete }) else {
      throw Fault(
        description: "a URL of visible ASCII characters; others are percent-encoded (RFC 3986 §2.1)"
      )
    }
    // An IPv6 address is in brackets, and there is one port.
    let colons =
      written.utf8.first == ASCII.leftBracket
      ? 0 : written.utf8.count(where: { $0 == ASCII.colon })
    guard colons <= 1, let found = HostAndPort(written), found.port != 0 else {
      throw Fault(
        description:
          "a URL with a host, and where it has a port one from 1 to 65535; an address of IPv6 is in brackets"
      )
    }
    guard let host = found.name() else {
      throw Fault(description: "a URL whose host is a name or an address")
    }
    url = text
    isSecure = scheme.isSecure
    self.host = host
    port = found.port ?? scheme.port
    let shown =
      if case .ip(let address) = host, address.count == 16 { "[\(host.text)]" } else { host.text }
    authority = port == scheme.port ? shown : "\(shown):\(port)"
    target = tail.isEmpty ? "/" : tail.hasPrefix("/") ? String(tail) : "/" + tail
  }

  /// A webhook's URL for stories and logs: secrets are in the query.
  package static func withoutQuery(_ url: String) -> String {
    String(Substring(url.utf8.prefix { $0 != UInt8(ascii: "?") }))
  }

  private static let schemes: [(text: String, isSecure: Bool, port: UInt16)] = [
    ("http://", false, 80), ("https://", true, 443),
  ]

  private static func begins(_ text: String, with scheme: String) -> Bool {
    text.utf8.prefix(scheme.utf8.count).lazy.map(ASCII.lowercased).elementsEqual(scheme.utf8)
  }

  /// The addresses that are known without a look-up; nil for other names. A numeric address is known. `localhost`
  /// stands for both loopback addresses (RFC 6761 §6.3), because apps listen on either.
  package var addresses: [SocketAddress]? {
    if isLocalhost {
      return ["127.0.0.1", "::1"].compactMap { SocketAddress(host: $0, port: port) }
    }
    guard case .ip = host else { return nil }
    return SocketAddress(host: host.text, port: port).map { [$0] } ?? []
  }

  /// Whether it is on this machine, however names are resolved.
  package var isLoopback: Bool { host.isLoopback }

  private var isLocalhost: Bool { host.isLocalhost }
}

extension CertificateName {
  /// `localhost`, or a name under it.
  fileprivate var isLocalhost: Bool {
    guard case .dns(let name) = self else { return false }
    return name == "localhost" || name.hasSuffix(".localhost")
  }

  /// Whether it stands for this machine and for no other, however names are resolved.
  fileprivate var isLoopback: Bool {
    isLocalhost || isAddress && SocketAddress(host: text, port: 0)?.isLoopback ?? false
  }
}

/// Where webhooks may be: only where the emulator's owner allows it to send events.
package struct AllowedWebhooks: Sendable {
  private let allowsLoopback: Bool
  private let hosts: [ControlHost]

  /// - Parameters:
  ///   - isLoopback: whether the emulator listens on a loopback address, so that only this machine can reach it.
  ///   - hosts: the hosts that were named. Any name or address of this machine's loopback means all of them.
  package init(isLoopback: Bool, hosts: [ControlHost]) {
    self.hosts = hosts
    allowsLoopback =
      isLoopback
      || hosts.contains { host in
        if case .name(let name) = host { name.isLoopback } else { false }
      }
  }

  package func contains(_ webhook: Webhook) -> Bool {
    if webhook.isLoopback, allowsLoopback { return true }
    return hosts.contains { $0.matches(webhook.host) }
  }

  /// What was expected, for the message of a refusal.
  package func expected(for webhook: Webhook) -> String {
    let there = allowsLoopback ? "on this machine's loopback addresses, or " : ""
    return
      "a URL \(there)at a host that --ring-allow names; '\(ShownText.value(webhook.host.text.utf8))' is not one of them, and --ring-allow \(webhook.host.text) allows it, or REDIRECT_EMULATOR_RING_ALLOW=\(webhook.host.text)"
  }
}
