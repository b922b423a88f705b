import Core

/// A client's first message, read before libssl gets it: so that the certificate can depend on the name that the client
/// asks for. RFC 8446 §4.1.2; RFC 5246 §7.4.1.2 has the same shape.
package enum ClientHello {
  /// With more bytes than this the message is left to libssl, which has a limit of its own.
  package static let limit = 20 * 1024

  /// The result of reading the beginning of a connection.
  package enum Reading: Sendable, Equatable {
    /// The message is not whole yet.
    case incomplete
    /// The message is whole. `serverName` is the host name that it asks for (RFC 6066 §3), in lower case.
    case whole(serverName: String?)
    /// It is not a ClientHello, or is longer than ``limit``: libssl then finds what is wrong with it.
    case unreadable
  }

  /// Reads the message in the records that a connection begins with.
  ///
  /// - Parameter bytes: all bytes that have come.
  package static func read(_ bytes: Span<UInt8>) -> Reading {
    guard let message = message(bytes) else {
      return bytes.count > limit ? .unreadable : .incomplete
    }
    guard !message.isEmpty else { return .unreadable }
    var rest = Reader(message)
    // Type and length; legacy_version; random.
    guard rest.skip(4 + 2 + 32), rest.skipVector(lengthBytes: 1),
      rest.skipVector(lengthBytes: 2), rest.skipVector(lengthBytes: 1)
    else { return .unreadable }
    // A client of old versions may have no extensions.
    guard var extensions = rest.vector(lengthBytes: 2) else { return .whole(serverName: nil) }
    while let type = extensions.number(2), var content = extensions.vector(lengthBytes: 2) {
      guard type == serverNameExtension else { continue }
      guard var names = content.vector(lengthBytes: 2) else { return .whole(serverName: nil) }
      while let kind = names.number(1), let name = names.vector(lengthBytes: 2) {
        if kind == 0 { return .whole(serverName: Self.name(name.rest)) }
      }
    }
    return .whole(serverName: nil)
  }

  private static let serverNameExtension = 0
  private static let clientHello: UInt8 = 1
  /// RFC 1035 §2.3.4.
  private static let nameLimit = 255

  private static func name(_ bytes: ArraySlice<UInt8>) -> String? {
    guard bytes.count <= nameLimit else { return nil }
    var text = String(decoding: bytes, as: UTF8.self).lowercased()
    // The root's dot: RFC 6066 forbids it, but some clients send it.
    if text.hasSuffix(".") { text.removeLast() }
    return text.isEmpty ? nil : text
  }

  /// The message without the records' headers: nil if more is to come, empty if it is something else.
  private static func message(_ bytes: Span<UInt8>) -> [UInt8]? {
    var message: [UInt8] = []
    var wanted: Int?
    var start = 0
    while wanted.map({ message.count < $0 }) ?? true {
      let header = 5
      // A record of another kind, or of no version of TLS, is refused as soon as it is recognised.
      if start < bytes.count, bytes[start] != TLSRecord.handshake { return [] }
      if start + 1 < bytes.count, bytes[start + 1] != 3 { return [] }
      guard start + header <= bytes.count else { return nil }
      let length = Int(bytes[start + 3]) << 8 | Int(bytes[start + 4])
      if length == 0 || length > 16_384 { return [] }
      let end = start + header + length
      for index in (start + header)..<min(end, bytes.count) { message.append(bytes[index]) }
      if wanted == nil, let type = message.first {
        if type != clientHello { return [] }
        if message.count >= 4 {
          let length = Int(message[1]) << 16 | Int(message[2]) << 8 | Int(message[3])
          if length > limit { return [] }
          wanted = 4 + length
        }
      }
      guard end <= bytes.count else {
        return wanted.map { message.count >= $0 } == true ? message : nil
      }
      start = end
    }
    return message
  }

  /// Reads numbers and vectors of a message, from its beginning on; they are nil if it is too short.
  private struct Reader {
    var rest: ArraySlice<UInt8>

    init(_ bytes: some Sequence<UInt8>) {
      rest = Array(bytes)[...]
    }

    mutating func skip(_ count: Int) -> Bool {
      guard rest.count >= count else { return false }
      rest = rest.dropFirst(count)
      return true
    }

    mutating func number(_ bytes: Int) -> Int? {
      guard rest.count >= bytes else { return nil }
      defer { rest = rest.dropFirst(bytes) }
      return rest.prefix(bytes).reduce(0) { $0 << 8 | Int($1) }
    }

    mutating func vector(lengthBytes: Int) -> Reader? {
      guard let count = number(lengthBytes), rest.count >= count else { return nil }
      defer { rest = rest.dropFirst(count) }
      return Reader(rest.prefix(count))
    }

    mutating func skipVector(lengthBytes: Int) -> Bool { vector(lengthBytes: lengthBytes) != nil }
  }
}
