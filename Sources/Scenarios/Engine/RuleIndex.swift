/// Finds the rules that a request may fit by their conditions, so the cost is about the same for a thousand rules as
/// for ten. Each rule is filed under one of its conditions: the one that the fewest rules share. Rules without a
/// condition that can be looked up are candidates for every request.
///
/// A candidate may still not fit: keys are hashes of conditions, and for texts only of the beginning. A rule that is
/// not a candidate never fits. So the decisions and counters are the same as if all rules were tried in their order.
struct RuleIndex: Sendable {
  /// One bit a rule, the first one lowest: the rules that every request may fit.
  let always: [UInt64]
  private let buckets: [UInt64: Range<Int>]
  /// The rules of all buckets.
  private let members: [Int]
  private let texts: [TextKeys]
  private let numbers: [NumberKind]

  /// With fewer rules than this, trying all of them is as fast.
  static let leastRules = 16
  /// The most bytes of a text's beginning in a key.
  static let longestBeginning = 32
  /// The longest range of ordinals that is filed under each of its numbers.
  private static let longestRange = 8

  /// The numbers in rules' conditions.
  private enum NumberKind: UInt64, Sendable, CaseIterable {
    case attempt = 1
    case call, connection, state, scheme
  }

  /// The keys that exist for one text of a request.
  private struct TextKeys: Sendable {
    var fact: Int
    /// Lengths of beginnings, ascending.
    var lengths: [Int]
    var hasWhole: Bool
  }

  /// Keys of a rule: a request that fits the rule has one of them.
  private struct Entry {
    var keys: [UInt64]
    var number: NumberKind?
    var fact = 0
    /// nil for a whole text.
    var length: Int?
  }

  /// The numbers of one request.
  struct Numbers {
    var attempt: Int
    var call: Int
    var connection: Int
    var state: Int
    var scheme: Int
  }

  /// - Parameters:
  ///   - gates: the gates of all rules, in their order.
  ///   - checks: the text checks of all rules.
  ///   - isUsed: false makes every rule a candidate for every request.
  init(gates: [RuleGate], checks: [TextCheck], patterns: [TextPattern], isUsed: Bool = true) {
    var filed: [UInt64: [Int]] = [:]
    var lengths: [Int: Set<Int>] = [:]
    var whole: Set<Int> = []
    var numbers: Set<NumberKind> = []
    var always = [UInt64](repeating: 0, count: (gates.count + 63) / 64)
    let entries = gates.map { gate in
      isUsed && gates.count >= Self.leastRules ? Self.entries(gate, checks, patterns) : []
    }
    var uses: [UInt64: Int] = [:]
    for key in entries.joined().flatMap(\.keys) { uses[key, default: 0] += 1 }
    for (rule, entries) in entries.enumerated() {
      func sharers(_ entry: Entry) -> Int { entry.keys.map { uses[$0] ?? 0 }.max() ?? 0 }
      guard let entry = entries.min(by: { sharers($0) < sharers($1) }) else {
        always[rule / 64] |= 1 << UInt64(rule % 64)
        continue
      }
      for key in entry.keys { filed[key, default: []].append(rule) }
      if let number = entry.number {
        numbers.insert(number)
      } else if let length = entry.length {
        lengths[entry.fact, default: []].insert(length)
      } else {
        whole.insert(entry.fact)
      }
    }
    var buckets: [UInt64: Range<Int>] = [:]
    var members: [Int] = []
    for (key, rules) in filed {
      buckets[key] = members.count..<members.count + rules.count
      members += rules
    }
    self.always = always
    self.buckets = buckets
    self.members = members
    self.numbers = NumberKind.allCases.filter(numbers.contains)
    texts = whole.union(lengths.keys).sorted().map {
      TextKeys(fact: $0, lengths: lengths[$0]?.sorted() ?? [], hasWhole: whole.contains($0))
    }
  }

  /// Whether there are candidates beyond ``always``.
  var hasKeys: Bool { !buckets.isEmpty }

  /// Whether rules are filed under the scheme of the credential.
  var asksScheme: Bool { numbers.contains(.scheme) }

  /// Adds the rules that a request may fit by its numbers.
  func add(_ request: Numbers, to candidates: inout [UInt64]) {
    for kind in numbers {
      let value =
        switch kind {
        case .attempt: request.attempt
        case .call: request.call
        case .connection: request.connection
        case .state: request.state
        case .scheme: request.scheme
        }
      add(Self.key(kind, value), to: &candidates)
    }
  }

  /// The texts that rules are filed under, by their numbers in ``TextCheck``.
  var facts: some Sequence<Int> { texts.lazy.map(\.fact) }

  /// Adds the rules that a request may fit by one of its texts.
  func add(_ fact: Int, _ text: [UInt8], to candidates: inout [UInt64]) {
    for keys in texts where keys.fact == fact {
      var hash = Self.seed(fact)
      var count = 0
      for length in keys.lengths {
        guard length <= text.count else { break }
        while count < length {
          hash = Self.mix(hash, text[count])
          count += 1
        }
        add(hash, to: &candidates)
      }
      guard keys.hasWhole, text.count <= TextPattern.longest else { continue }
      while count < text.count {
        hash = Self.mix(hash, text[count])
        count += 1
      }
      add(Self.whole(hash), to: &candidates)
    }
  }

  private func add(_ key: UInt64, to candidates: inout [UInt64]) {
    guard let bucket = buckets[key] else { return }
    for member in members[bucket] { candidates[member / 64] |= 1 << UInt64(member % 64) }
  }

  private static func entries(
    _ gate: RuleGate, _ checks: [TextCheck], _ patterns: [TextPattern]
  ) -> [Entry] {
    var entries: [Entry] = []
    // Numbers come first: among conditions that equally many rules share, the first is used, and a number costs less
    // than a text.
    let ranges: [(NumberKind, lower: Int, upper: Int)] = [
      (.attempt, gate.attempts.lower, gate.attempts.upper),
      (.call, gate.calls.lower, gate.calls.upper),
      (.connection, gate.connections.lower, gate.connections.upper),
    ]
    for (kind, lower, upper) in ranges where lower >= 1 && upper >= lower {
      guard upper - lower < longestRange else { continue }
      entries.append(Entry(keys: (lower...upper).map { key(kind, $0) }, number: kind))
    }
    if gate.state >= 0 { entries.append(Entry(keys: [key(.state, gate.state)], number: .state)) }
    if gate.scheme >= 0 {
      entries.append(Entry(keys: [key(.scheme, gate.scheme)], number: .scheme))
    }
    for check in checks[gate.checks] {
      // A context may be long, and is often not kept.
      guard check.fact != TextCheck.context, let pattern = check.pattern.map({ patterns[$0] })
      else { continue }
      if let literal = pattern.literal {
        let hash = literal.utf8.reduce(seed(check.fact), mix)
        entries.append(Entry(keys: [whole(hash)], fact: check.fact))
      } else {
        let beginning = pattern.beginning.prefix(longestBeginning)
        if beginning.isEmpty { continue }
        let hash = beginning.reduce(seed(check.fact), mix)
        entries.append(Entry(keys: [hash], fact: check.fact, length: beginning.count))
      }
    }
    return entries
  }

  // FNV-1a (Fowler, Noll, Vo), over what the key is about, and then its bytes.
  private static let prime: UInt64 = 0x100_0000_01B3

  private static func seed(_ fact: Int) -> UInt64 {
    (0xCBF2_9CE4_8422_2325 ^ UInt64(truncatingIfNeeded: fact + 1)) &* prime
  }

  private static func mix(_ hash: UInt64, _ byte: UInt8) -> UInt64 {
    (hash ^ UInt64(byte)) &* prime
  }

  /// Ends a hash with a step that differs from that of any further byte.
  private static func whole(_ hash: UInt64) -> UInt64 { (hash ^ 0x100) &* prime }

  private static func key(_ kind: NumberKind, _ value: Int) -> UInt64 {
    let hash = (0xCBF2_9CE4_8422_2325 ^ (kind.rawValue << 32)) &* prime
    return (hash ^ UInt64(bitPattern: Int64(value))) &* prime
  }
}
