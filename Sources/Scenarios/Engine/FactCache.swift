/// Texts of one request. Each is made when the first rule needs it.
struct FactCache {
  private enum State {
    case unknown, absent, present
  }

  private struct Fact {
    var state = State.unknown
    var head: UInt64 = 0
    /// The last pattern that was compared, and whether it matches: neighbouring rules often share one.
    var pattern = -1
    var matches = false
  }

  private var facts: [Fact] = []
  /// UTF-8; empty if there is none.
  private var texts: [[UInt8]] = []

  mutating func fits<Facts: RequestFacts & ~Copyable & ~Escapable>(
    _ check: TextCheck, _ request: borrowing Facts, headerNames: [String], patterns: [TextPattern]
  ) -> Bool {
    if facts.isEmpty || facts[check.fact].state == .unknown {
      learn(check.fact, request, headerNames)
    }
    let fact = facts[check.fact]
    guard fact.state == .present, let pattern = check.pattern else {
      return fact.state == .absent && check.pattern == nil
    }
    if (fact.head ^ check.head) & check.mask != 0 { return false }
    if fact.pattern == pattern { return fact.matches }
    let matches = patterns[pattern].matches(texts[check.fact])
    facts[check.fact].pattern = pattern
    facts[check.fact].matches = matches
    return matches
  }

  /// A text's bytes; nil if the request does not have it.
  mutating func bytes<Facts: RequestFacts & ~Copyable & ~Escapable>(
    of number: Int, _ request: borrowing Facts, headerNames: [String]
  ) -> [UInt8]? {
    if facts.isEmpty || facts[number].state == .unknown { learn(number, request, headerNames) }
    return facts[number].state == .present ? texts[number] : nil
  }

  private mutating func learn<Facts: RequestFacts & ~Copyable & ~Escapable>(
    _ number: Int, _ request: borrowing Facts, _ headerNames: [String]
  ) {
    if facts.isEmpty {
      let count = TextCheck.firstHeader + headerNames.count
      facts = Array(repeating: Fact(), count: count)
      texts = Array(repeating: [], count: count)
    }
    let text: String? =
      switch number {
      case TextCheck.targetKind: request.targetKind
      case TextCheck.targetID: request.targetID
      case TextCheck.apiVersion: request.apiVersion
      case TextCheck.user: request.user
      case TextCheck.context: request.context
      default: request.header(headerNames[number - TextCheck.firstHeader])
      }
    facts[number].state = text == nil ? .absent : .present
    if let text {
      texts[number] = Array(text.utf8)
      facts[number].head = TextCheck.head(texts[number])
    }
  }
}
