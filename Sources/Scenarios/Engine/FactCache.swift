/// Texts of one request, each made when the first rule asks for it.
struct FactCache {
  private enum State {
    case unknown, absent, present
  }

  private var states: [State] = []
  private var heads: [UInt64] = []
  /// UTF-8; empty where there is none.
  private var texts: [[UInt8]] = []

  mutating func fits<Facts: RequestFacts & ~Copyable & ~Escapable>(
    _ checks: [TextCheck], _ index: Int, _ facts: borrowing Facts, headerNames: [String]
  ) -> Bool {
    let fact = checks[index].fact
    if states.isEmpty || states[fact] == .unknown { learn(fact, facts, headerNames) }
    if states[fact] == .absent { return checks[index].pattern == nil }
    if (heads[fact] ^ checks[index].head) & checks[index].mask != 0 { return false }
    return checks[index].pattern?.matches(texts[fact]) ?? false
  }

  private mutating func learn<Facts: RequestFacts & ~Copyable & ~Escapable>(
    _ fact: Int, _ facts: borrowing Facts, _ headerNames: [String]
  ) {
    if states.isEmpty {
      let count = TextCheck.firstHeader + headerNames.count
      states = Array(repeating: .unknown, count: count)
      heads = Array(repeating: 0, count: count)
      texts = Array(repeating: [], count: count)
    }
    let text: String? =
      switch fact {
      case TextCheck.targetKind: facts.targetKind
      case TextCheck.targetID: facts.targetID
      case TextCheck.apiVersion: facts.apiVersion
      case TextCheck.user: facts.user
      case TextCheck.context: facts.context
      default: facts.header(headerNames[fact - TextCheck.firstHeader])
      }
    states[fact] = text == nil ? .absent : .present
    if let text {
      texts[fact] = Array(text.utf8)
      heads[fact] = TextCheck.head(texts[fact])
    }
  }
}
