/// One part of a ``RequestMatch``: which text, and what it has to look like.
struct TextCheck: Sendable {
  /// Which text of a request, as a number: those of the fixed ones, and from ``firstHeader`` on the headers that rules
  /// ask for.
  let fact: Int
  /// The number of its pattern among those of all rules, so that many rules with the same one ask once; nil if
  /// the text has to be absent. A number, because reading the pattern itself out of an array counts references.
  let pattern: Int?
  /// The first eight bytes of a text that fits, and which of their bits are known: most rules that do not fit are told
  /// by these, without looking at the pattern.
  let head: UInt64
  let mask: UInt64

  /// - Parameter patterns: gets the pattern where it does not hold it yet.
  init(fact: Int, pattern: TextPattern?, patterns: inout Numbered<TextPattern>) {
    self.fact = fact
    self.pattern = pattern.map { patterns.number($0) }
    let beginning = pattern?.beginning ?? []
    head = Self.head(beginning)
    mask = Self.head(Array(repeating: 0xFF, count: beginning.count))
  }

  /// A text's first eight bytes as a number, the first one highest; zeros behind a shorter one.
  static func head(_ text: [UInt8]) -> UInt64 {
    var head: UInt64 = 0
    for index in 0..<8 { head = head << 8 | (index < text.count ? UInt64(text[index]) : 0) }
    return head
  }

  static let targetKind = 0
  static let targetID = 1
  static let apiVersion = 2
  static let user = 3
  static let context = 4
  static let firstHeader = 5

  /// The parts of a match: those first that are had easily, and of these the ones that fit least often.
  ///
  /// - Parameters:
  ///   - headerNames: gets the names that it does not hold yet.
  ///   - patterns: gets the patterns that it does not hold yet.
  static func checks(
    of match: RequestMatch, headerNames: inout Numbered<String>,
    patterns: inout Numbered<TextPattern>
  ) -> [TextCheck] {
    var checks: [TextCheck] = []
    func add(_ fact: Int, _ pattern: TextPattern?) {
      if let pattern {
        checks.append(TextCheck(fact: fact, pattern: pattern, patterns: &patterns))
      }
    }
    add(targetID, match.targetID)
    add(targetKind, match.targetKind)
    add(apiVersion, match.apiVersion)
    add(user, match.user)
    for header in match.headers {
      let index = headerNames.number(header.name.lowercased())
      checks.append(
        TextCheck(fact: firstHeader + index, pattern: header.value, patterns: &patterns))
    }
    add(context, match.context)
    return checks
  }
}

/// What several rules may ask for, each one once: the names of headers, and patterns.
struct Numbered<Element: Hashable> {
  private(set) var all: [Element] = []
  private var numbers: [Element: Int] = [:]

  /// Its place among ``all``.
  mutating func number(_ element: Element) -> Int {
    if let known = numbers[element] { return known }
    numbers[element] = all.count
    all.append(element)
    return all.count - 1
  }
}
