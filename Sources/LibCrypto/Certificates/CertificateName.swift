import Core
import Glibc

/// What a server certificate is valid for: an entry of its subjectAltName. RFC 5280 §4.2.1.6.
package enum CertificateName: Sendable, Hashable {
  /// A host name in lower case, its first label perhaps `*`.
  case dns(String)
  /// An IP address in network order, 4 or 16 bytes.
  case ip([UInt8])

  /// Reads a host name (RFC 1123 §2.1, `_` allowed), an IPv4 or an IPv6 address (with or without brackets).
  /// - Parameter wildcard: whether `*.example.com` is allowed too. RFC 6125 §6.4.3.
  package init?(_ text: some StringProtocol, wildcard: Bool = false) {
    guard let ascii = Self.lowercased(text.utf8) else { return nil }
    let text = String(decoding: ascii, as: UTF8.self)
    if let address = Self.address(text) {
      self = .ip(address)
    } else if Self.isHostName(ascii, wildcard: wildcard) {
      self = .dns(text)
    } else {
      return nil
    }
  }

  /// Whether it is an IP address.
  package var isAddress: Bool { if case .ip = self { true } else { false } }

  /// The name as text.
  package var text: String {
    switch self {
    case .dns(let name): return name
    case .ip(let bytes):
      var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
      let family = bytes.count == 4 ? AF_INET : AF_INET6
      guard inet_ntop(family, bytes, &text, socklen_t(text.count)) != nil else { return "" }
      return String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
  }

  /// The longest host name in bytes. RFC 1035 §2.3.4.
  private static let nameLimit = 253
  private static let labelLimit = 63

  private static func lowercased(_ text: some Sequence<UInt8>) -> [UInt8]? {
    var bytes: [UInt8] = []
    for byte in text {
      guard byte < 0x80, bytes.count < nameLimit else { return nil }
      bytes.append(ASCII.lowercased(byte))
    }
    return bytes
  }

  private static func address(_ text: String) -> [UInt8]? {
    var four = [UInt8](repeating: 0, count: 4)
    if inet_pton(AF_INET, text, &four) == 1 { return four }
    let bare = text.hasPrefix("[") && text.hasSuffix("]") ? text.dropFirst().dropLast() : text[...]
    var sixteen = [UInt8](repeating: 0, count: 16)
    return inet_pton(AF_INET6, String(bare), &sixteen) == 1 ? sixteen : nil
  }

  private static func isHostName(_ bytes: [UInt8], wildcard: Bool) -> Bool {
    var labels = bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)[...]
    if wildcard, labels.count > 1, labels.first?.elementsEqual([UInt8(ascii: "*")]) == true {
      labels = labels.dropFirst()
    }
    // A last label of digits alone would be a damaged IPv4 address.
    guard let last = labels.last, !last.allSatisfy({ ASCII.isDigit($0) }) else {
      return false
    }
    return labels.allSatisfy { label in
      !label.isEmpty && label.count <= labelLimit && label.first != UInt8(ascii: "-")
        && label.last != UInt8(ascii: "-")
        && label.allSatisfy { byte in
          ASCII.isLetterOrDigit(byte) || byte == ASCII.hyphen || byte == ASCII.underscore
        }
    }
  }
}
