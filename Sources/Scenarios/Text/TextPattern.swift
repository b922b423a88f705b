/// What a text has to look like: a glob that fits all of it (`*` any run of characters, `?` any one), or between
/// slashes a regular expression that fits somewhere in it.
public struct TextPattern: Sendable, Hashable, CustomStringConvertible, ExpressibleByStringLiteral {
  /// As it was written.
  public let source: String
  private let form: Form

  private enum Form: Sendable, Hashable {
    case any
    case exact([UInt8])
    case prefix([UInt8])
    case glob([UInt8])
    case expression(RegularExpression)
    /// Fits nothing: a literal that is no pattern, which is refused when its rule is loaded.
    case unreadable
  }

  /// Longest pattern, in bytes.
  package static let longest = 1_024
  /// A regular expression reads no more of a text than this, in bytes.
  package static let longestText = 16_384

  /// - Throws: what is wrong with the pattern, in words.
  public init(_ source: String) throws(PatternError) {
    self.source = source
    let bytes = Array(source.utf8)
    guard bytes.count <= Self.longest else {
      throw PatternError("A pattern has \(Self.longest) bytes at most.")
    }
    if bytes.count >= 2, bytes.first == 0x2F, bytes.last == 0x2F {
      form = .expression(try RegularExpression(String(source.dropFirst().dropLast())))
    } else if bytes.allSatisfy({ $0 == 0x2A }), !bytes.isEmpty {
      form = .any
    } else if !bytes.contains(where: { $0 == 0x2A || $0 == 0x3F }) {
      form = .exact(bytes)
    } else if bytes.last == 0x2A, !bytes.dropLast().contains(where: { $0 == 0x2A || $0 == 0x3F }) {
      form = .prefix(Array(bytes.dropLast()))
    } else {
      form = .glob(bytes)
    }
  }

  /// A pattern in code. One that cannot be read is refused when its rule is loaded.
  public init(stringLiteral source: String) {
    do {
      self = try TextPattern(source)
    } catch {
      self.source = source
      form = .unreadable
    }
  }

  package func matches(_ text: String) -> Bool {
    matches(Array(text.utf8))
  }

  /// - Parameter text: UTF-8.
  /// - Complexity: O(text · pattern) at worst.
  package func matches(_ text: [UInt8]) -> Bool {
    switch form {
    case .any: true
    case .unreadable: false
    case .exact(let bytes): text == bytes
    case .prefix(let bytes): Self.starts(text, with: bytes)
    case .glob(let pattern): Self.globMatches(text, pattern)
    case .expression(let expression): expression.matches(text.prefix(Self.longestText))
    }
  }

  /// Bytes that every text that fits begins with.
  var beginning: [UInt8] {
    switch form {
    case .any, .expression, .unreadable: []
    case .exact(let bytes), .prefix(let bytes): bytes
    case .glob(let pattern): Array(pattern.prefix { $0 != 0x2A && $0 != 0x3F })
    }
  }

  /// The only text that fits, where there is but one.
  package var literal: String? {
    if case .exact = form { source } else { nil }
  }

  /// Whether everything that fits `other` certainly fits this.
  package func covers(_ other: TextPattern) -> Bool {
    if self == other { return true }
    if case .any = form { return true }
    if let literal = other.literal { return matches(literal) }
    if case .prefix(let mine) = form, case .prefix(let others) = other.form {
      return others.starts(with: mine)
    }
    return false
  }

  /// As it was written.
  public var description: String { source }

  private static func starts(_ text: [UInt8], with prefix: [UInt8]) -> Bool {
    guard text.count >= prefix.count else { return false }
    let text = text.span
    let prefix = prefix.span
    for index in prefix.indices where text[index] != prefix[index] { return false }
    return true
  }

  private static func globMatches(_ text: [UInt8], _ pattern: [UInt8]) -> Bool {
    let text = text.span
    let pattern = pattern.span
    var textIndex = 0
    var patternIndex = 0
    var star: Int?
    var restart = 0
    while textIndex < text.count {
      if patternIndex < pattern.count, pattern[patternIndex] == 0x2A {
        star = patternIndex
        restart = textIndex
        patternIndex += 1
      } else if patternIndex < pattern.count, pattern[patternIndex] == 0x3F {
        textIndex = characterEnd(text, textIndex)
        patternIndex += 1
      } else if patternIndex < pattern.count, pattern[patternIndex] == text[textIndex] {
        textIndex += 1
        patternIndex += 1
      } else if let star {
        restart += 1
        textIndex = restart
        patternIndex = star + 1
      } else {
        return false
      }
    }
    while patternIndex < pattern.count {
      guard pattern[patternIndex] == 0x2A else { return false }
      patternIndex += 1
    }
    return true
  }

  /// Behind the character that begins at `index`: `?` takes all bytes of one.
  private static func characterEnd(_ text: Span<UInt8>, _ index: Int) -> Int {
    var end = index + 1
    while end < text.count, text[end] & 0xC0 == 0x80 { end += 1 }
    return end
  }
}
