import Core

/// Chooses the calls of a verification by properties that only calls have.
package struct CallFilter: Sendable, Equatable {
  /// A call's id.
  package var call: String?
  /// Raw ids.
  package var from: String?
  package var to: String?

  package init() {}

  var acceptsAll: Bool { self == CallFilter() }

  func accepts(_ call: Call) -> Bool {
    (self.call.map { $0 == call.id } ?? true) && (from.map { $0 == call.from } ?? true)
      && (to.map { $0 == call.to } ?? true)
  }
}

/// Judges calls by expectations. Guide: Calls.
struct CallVerifier {
  let calls: [Call]
  /// The reason if there are no such calls.
  let absence: String
  /// The calls with a story in one of the checks: once is enough.
  private var told: Set<String> = []

  init(calls: [Call], absence: String = "no call was found") {
    self.calls = calls
    self.absence = absence
  }

  mutating func checks(of expected: Expectations) -> [Verification.Check] {
    var checks: [Verification.Check] = []
    if let verdicts = expected.caller { checks.append(caller(verdicts)) }
    if let flag = expected.appKnows {
      checks.append(
        check(
          "appKnows", expected: .flag(flag), others: calls.filter { $0.appKnows != flag },
          seen: { .flag($0.appKnows) }, words: { "it is \($0.appKnows) for \($0.id)" }))
    }
    if let time = expected.within { checks.append(within(time)) }
    if let count = expected.deliveries {
      let others = calls.filter { !count.contains($0.deliveries.count) }
      checks.append(
        check(
          "deliveries", expected: .init(count), others: others,
          seen: { .number($0.deliveries.count) }, words: { "\($0.id) had \($0.deliveries.count)" }))
    }
    return checks
  }

  private mutating func caller(_ verdicts: [Call.Verdict]) -> Verification.Check {
    let names = verdicts.map(\.rawValue)
    let expected: Verification.Value =
      names.count == 1 ? .text(names[0]) : .list(names.map { .text($0) })
    return check(
      "caller", expected: expected, others: calls.filter { !verdicts.contains($0.verdict) },
      seen: { .text($0.verdict.rawValue) },
      words: { "the verdict of \($0.id) is \($0.verdict.rawValue)" })
  }

  private mutating func within(_ time: Duration) -> Verification.Check {
    let most = time.wholeNanoseconds
    func taken(_ call: Call) -> Int64? {
      guard let ring = call.ring, let takenAt = call.takenAt, call.redirects > 0 else { return nil }
      return takenAt.nanoseconds &- ring.rangAt.nanoseconds
    }
    return check(
      "within", expected: .text("\(DurationText(time))"),
      others: calls.filter { call in taken(call).map { $0 > most } ?? true },
      seen: { call in
        taken(call).map { .text("\(DurationText(nanoseconds: $0))") } ?? .nothing
      },
      words: { call in
        taken(call).map { "\(call.id) was redirected after \(DurationText(nanoseconds: $0))" }
          ?? (call.ring == nil
            ? "\(call.id) did not ring, so that it has no such time"
            : "\(call.id) was not redirected")
      })
  }

  /// - Parameters:
  ///   - others: the calls that are not as expected.
  ///   - words: what is seen of a call, as a clause.
  private mutating func check(
    _ name: String, expected: Verification.Value, others: [Call],
    seen: (Call) -> Verification.Value, words: (Call) -> String
  ) -> Verification.Check {
    let message: String
    if let first = others.first {
      let more =
        others.count > 1
        ? " \(CountText(others.count - 1, "more call")) \(others.count == 2 ? "was" : "were") not as expected."
        : ""
      let isNew = told.insert(first.id).inserted
      let story = isNew ? " \(first.story)\(first.advice.map { " " + $0 } ?? "")" : ""
      message = "\(name): expected \(expected), but \(words(first)).\(story)\(more)"
    } else if calls.isEmpty {
      message = "\(name): expected \(expected), but \(absence)"
    } else {
      message = "\(name): \(expected), as expected"
    }
    return Verification.Check(
      name: name, passed: others.isEmpty && !calls.isEmpty, expected: expected,
      seen: others.first.map(seen) ?? calls.first.map(seen) ?? .nothing, message: message,
      subject: others.first?.id)
  }

  /// The calls that have no final verdict yet.
  var open: [Call] { calls.filter { !$0.verdict.isFinal } }

  /// Whether a verdict is not as expected and can no longer change.
  func isSettled(_ expected: Expectations) -> Bool {
    guard let verdicts = expected.caller else { return false }
    return calls.contains { call in
      guard let ring = call.ring, !verdicts.contains(call.verdict) else { return false }
      switch call.verdict {
      case .redirected, .answered, .rejected: return true
      case .lost, .redirectedUnknown: return call.now >= ring.ringsUntil
      case .redirectedTwice, .ringing, .waiting, .refused: return false
      }
    }
  }
}

extension ControlBody {
  /// One verdict that is final, or a list of them.
  func verdicts(_ name: String) throws(ControlError) -> [Call.Verdict]? {
    guard has(name) else { return nil }
    let names = Call.Verdict.allCases.filter(\.isFinal).map(\.rawValue)
    var texts: [String] = []
    if let text = try one(name) {
      texts = [text]
    } else if let list = try strings(name) {
      texts = list
    }
    let verdicts = texts.compactMap { Call.Verdict(rawValue: $0) }.filter(\.isFinal)
    guard !texts.isEmpty, verdicts.count == texts.count else {
      throw refused(name, "one of \(names.joined(separator: ", ")), or a list of them")
    }
    return verdicts
  }

  private func one(_ name: String) throws(ControlError) -> String? {
    isString(name) ? try string(name) : nil
  }
}

extension Expectations {
  /// Whether calls have to be looked up to judge these.
  var asksForCalls: Bool {
    caller != nil || appKnows != nil || within != nil || deliveries != nil
  }
}
