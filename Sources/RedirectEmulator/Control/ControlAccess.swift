import Core
import HTTP1
import LibCrypto

/// Decides who may control the emulator. A client must use a host name that no web page can have, must not be a page of
/// another origin in a browser, and must have the key if one is set. This protects against DNS rebinding and cross-site
/// requests.
package struct ControlAccess: Sendable {
  /// What a call needs from its sender: a row of the table "Who may ask what" in the guide ControlAPI.
  package struct Needs: Sendable, Hashable {
    package enum Host: Sendable, Hashable {
      /// Any, and none at all (HTTP/1.0).
      case any
      /// One of the emulator's own.
      case own
    }

    package var host: Host
    /// The key, where one is set.
    package var key: Bool
    /// Whether a link on a page of another site may lead here: its page cannot read the response.
    package var allowsLinks = false

    package init(host: Host, key: Bool, allowsLinks: Bool = false) {
      self.host = host
      self.key = key
      self.allowsLinks = allowsLinks
    }

    /// For what a client needs before it can trust the emulator.
    package static let trust = Needs(host: .any, key: false)
    /// For monitors and editors, which reach the emulator by whatever name it has there.
    package static let reading = Needs(host: .any, key: true)
    /// For a document without data, which people open by links.
    package static let page = Needs(host: .own, key: false, allowsLinks: true)
    /// For the managed-identity endpoint, which checks a key of its own.
    package static let identity = Needs(host: .own, key: false)
    package static let all = Needs(host: .own, key: true)
  }

  private let hosts: Set<ControlHost>
  private let key: [UInt8]?

  /// - Parameters:
  ///   - hosts: those besides the loopback ones, addresses and names of one label.
  ///   - key: the required value of `x-emulator-key`; nil requires none.
  package init(hosts: [ControlHost], key: String?) {
    self.hosts = Set(hosts)
    self.key = key.map { Array($0.utf8) }
  }

  /// - Throws: 401 or 403, if the request does not have what the call needs.
  package func check(_ message: Span<UInt8>, _ head: RequestHead, _ needs: Needs)
    throws(ControlError)
  {
    let authority = head.authority.map { message.string(in: $0).lowercased() }
    if needs.host == .own { try checkHost(authority) }
    try checkOrigin(message, head, authority, needs)
    if needs.key { try checkKey(message, head) }
  }

  private func checkHost(_ authority: String?) throws(ControlError) {
    let host = authority.flatMap { HostAndPort($0)?.name() }
    if let host, Self.isOwn(host) { return }
    if hosts.contains(where: { $0.matches(host) }) { return }
    let found = authority.map { "Host is '\(ShownText.value($0.utf8))'" } ?? "there is no Host"
    throw ControlError(
      status: 403, code: "ForeignHost",
      message:
        "The control API is served to localhost, addresses, names without a dot, and the hosts of --control-host; \(found).",
      target: "Host")
  }

  /// A browser says which origin the requesting page has.
  private func checkOrigin(
    _ message: Span<UInt8>, _ head: RequestHead, _ authority: String?, _ needs: Needs
  ) throws(ControlError) {
    if let origin = head.value(of: .origin) {
      let text = message.string(in: origin).lowercased()
      guard let authority, text == "http://\(authority)" || text == "https://\(authority)" else {
        throw foreign("Origin", text)
      }
    }
    if let site = head.value(of: .secFetchSite) {
      if message.holds(ignoringCase: "same-origin", in: site)
        || message.holds(ignoringCase: "none", in: site)
      {
        return
      }
      if needs.allowsLinks, Self.isNavigation(message, head) { return }
      throw foreign("Sec-Fetch-Site", message.string(in: site))
    }
  }

  private func checkKey(_ message: Span<UInt8>, _ head: RequestHead) throws(ControlError) {
    if let key {
      guard let given = head.value(of: .xEmulatorKey),
        constantTimeEquals(message.extracting(given), key.span)
      else {
        throw ControlError(
          status: 401, code: "KeyRequired",
          message: "The control API requires its key; send it in x-emulator-key.",
          target: "x-emulator-key")
      }
    }
  }

  /// Whether a browser follows a link, or a person typed the address. Fetch Metadata, "Sec-Fetch-Mode".
  private static func isNavigation(_ message: Span<UInt8>, _ head: RequestHead) -> Bool {
    var found = (mode: false, destination: false)
    for field in head.fields {
      if message.holds(ignoringCase: "sec-fetch-mode", in: field.name) {
        // A browser sends the field once.
        guard !found.mode, message.string(in: field.value) == "navigate" else { return false }
        found.mode = true
      } else if message.holds(ignoringCase: "sec-fetch-dest", in: field.name) {
        guard !found.destination, message.string(in: field.value) == "document" else {
          return false
        }
        found.destination = true
      }
    }
    return found.mode && found.destination
  }

  private func foreign(_ field: String, _ value: String) -> ControlError {
    ControlError(
      status: 403, code: "ForeignOrigin",
      message:
        "The control API is closed to pages of other origins; \(field) is '\(ShownText.value(value.utf8))'.",
      target: field)
  }

  /// Whether a host can be trusted without being named. A page that rebinds DNS has a name with a dot: nobody can
  /// register an address or a name of one label.
  private static func isOwn(_ host: CertificateName) -> Bool {
    switch host {
    case .ip: true
    case .dns(let name):
      name.hasSuffix(".localhost")
        || (!name.contains(".")
          && name.utf8.first.map { !ASCII.isDigit($0) && ASCII.isLetterOrDigit($0) } == true)
    }
  }
}

extension RequestHead {
  /// The host and port that the request is for: from its target, if that has one (RFC 9112 §3.2.2), else from `Host`.
  var authority: Range<Int>? { target.authority ?? value(of: .host) }
}
