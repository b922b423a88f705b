import Options

/// The variables that send clients to a proxy, and those that name the hosts for which they do not use it.
enum ProxyVariables {
  /// Most clients read the variable in lower case first.
  static let lists = ["no_proxy", "NO_PROXY"]

  /// The variables with a proxy.
  static let proxies = [
    "http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY",
  ]

  /// The items that every list must have, one by one: some clients know neither ranges of addresses nor `*`.
  private static let loopback = ["127.0.0.1", "localhost", "::1"]

  /// The hosts that clients reach without a proxy.
  ///
  /// - Parameter texts: the emulator's addresses: URLs, or connection strings.
  static func hosts(_ texts: [String]) -> [String] {
    var hosts = loopback
    for host in texts.compactMap(host) where !hosts.contains(host) { hosts.append(host) }
    return hosts
  }

  /// The host in a URL, without brackets and port.
  private static func host(_ text: String) -> String? {
    guard let scheme = text.firstRange(of: "://") else { return nil }
    let authority = text[scheme.upperBound...].prefix { $0 != "/" && $0 != ";" }
    if authority.hasPrefix("[") {
      return String(authority.dropFirst().prefix { $0 != "]" })
    }
    return String(authority.prefix { $0 != ":" })
  }

  /// The changes in a command's environment.
  struct Change: Equatable {
    /// The lists, by variable.
    var lists: [String: Word] = [:]
    /// Variables that are removed.
    var removed: [String] = []
  }

  /// Makes clients that use a proxy reach the emulator without it. Nothing changes if there is no proxy.
  ///
  /// `*` is not an item of a list, but means that no proxy is used at all. Some clients do not know it, and the others
  /// know it only if it is alone. So with `*` the proxies are removed.
  ///
  /// - Parameters:
  ///   - hosts: the result of ``hosts(_:)``.
  ///   - found: the value of a variable.
  static func change(for hosts: [String], found: (String) -> Word?) -> Change {
    var change = Change()
    let used = proxies.filter { found($0)?.bytes.isEmpty == false }
    if used.isEmpty { return change }
    let values = lists.map { found($0) }.map { $0?.bytes.isEmpty == false ? $0 : nil }
    let inEffect = values.compactMap { $0 }.first
    if inEffect?.text == "*" { change.removed = used }
    for (name, value) in zip(lists, values) {
      // If only one list were set, it would hide the other one.
      change.lists[name] = list(value ?? inEffect, with: hosts)
    }
    return change
  }

  /// A list with the hosts that it does not have yet after its items.
  private static func list(_ value: Word?, with hosts: [String]) -> Word {
    var bytes = value?.bytes ?? []
    let present = Set(items(bytes).map(lowered))
    for host in hosts where !present.contains(host.lowercased()) {
      if !bytes.isEmpty { bytes.append(UInt8(ascii: ",")) }
      bytes.append(contentsOf: host.utf8)
    }
    return Word(bytes)
  }

  /// A list without those of `hosts` that were added after its items; nil if nothing is left.
  static func list(_ value: Word, without hosts: [String]) -> Word? {
    var kept = items(value.bytes)[...]
    while let last = kept.last, hosts.contains(where: { last.elementsEqual($0.utf8) }) {
      kept.removeLast()
    }
    if kept.isEmpty { return nil }
    return Word(kept.joined(separator: [UInt8(ascii: ",")]))
  }

  private static func items(_ bytes: [UInt8]) -> [ArraySlice<UInt8>] {
    bytes.split(separator: UInt8(ascii: ","))
  }

  private static func lowered(_ item: ArraySlice<UInt8>) -> String {
    let text = String(decoding: item, as: UTF8.self).lowercased()
    return String(text.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
  }
}
