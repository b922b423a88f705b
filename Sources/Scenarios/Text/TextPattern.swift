/// The required form of a text: a glob that matches all of it (`*` any run of characters, `?` any one character), or,
/// between slashes, a regular expression in RE2's syntax that matches somewhere in it. Both take time in proportion to
/// the text.
public struct TextPattern: Sendable, Hashable, CustomStringConvertible, ExpressibleByStringLiteral {
  /// As it was written.
  public let source: String
  private let form: Form

  private enum Form: Sendable {
    case any
    case exact([UInt8])
    case prefix([UInt8])
    case glob(Glob)
    case expression(RegularExpression)
    /// Matches nothing: a literal that is not a pattern, which is refused when its rule is loaded.
    case unreadable
  }

  /// Longest pattern, in bytes.
  package static let longest = 1_024
  /// A regular expression reads at most this many bytes of a text; a large one reads less: see ``textLimit``.
  package static let longestText = 16_384

  /// - Throws: what is wrong with the pattern, in words.
  public init(_ source: String) throws(PatternError) {
    self.source = source
    let bytes = Array(source.utf8)
    guard bytes.count <= Self.longest else {
      throw PatternError("A pattern has \(Self.longest) bytes at most.")
    }
    if bytes.count >= 2, bytes.first == 0x2F, bytes.last == 0x2F {
      form = .expression(
        try RegularExpression(String(decoding: bytes[1..<bytes.count - 1], as: UTF8.self)))
    } else if bytes.allSatisfy({ $0 == 0x2A }), !bytes.isEmpty {
      form = .any
    } else if !bytes.contains(where: { $0 == 0x2A || $0 == 0x3F }) {
      form = .exact(bytes)
    } else if bytes.last == 0x2A, !bytes.dropLast().contains(where: { $0 == 0x2A || $0 == 0x3F }) {
      form = .prefix(Array(bytes.dropLast()))
    } else {
      form = .glob(Glob(bytes))
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

  /// - Parameter text: UTF-8. A regular expression reads other bytes as U+FFFD.
  /// - Complexity: O(text).
  package func matches(_ text: [UInt8]) -> Bool {
    switch form {
    case .any: true
    case .unreadable: false
    case .exact(let bytes): text == bytes
    case .prefix(let bytes): Self.starts(text, with: bytes)
    case .glob(let glob): glob.matches(text)
    case .expression(let expression): Self.fits(expression, text)
    }
  }

  /// Bytes of memory that it may use besides its own text: those of a regular expression.
  package var memory: Int {
    if case .expression(let expression) = form { expression.memory } else { 0 }
  }

  /// How much of a text it reads, in bytes; nil if it reads all of it.
  package var textLimit: Int? {
    if case .expression(let expression) = form { expression.longestText } else { nil }
  }

  /// The bytes with which every text that fits begins.
  var beginning: [UInt8] {
    switch form {
    case .any, .expression, .unreadable: []
    case .exact(let bytes), .prefix(let bytes): bytes
    case .glob(let glob): glob.beginning
    }
  }

  /// The only text that fits, if there is only one.
  package var literal: String? {
    if case .exact = form { source } else { nil }
  }

  /// Whether it is certain that everything that fits `other` also fits this.
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

  private static func fits(_ expression: RegularExpression, _ text: [UInt8]) -> Bool {
    let limit = expression.longestText
    var end = min(text.count, limit)
    // A character that is cut in two is not a character.
    if end < text.count {
      while end > max(limit - 4, 0), text[end] & 0xC0 == 0x80 { end -= 1 }
    }
    if (try? UTF8Span(validating: text.span.extracting(0..<end))) != nil {
      return text.withUnsafeBufferPointer {
        expression.matches(UnsafeBufferPointer(rebasing: $0[..<end]))
      }
    }
    var repaired = String(decoding: text[..<end], as: UTF8.self)
    return repaired.withUTF8 { expression.matches($0) }
  }
}

extension TextPattern {
  /// Two patterns are equal if they were written with the same bytes. (Two strings are equal even if one has a letter
  /// and its accent as one character and the other as two.)
  public static func == (left: TextPattern, right: TextPattern) -> Bool {
    left.source.utf8.elementsEqual(right.source.utf8)
  }

  /// Uses the bytes that it was written with.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(source)
  }

  /// The regular expression that was probably meant by a pattern such as `/x/i`, which is not valid; nil for others.
  var likelyMeant: String? {
    guard source.first == "/", let end = source.lastIndex(of: "/"), end > source.startIndex
    else { return nil }
    let flags = source[source.index(after: end)...]
    guard !flags.isEmpty, flags.utf8.count <= 4, flags.allSatisfy({ "gimsuxy".contains($0) })
    else { return nil }
    // RE2 has these three flags; "g" and "u" change nothing here.
    let known = "ims".filter { flags.contains($0) }
    let expression = source[source.index(after: source.startIndex)..<end]
    return known.isEmpty ? "/\(expression)/" : "/(?\(known))\(expression)/"
  }
}
