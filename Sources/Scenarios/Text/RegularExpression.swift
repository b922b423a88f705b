import CRE2

/// A regular expression in RE2's syntax: no look-around and no back references, so matching always takes time in
/// proportion to the text.
///
/// `@unchecked Sendable` is correct: the pointer is set once, RE2 lets many threads match with one pattern, and it is
/// freed only when there is no reference to this any more.
final class RegularExpression: @unchecked Sendable {
  private let pattern: OpaquePointer
  /// Bytes that it may use: its program, and what matching keeps from one text to the next.
  let memory: Int
  /// How much of a text it reads, in bytes: the larger its program is, the less.
  let longestText: Int

  /// Most instructions of a program; a count such as `{1000}` multiplies them.
  static let mostInstructions = 2_000
  /// The most bytes of text times instructions. RE2's worst expressions take about 25 ns for each, so none blocks a
  /// loop for much more than 20 ms.
  static let mostSteps = 800_000
  /// Enough memory for a program of that size.
  private static let memoryToCompile = 65_536

  /// What a program gets for itself and for matching. With less, RE2 has no room for the sets of instructions that it
  /// has met, and is twenty times slower.
  private static func memory(forInstructions count: Int) -> Int {
    min(16_384 + count * 768, 1 << 20)
  }

  /// - Parameter source: without its slashes; the place of an error counts the first slash.
  init(_ source: String) throws(PatternError) {
    let trial = Self.compile(source, memory: Self.memoryToCompile)
    defer { cre2_free(trial) }
    if let fault = Self.fault(of: trial, source) { throw fault }
    let count = Int(cre2_size(trial))
    guard count <= Self.mostInstructions else { throw Self.tooLarge }
    memory = Self.memory(forInstructions: count)
    longestText = min(TextPattern.longestText, Self.mostSteps / max(count, 1))
    let pattern = Self.compile(source, memory: memory)
    if let fault = Self.fault(of: pattern, source) {
      cre2_free(pattern)
      throw fault
    }
    self.pattern = pattern
  }

  deinit { cre2_free(pattern) }

  /// Whether it matches somewhere in the text.
  ///
  /// - Parameter text: UTF-8; the dot does not match other bytes.
  func matches(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    text.withMemoryRebound(to: CChar.self) { cre2_matches(pattern, $0.baseAddress, $0.count) }
  }

  private static func compile(_ source: some StringProtocol, memory: Int) -> OpaquePointer {
    var text = String(source)
    return text.withUTF8 { bytes in
      bytes.withMemoryRebound(to: CChar.self) {
        cre2_compile($0.baseAddress, $0.count, Int64(memory))
      }
    }
  }

  private static var tooLarge: PatternError {
    PatternError(
      "The regular expression is too large: it comes to more than \(mostInstructions) instructions. Counts such as {1000} and classes such as \\p{L} multiply them."
    )
  }

  private static func fault(of pattern: OpaquePointer, _ source: String) -> PatternError? {
    let code = Int(cre2_error(pattern))
    if code == CRE2_NO_ERROR { return nil }
    if code == CRE2_TOO_LARGE { return tooLarge }
    let part = part(pattern)
    var words = cre2_error_words(pattern).map { String(cString: $0) } ?? ""
    let end = ": " + part
    if !part.isEmpty, words.utf8.suffix(end.utf8.count).elementsEqual(end.utf8) {
      words = String(decoding: words.utf8.dropLast(end.utf8.count), as: UTF8.self)
    }
    let offset = offset(code, part, source)
    // RE2 names the whole expression if the error is about a parenthesis.
    let isParenthesis = code == CRE2_MISSING_PARENTHESIS || code == CRE2_UNEXPECTED_PARENTHESIS
    let quoted = isParenthesis || part.isEmpty ? "" : " '\(part.prefix(64))'"
    return PatternError(
      "The regular expression is wrong at character \(offset + 2) of the pattern: \(words)\(quoted).",
      offset: offset + 1)
  }

  private static func part(_ pattern: OpaquePointer) -> String {
    var count = 0
    let bytes = cre2_error_part(pattern, &count)
    return String(
      decoding: UnsafeRawBufferPointer(start: bytes, count: bytes == nil ? 0 : count),
      as: UTF8.self)
  }

  /// The character that an error is about. RE2 gives only the text there, which may be there more than once. It reads
  /// from left to right, so the place is the end of the shortest beginning with the same error.
  private static func offset(_ code: Int, _ part: String, _ source: String) -> Int {
    let scalars = source.unicodeScalars
    if code == CRE2_MISSING_PARENTHESIS { return scalars.count }
    let isAnyPart = code == CRE2_UNEXPECTED_PARENTHESIS
    var low = 0
    var high = scalars.count
    while low < high {
      let middle = (low + high) / 2
      let beginning = compile(String(scalars.prefix(middle)), memory: memoryToCompile)
      defer { cre2_free(beginning) }
      if Int(cre2_error(beginning)) == code, isAnyPart || Self.part(beginning) == part {
        high = middle
      } else {
        low = middle + 1
      }
    }
    return max(low - (isAnyPart ? 1 : part.unicodeScalars.count), 0)
  }
}
