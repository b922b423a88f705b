/// The numbered lines of a section of a plan. Consecutive numbers with the same text share one line, with both numbers:
///
/// ```
///    1  throttled: 429 Too Many Requests, not executed
/// 2–20  204, executed
/// ```
struct PlanLines {
  private struct Run {
    var first: Int
    var last: Int
    var text: String

    var numbers: String { first == last ? String(first) : "\(first)–\(last)" }
  }

  private var runs: [Run] = []
  /// The number of the next line.
  private var next = 1

  /// Lines from 1 on.
  ///
  /// - Parameter text: makes the line of a number. It is called once for each, in order.
  init(_ count: Int, _ text: (Int) -> String) {
    for _ in 0..<count { append(text(next)) }
  }

  private mutating func append(_ text: String) {
    if let last = runs.last, last.text == text {
      runs[runs.count - 1].last = next
    } else {
      runs.append(Run(first: next, last: next, text: text))
    }
    next += 1
  }

  /// The lines, each with its end, the numbers right-aligned.
  var text: String {
    let width = runs.reduce(0) { max($0, $1.numbers.count) }
    return runs.map { run in
      String(repeating: " ", count: 2 + width - run.numbers.count)
        + "\(run.numbers)  \(run.text)\n"
    }.joined()
  }
}
