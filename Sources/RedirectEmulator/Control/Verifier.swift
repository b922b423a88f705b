import Core

/// Judges operations by expectations. Guide: Watching and asserting.
struct Verifier {
  let operations: ChosenOperations
  /// The tries of the calls of these operations that followed a response that asked for a wait.
  let comebacks: [ComebackOfCall]

  /// A try, and its call.
  struct ComebackOfCall {
    let call: Call
    let comeback: Call.Comeback
  }

  /// How far a pause may miss its bound, in nanoseconds: clients count from when they read the response, and round to
  /// their timers' ticks. The emulator counts from when it wrote the response.
  static let tolerance: Int64 = 5_000_000

  init(_ operations: ChosenOperations, comebacks: [ComebackOfCall] = []) {
    self.operations = operations
    self.comebacks = comebacks
  }

  func checks(of expected: Expectations) -> [Verification.Check] {
    var checks: [Verification.Check] = []
    if let count = expected.operations { checks.append(operationCount(count)) }
    if let count = expected.attempts {
      checks.append(
        count.check(
          "attempts", of: operations, "was attempted",
          operations.indices.map(operations.attemptCount)))
    }
    if let count = expected.executed {
      checks.append(
        count.check(
          "executed", of: operations, "was executed", operations.indices.map(operations.executed)))
    }
    if let count = expected.redirects { checks.append(redirectCount(count)) }
    if let statuses = expected.statuses {
      checks.append(
        perOperation(
          "statuses", expected: .list(statuses.map(Verification.Value.init)),
          holdsForOnly: { statuses.count == 1 && statuses[0] == $0.sentStatus }
        ) {
          .list($0.attempts.map { Verification.Value($0.status) })
        })
    }
    if let status = expected.finalStatus {
      checks.append(
        perOperation(
          "finalStatus", expected: .number(status), holdsForOnly: { $0.sentStatus == status }
        ) {
          Verification.Value($0.finalStatus)
        })
    }
    if let ends = expected.ends {
      checks.append(
        perOperation(
          "ends", expected: .list(ends.map(Verification.Value.init)),
          holdsForOnly: { ends.count == 1 && ends[0] == $0.end }
        ) {
          .list($0.attempts.map { Verification.Value($0.end) })
        })
    }
    if let rules = expected.rules { checks.append(self.rules(rules)) }
    if let flag = expected.honoursRetryAfter {
      checks.append(judged("honoursRetryAfter", expected: flag, honoursRetryAfter()))
    }
    if let flag = expected.stableRepeatability {
      checks.append(judged("stableRepeatability", expected: flag, stableRepeatability()))
    }
    if let spacing = expected.spacing { checks.append(self.spacing(spacing)) }
    if let flag = expected.backsOff {
      checks.append(judged("backsOff", expected: flag, backsOff()))
    }
    return checks
  }

  private func operationCount(_ count: ExpectedCount) -> Verification.Check {
    Verification.Check(
      name: "operations", passed: count.contains(operations.count), expected: .init(count),
      seen: .number(operations.count),
      message: "operations: expected \(count), saw \(operations.count)")
  }

  private func redirectCount(_ count: ExpectedCount) -> Verification.Check {
    let redirects = operations.indices.reduce(0) { $0 + operations.executed($1) }
    let of = operations.isEmpty ? "; no operation was found" : ""
    return Verification.Check(
      name: "redirects", passed: count.contains(redirects), expected: .init(count),
      seen: .number(redirects), message: "redirects: expected \(count), saw \(redirects)\(of)")
  }

  /// The names of the rules that decided an attempt, each once, in the order of the attempts.
  var rulesThatFired: [String] {
    var names: [String] = []
    for index in operations.indices {
      if operations.readOnly(index, { $0.rule == nil }) ?? false { continue }
      for attempt in operations[index].attempts {
        if let rule = attempt.rule, !names.contains(rule) { names.append(rule) }
      }
    }
    return names
  }

  private func rules(_ expected: [String]) -> Verification.Check {
    let fired = rulesThatFired
    let missing = expected.filter { !fired.contains($0) }
    let passed = expected.isEmpty ? fired.isEmpty : missing.isEmpty
    func list(_ names: [String]) -> Verification.Value { .list(names.map { .text($0) }) }
    let reason =
      if passed {
        expected.isEmpty ? "no rule fired" : "all of them fired"
      } else if expected.isEmpty {
        "expected none, but \(list(fired)) fired"
      } else {
        "expected \(list(expected)), but \(list(missing)) did not fire"
      }
    return Verification.Check(
      name: "rules", passed: passed, expected: list(expected), seen: list(fired),
      message: "rules: \(reason)")
  }

  /// A check of one value of each operation.
  ///
  /// - Parameter holdsForOnly: whether an operation with one attempt has the expected value: most operations have one
  ///   attempt.
  private func perOperation(
    _ name: String, expected: Verification.Value,
    holdsForOnly: (borrowing JournalEntry) -> Bool,
    _ value: (RedirectOperation) -> Verification.Value
  ) -> Verification.Check {
    var first: RedirectOperation?
    var others = 0
    for index in operations.indices {
      if operations.readOnly(index, holdsForOnly) ?? (value(operations[index]) == expected) {
        continue
      }
      if first == nil { first = operations[index] }
      others += 1
    }
    guard let first else {
      return Verification.Check(
        name: name, passed: !operations.isEmpty, expected: expected,
        seen: operations.isEmpty ? .nothing : expected,
        message: operations.isEmpty
          ? "\(name): expected \(expected), but no operation was found"
          : "\(name): \(expected), as expected")
    }
    return Verification.Check(
      name: name, passed: false, expected: expected, seen: value(first),
      message: "\(name): expected \(expected), but \(first.name) had \(value(first))"
        + andMore(others),
      subject: first.subject)
  }

  /// A check of a condition.
  private func judged(_ name: String, expected: Bool, _ judgement: Judgement)
    -> Verification.Check
  {
    var subject: String?
    let seen: Verification.Value
    switch judgement {
    case .holds: seen = .flag(true)
    case .fails(_, let place): (seen, subject) = (.flag(false), place)
    case .unseen: seen = .nothing
    }
    return Verification.Check(
      name: name, passed: seen == .flag(expected), expected: .flag(expected), seen: seen,
      message: "\(name): expected \(expected); \(judgement.reason)", subject: subject)
  }
}

extension ExpectedCount {
  /// - Parameter counts: of each operation.
  fileprivate func check(
    _ name: String, of operations: ChosenOperations, _ verb: String, _ counts: [Int]
  ) -> Verification.Check {
    let others = counts.indices.filter { !contains(counts[$0]) }
    let seen = Verification.Value(commonOf: counts)
    let message =
      if let first = others.first {
        "\(name): expected \(self), but \(operations[first].name) \(verb) \(CountText(counts[first], "time"))"
          + andMore(others.count)
      } else if operations.isEmpty {
        "\(name): expected \(self), but no operation was found"
      } else {
        "\(name): expected \(self), saw \(seen)"
      }
    return Verification.Check(
      name: name, passed: others.isEmpty && !operations.isEmpty, expected: .init(self),
      seen: others.first.map { .number(counts[$0]) } ?? seen, message: message,
      subject: others.first.flatMap { operations[$0].subject })
  }
}

extension RedirectOperation {
  /// The call that the operation is part of, by the operation's first request.
  var subject: String? { attempts.first.map { "r\($0.seq)" } }

  /// The operation as messages name it: its request id, and where it is in the journal.
  var name: String {
    let numbers = attempts.prefix(5).map { String($0.seq) }.joined(separator: ", ")
    let more = attempts.count > 5 ? ", …" : ""
    let noun = attempts.count == 1 ? "request" : "requests"
    return "operation \(requestID ?? "without a request id") (\(noun) \(numbers)\(more))"
  }
}

/// The end of a message about the first of several operations.
private func andMore(_ count: Int) -> String {
  count > 1
    ? ", and \(CountText(count - 1, "more operation")) \(count == 2 ? "was" : "were") not as expected"
    : ""
}
