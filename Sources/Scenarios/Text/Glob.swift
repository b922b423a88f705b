import Core

/// A glob as its parts between the stars. The first part must be at the text's beginning, and the last part at its end.
/// Each other part is searched from the end of the part before it. The first place found is used: a later place would
/// leave less text for the rest.
struct Glob: Sendable {
  /// The parts at the text's beginning and at its end: they have a `*` on one side only.
  private let first: [UInt8]
  private let last: [UInt8]
  /// The parts with a `*` on both sides; no part is empty.
  private let inner: [[UInt8]]
  private let hasStar: Bool

  private static let star: UInt8 = 0x2A
  private static let question: UInt8 = 0x3F

  /// - Parameter pattern: UTF-8; without a `*` it has only a first part.
  init(_ pattern: [UInt8]) {
    let parts = pattern.split(separator: Self.star, omittingEmptySubsequences: false)
    hasStar = parts.count > 1
    first = Array(parts.first ?? [])
    last = hasStar ? Array(parts.last ?? []) : []
    inner = parts.dropFirst().dropLast().filter { !$0.isEmpty }.map { Array($0) }
  }

  /// The bytes with which every text that fits begins.
  var beginning: [UInt8] { Array(first.prefix { $0 != Self.question }) }

  /// Whether it fits the whole text.
  ///
  /// - Parameter text: UTF-8.
  /// - Complexity: O(text): a part with a `?` takes one step for each byte of the text and for each 64 of the part's
  ///   characters.
  func matches(_ text: [UInt8]) -> Bool {
    let text = text.span
    guard var start = Self.fits(first, text, at: 0, until: text.count) else { return false }
    guard hasStar else { return start == text.count }
    guard let end = Self.beginning(of: last, in: text, from: start) else { return false }
    for part in inner {
      guard let next = Self.find(part, in: text, from: start, until: end) else { return false }
      start = next
    }
    return true
  }

  /// Where a part that begins at `start` ends; nil if it does not fit there.
  private static func fits(
    _ part: [UInt8], _ text: Span<UInt8>, at start: Int, until end: Int
  ) -> Int? {
    var position = start
    for byte in part {
      guard position < end else { return nil }
      if byte == question {
        guard !isContinuation(text[position]) else { return nil }
        position += 1
        while position < end, isContinuation(text[position]) { position += 1 }
      } else {
        guard text[position] == byte else { return nil }
        position += 1
      }
    }
    return position
  }

  /// Where a part begins that ends at the text's end, at `start` or after it.
  private static func beginning(
    of part: [UInt8], in text: Span<UInt8>, from start: Int
  ) -> Int? {
    var position = text.count
    for byte in part.reversed() {
      guard position > start else { return nil }
      position -= 1
      if byte == question {
        while position > start, isContinuation(text[position]) { position -= 1 }
        guard !isContinuation(text[position]) else { return nil }
      } else {
        guard text[position] == byte else { return nil }
      }
    }
    return position
  }

  /// Where a part ends that begins at `start` or at the first later place where it fits.
  private static func find(
    _ part: [UInt8], in text: Span<UInt8>, from start: Int, until end: Int
  ) -> Int? {
    guard end - start >= part.count else { return nil }
    // Trying each place needs no preparation: this is faster in short texts, but too slow in long ones.
    guard (end - start) * part.count > 4_096 else {
      for position in start...end - part.count {
        if let next = fits(part, text, at: position, until: end) { return next }
      }
      return nil
    }
    guard part.contains(question) else {
      return text.first(part, in: start..<end).map { $0 + part.count }
    }
    return BitParallelSearch(part).end(in: text, from: start, until: end)
  }

  /// Whether a byte is inside a character, and not its first byte.
  @inline(__always)
  private static func isContinuation(_ byte: UInt8) -> Bool { byte & 0xC0 == 0x80 }

  /// Follows all possible beginnings of a part at once, with one bit for each character of the part (Baeza-Yates and
  /// Gonnet, "A new approach to text searching", 1992).
  private struct BitParallelSearch {
    private let words: Int
    /// For each byte, which characters of the part it may be the first byte of: `words` words.
    private var masks: [UInt64]
    /// The characters of the part that are a `?`, which also takes the further bytes of its character.
    private var questions: [UInt64]
    private let last: Int

    init(_ part: [UInt8]) {
      last = part.count - 1
      words = last / 64 + 1
      masks = Array(repeating: 0, count: 256 * words)
      questions = Array(repeating: 0, count: words)
      for (index, character) in part.enumerated() {
        let bit: UInt64 = 1 << UInt64(index % 64)
        if character == question {
          questions[index / 64] |= bit
          for byte in 0..<256 where !isContinuation(UInt8(byte)) {
            masks[byte * words + index / 64] |= bit
          }
        } else {
          masks[Int(character) * words + index / 64] |= bit
        }
      }
    }

    /// Where the first match of the part ends; nil if it does not fit.
    func end(in text: Span<UInt8>, from start: Int, until end: Int) -> Int? {
      let behind =
        words == 1
        ? shortEnd(in: text, from: start, until: end) : longEnd(in: text, from: start, until: end)
      guard var behind else { return nil }
      // A `?` at the end takes its whole character.
      if questions[words - 1] >> UInt64(last % 64) & 1 == 1 {
        while behind < end, isContinuation(text[behind]) { behind += 1 }
      }
      return behind
    }

    private func shortEnd(in text: Span<UInt8>, from start: Int, until end: Int) -> Int? {
      let questions = questions[0]
      let found: UInt64 = 1 << UInt64(last)
      let part = text.extracting(start..<end)
      return masks.withUnsafeBufferPointer { masks in
        var state: UInt64 = 0
        for position in part.indices {
          let byte = part[position]
          let within: UInt64 = isContinuation(byte) ? questions : 0
          // A part may begin at each byte. There are 256 masks.
          state = (state << 1 | 1) & masks[Int(byte)] | state & within
          if state & found != 0 { return start + position + 1 }
        }
        return nil
      }
    }

    private func longEnd(in text: Span<UInt8>, from start: Int, until end: Int) -> Int? {
      let found: UInt64 = 1 << UInt64(last % 64)
      var states = [UInt64](repeating: 0, count: words)
      for position in start..<end {
        let byte = text[position]
        let within: UInt64 = isContinuation(byte) ? .max : 0
        var carry: UInt64 = 1
        for word in 0..<words {
          let state = states[word]
          states[word] =
            (state << 1 | carry) & masks[Int(byte) * words + word]
            | state & questions[word] & within
          carry = state >> 63
        }
        if states[words - 1] & found != 0 { return position + 1 }
      }
      return nil
    }
  }
}
