/// A small JSON text as values: token headers, claims and key sets. Strict by RFC 8259; bounded in depth and
/// in members, duplicate members refused.
enum SmallJSON: Sendable, Equatable {
  case null
  case bool(Bool)
  /// A number without fraction or exponent that fits.
  case integer(Int64)
  case decimal(Double)
  case string(String)
  case array([SmallJSON])
  case object([Member])

  struct Member: Sendable, Equatable {
    var name: String
    var value: SmallJSON
  }

  /// What is wrong with a text, and at which byte.
  struct Fault: Error, Equatable, CustomStringConvertible {
    var offset: Int
    var reason: String

    var description: String { "\(reason) at offset \(offset)" }
  }

  static let depthLimit = 16
  static let memberLimit = 256

  init(_ bytes: Span<UInt8>) throws(Fault) {
    var reader = SmallJSONReader()
    self = try reader.text(bytes)
  }

  /// The member of this name, where this is an object that has it.
  subscript(name: String) -> SmallJSON? {
    guard case .object(let members) = self else { return nil }
    for member in members where member.name == name { return member.value }
    return nil
  }

  var string: String? {
    if case .string(let text) = self { text } else { nil }
  }
}
