/// A regular expression that takes time in proportion to text times expression, whatever both hold: all ways
/// through it are followed at once, none is tried again. It knows literals, `.`, `[a-z]`, `[^…]`, `\d \w \s` and their
/// opposites, groups, `|`, `* + ? {n} {n,} {n,m}`, `^` and `$`; no look-around and no back references.
struct RegularExpression: Sendable, Hashable {
  enum Step: Sendable, Hashable {
    case set(ScalarSet)
    /// Go on at either.
    case split(Int, Int)
    case jump(Int)
    case begin
    case end
    case match
  }

  private let steps: [Step]

  /// Most steps that an expression may come to; a count such as `{1000}` multiplies them.
  static let mostSteps = 2_000

  init(_ source: String) throws(PatternError) {
    var compiler = RegularExpressionCompiler(source)
    steps = try compiler.compile()
  }

  /// Whether it fits somewhere in the text.
  func matches(_ text: ArraySlice<UInt8>) -> Bool {
    let scalars = Array(String(decoding: text, as: UTF8.self).unicodeScalars)
    var current = Threads(count: steps.count)
    var next = Threads(count: steps.count)
    for position in 0...scalars.count {
      if follow(0, position, scalars.count, &current) { return true }
      guard position < scalars.count else { break }
      next.removeAll()
      for index in current.list {
        if case .set(let set) = steps[index], set.contains(scalars[position]),
          follow(index + 1, position + 1, scalars.count, &next)
        {
          return true
        }
      }
      swap(&current, &next)
    }
    return false
  }

  /// Adds all steps that can be reached from `start` without a character.
  ///
  /// - Returns: whether the match is among them.
  private func follow(_ start: Int, _ position: Int, _ count: Int, _ threads: inout Threads) -> Bool
  {
    var open = [start]
    while let index = open.popLast() {
      guard threads.insert(index) else { continue }
      switch steps[index] {
      case .set: break
      case .split(let first, let second):
        open.append(second)
        open.append(first)
      case .jump(let target): open.append(target)
      case .begin: if position == 0 { open.append(index + 1) }
      case .end: if position == count { open.append(index + 1) }
      case .match: return true
      }
    }
    return false
  }

  /// The steps that stand next, each once.
  private struct Threads {
    private(set) var list: [Int] = []
    private var isIn: [Bool]

    init(count: Int) {
      isIn = Array(repeating: false, count: count)
    }

    mutating func insert(_ index: Int) -> Bool {
      if isIn[index] { return false }
      isIn[index] = true
      list.append(index)
      return true
    }

    mutating func removeAll() {
      for index in list { isIn[index] = false }
      list.removeAll(keepingCapacity: true)
    }
  }
}
