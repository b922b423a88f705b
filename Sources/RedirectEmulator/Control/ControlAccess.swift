import Core
import HTTP1
import LibCrypto

/// Who may steer the emulator: whoever reaches it by a loopback name and is not a page of another origin in a
/// browser, and has the key where one is asked for. That closes it to DNS rebinding and to cross-site requests.
package struct ControlAccess: Sendable {
  /// What a call asks of whoever sends it.
  package struct Needs: OptionSet, Sendable {
    package let rawValue: UInt8

    package init(rawValue: UInt8) {
      self.rawValue = rawValue
    }

    /// A host of the emulator's own, and no page of another origin.
    package static let ownHost = Needs(rawValue: 1)
    /// The key, where one is set.
    package static let key = Needs(rawValue: 2)
    package static let all: Needs = [.ownHost, .key]
  }

  private let hosts: Set<String>
  private let key: [UInt8]?

  /// - Parameter address: the host that the emulator listens on.
  package init(_ configuration: Configuration, address: String) {
    var hosts = Set(configuration.controlHosts.map { $0.lowercased() })
    if address != "0.0.0.0", address != "::" { hosts.insert(address.lowercased()) }
    self.hosts = hosts
    key = configuration.controlKey.map { Array($0.utf8) }
  }

  /// - Throws: 401 or 403, where the request does not have what the call needs.
  package func check(_ message: Span<UInt8>, _ head: RequestHead, _ needs: Needs)
    throws(ControlError)
  {
    if needs.contains(.ownHost) { try checkHost(message, head) }
    if needs.contains(.key) { try checkKey(message, head) }
  }

  private func checkHost(_ message: Span<UInt8>, _ head: RequestHead) throws(ControlError) {
    let authority = head.target.authority ?? head.value(of: .host)
    let host = authority.map { message.string(in: $0).lowercased() } ?? ""
    guard isOwn(host) else {
      throw ControlError(
        status: 403, code: "ForeignHost",
        message:
          "The control API answers to loopback names and addresses, and to those given by --control-host; Host is '\(host)'.",
        target: "Host")
    }
    if let origin = head.value(of: .origin) {
      let text = message.string(in: origin).lowercased()
      guard text == "http://\(host)" || text == "https://\(host)" else {
        throw foreign("Origin", text)
      }
    }
    if let site = head.value(of: .secFetchSite) {
      guard
        message.holds(ignoringCase: "same-origin", in: site)
          || message.holds(ignoringCase: "none", in: site)
      else { throw foreign("Sec-Fetch-Site", message.string(in: site)) }
    }
  }

  private func checkKey(_ message: Span<UInt8>, _ head: RequestHead) throws(ControlError) {
    if let key {
      guard let given = head.value(of: .xEmulatorKey),
        constantTimeEquals(message.extracting(given), key.span)
      else {
        throw ControlError(
          status: 401, code: "KeyRequired",
          message: "The control API asks for its key; send it in x-emulator-key.",
          target: "x-emulator-key")
      }
    }
  }

  private func foreign(_ field: String, _ value: String) -> ControlError {
    ControlError(
      status: 403, code: "ForeignOrigin",
      message: "The control API is closed to pages of other origins; \(field) is '\(value)'.",
      target: field)
  }

  private func isOwn(_ authority: String) -> Bool {
    var name = authority[...]
    if name.hasPrefix("[") {
      guard let end = name.firstIndex(of: "]") else { return false }
      name = name[name.index(after: name.startIndex)..<end]
    } else {
      name = name.prefix { $0 != ":" }
    }
    // A name may end in the root's dot (RFC 3986 §3.2.2).
    let text = String(name.hasSuffix(".") ? name.dropLast() : name)
    if text == "localhost" || text.hasSuffix(".localhost") || text == "::1" { return true }
    if hosts.contains(text) { return true }
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
  }
}
