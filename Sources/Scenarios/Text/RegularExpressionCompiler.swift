/// Makes the steps of a ``RegularExpression`` out of its text.
struct RegularExpressionCompiler {
  private typealias Step = RegularExpression.Step

  private let scalars: [Unicode.Scalar]
  private var position = 0
  private var depth = 0

  init(_ source: String) {
    scalars = Array(source.unicodeScalars)
  }

  mutating func compile() throws(PatternError) -> [RegularExpression.Step] {
    let steps = try alternatives()
    guard position == scalars.count else { throw fault("')' has no '('") }
    return steps + [.match]
  }

  /// Jumps and splits of a fragment count from the fragment's own start.
  private mutating func alternatives() throws(PatternError) -> [Step] {
    var steps = try sequence()
    while take("|") {
      let other = try sequence()
      let first = Self.moved(steps, by: 1)
      steps = [.split(1, first.count + 2)] + first
      steps.append(.jump(steps.count + 1 + other.count))
      steps += Self.moved(other, by: steps.count)
      try checkSize(steps)
    }
    return steps
  }

  private mutating func sequence() throws(PatternError) -> [Step] {
    var steps: [Step] = []
    while let next = peek, next != "|", next != ")" {
      let atom = try self.atom()
      steps += Self.moved(try repeated(atom), by: steps.count)
      try checkSize(steps)
    }
    return steps
  }

  private mutating func atom() throws(PatternError) -> [Step] {
    guard let scalar = peek else { throw fault("it ends too soon") }
    position += 1
    switch scalar {
    case "(":
      if take("?"), !take(":") { throw fault("'(?' may only be followed by ':'") }
      depth += 1
      guard depth <= 32 else { throw fault("groups are nested deeper than 32") }
      let inner = try alternatives()
      guard take(")") else { throw fault("'(' has no ')'") }
      depth -= 1
      return inner
    case "[": return [.set(try set())]
    case ".": return [.set(.anything)]
    case "^": return [.begin]
    case "$": return [.end]
    case "*", "+", "?": throw fault("'\(scalar)' has nothing to repeat")
    case "\\": return [.set(try escaped())]
    default: return [.set(ScalarSet(scalar))]
    }
  }

  private mutating func repeated(_ atom: [Step]) throws(PatternError) -> [Step] {
    var steps = atom
    while true {
      if take("*") {
        steps = Self.star(steps)
      } else if take("+") {
        steps += Self.moved(Self.star(steps), by: steps.count)
      } else if take("?") {
        steps = Self.optional(steps)
      } else if peek == "{" {
        position += 1
        steps = try counted(steps)
      } else {
        return steps
      }
      try checkSize(steps)
    }
  }

  private mutating func counted(_ atom: [Step]) throws(PatternError) -> [Step] {
    let least = try number()
    var most: Int? = least
    if take(",") { most = peek == "}" ? nil : try number() }
    guard take("}") else { throw fault("'{' has no '}'") }
    if let most, most < least { throw fault("a count ends before it begins") }
    guard atom.count * max(least, most ?? 0, 1) <= RegularExpression.mostSteps else {
      throw tooLarge
    }
    var steps: [Step] = []
    for _ in 0..<least { steps += Self.moved(atom, by: steps.count) }
    if let most {
      for _ in least..<most { steps += Self.moved(Self.optional(atom), by: steps.count) }
    } else {
      steps += Self.moved(Self.star(atom), by: steps.count)
    }
    return steps
  }

  private mutating func set() throws(PatternError) -> ScalarSet {
    var ranges: [ClosedRange<UInt32>] = []
    let isNegated = take("^")
    var isFirst = true
    while true {
      guard let scalar = peek else { throw fault("'[' has no ']'") }
      position += 1
      if scalar == "]", !isFirst { return ScalarSet(ranges, isNegated: isNegated) }
      isFirst = false
      var lower = scalar
      if scalar == "\\" {
        let escaped = try self.escaped()
        guard escaped.ranges.count == 1, let only = escaped.ranges.first,
          only.count == 1, let value = Unicode.Scalar(only.lowerBound)
        else {
          guard !escaped.isNegated else { throw fault("a class in '[]' cannot be an opposite") }
          ranges += escaped.ranges
          continue
        }
        lower = value
      }
      if peek == "-", position + 1 < scalars.count, scalars[position + 1] != "]" {
        position += 1
        var upper = scalars[position]
        position += 1
        if upper == "\\", let next = peek {
          upper = next
          position += 1
        }
        guard lower.value <= upper.value else { throw fault("a range in '[]' is reversed") }
        ranges.append(lower.value...upper.value)
      } else {
        ranges.append(lower.value...lower.value)
      }
    }
  }

  private mutating func escaped() throws(PatternError) -> ScalarSet {
    guard let scalar = peek else { throw fault("it ends with a backslash") }
    position += 1
    if let named = ScalarSet.named(scalar) { return named }
    switch scalar {
    case "t": return ScalarSet("\t")
    case "n": return ScalarSet("\n")
    case "r": return ScalarSet("\r")
    default:
      let isWord = ScalarSet.named("w")?.contains(scalar) ?? false
      guard !isWord else { throw fault("'\\\(scalar)' means nothing here") }
      return ScalarSet(scalar)
    }
  }

  private mutating func number() throws(PatternError) -> Int {
    var digits = ""
    while let scalar = peek, ("0"..."9").contains(scalar) {
      digits.unicodeScalars.append(scalar)
      position += 1
    }
    guard let number = Int(digits), number <= 1_000 else {
      throw fault("a count in '{}' is a number up to 1000")
    }
    return number
  }

  private var peek: Unicode.Scalar? { position < scalars.count ? scalars[position] : nil }

  private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
    guard peek == scalar else { return false }
    position += 1
    return true
  }

  private func checkSize(_ steps: [Step]) throws(PatternError) {
    if steps.count > RegularExpression.mostSteps { throw tooLarge }
  }

  private var tooLarge: PatternError {
    PatternError("The regular expression is too large: its counts multiply to too many steps.")
  }

  private func fault(_ reason: String) -> PatternError {
    PatternError(
      "The regular expression is wrong at its character \(min(position, scalars.count)): \(reason)."
    )
  }

  private static func star(_ atom: [Step]) -> [Step] {
    [.split(1, atom.count + 2)] + moved(atom, by: 1) + [.jump(0)]
  }

  private static func optional(_ atom: [Step]) -> [Step] {
    [.split(1, atom.count + 1)] + moved(atom, by: 1)
  }

  private static func moved(_ steps: [Step], by offset: Int) -> [Step] {
    steps.map { step in
      switch step {
      case .split(let first, let second): .split(first + offset, second + offset)
      case .jump(let target): .jump(target + offset)
      case .set, .begin, .end, .match: step
      }
    }
  }
}
