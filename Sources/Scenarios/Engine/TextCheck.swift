/// One part of a ``RequestMatch``: a text of the request, and its required form.
struct TextCheck: Sendable {
  /// The number of the request's text: first the fixed texts, and from ``firstHeader`` on the headers that rules need.
  let fact: Int
  /// The number of its pattern among those of all rules, so that a pattern of many rules is compared once; nil if the
  /// text must be absent. It is a number, because reading the pattern itself from an array counts references.
  let pattern: Int?
  /// The first eight bytes of a text that fits, and which of their bits are known. They show for most rules that they
  /// do not fit, without looking at the pattern.
  let head: UInt64
  let mask: UInt64

  /// - Parameter patterns: gets the pattern if it does not have it yet.
  init(fact: Int, pattern: TextPattern?, patterns: inout Numbered<TextPattern>) {
    self.fact = fact
    self.pattern = pattern.map { patterns.number($0) }
    let beginning = pattern?.beginning ?? []
    head = Self.head(beginning)
    mask = Self.head(Array(repeating: 0xFF, count: beginning.count))
  }

  /// A text's first eight bytes as a number, the first one highest; with zeros after a shorter text.
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

  /// The checks of a match: first those with a text that costs little to get, and among these first those that fit
  /// least often.
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

/// What several rules may need, each once: the names of headers, and patterns.
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
