/// What `R/verify` is asked: which operations, and what is expected of them.
package struct VerifyQuestion: Sendable, Equatable {
  /// An operation is chosen when one of its attempts is accepted.
  package var filter: JournalFilter
  /// Only requests behind this sequence number count.
  package var after: UInt64
  package var expectations: Expectations

  /// - Parameter query: `where`, read with ``JournalQuery/Scope/verify``.
  package init(_ query: JournalQuery = JournalQuery(), expect expectations: Expectations) {
    filter = query.filter
    after = query.after
    self.expectations = expectations
  }
}

/// What a verification is made of, as it was in one moment; judging it needs no lock.
struct VerifyEvidence {
  let journal: Journal
  let scenario: LoadedScenario?
}

extension ResourceCore {
  /// What there is to judge now, taken in no time.
  var evidence: VerifyEvidence {
    state.withLock { VerifyEvidence(journal: $0.journal, scenario: $0.scenario) }
  }
}

extension VerifyQuestion {
  /// Answers the question by a journal alone.
  package func answer(from journal: Journal) -> Verification {
    answer(from: VerifyEvidence(journal: journal, scenario: nil))
  }

  /// Answers the question. Of a check that does not hold it says which rule nearly fired.
  func answer(from evidence: VerifyEvidence) -> Verification {
    // Unfiltered: an operation that is chosen by one attempt is judged by all of them.
    let page = evidence.journal.page(after: after)
    let chosen = RedirectOperation.operations(of: page.entries, filter: filter)
    var checks = Verifier(chosen).checks(of: expectations)
    if let scenario = evidence.scenario, checks.contains(where: { !$0.passed }) {
      let attempts = Set(chosen.lazy.flatMap(\.attempts).map(\.seq))
      let nearest = NearestRule(scenario, page.entries.filter { attempts.contains($0.seq) })
      for index in checks.indices where !checks[index].passed {
        explain(&checks[index], by: nearest)
      }
    }
    var report = Verification(checks: checks)
    report.missing = page.missed
    return report
  }

  private func explain(_ check: inout Verification.Check, by nearest: NearestRule) {
    switch check.name {
    case "rules":
      if let names = expectations.rules, !names.isEmpty {
        nearest.explain(&check, names: missing(names, in: check))
      }
    case "operations", "attempts", "executed", "redirects", "statuses", "finalStatus", "ends":
      nearest.explain(&check)
    // The others are about what the client does by itself.
    default: break
    }
  }

  private func missing(_ names: [String], in check: Verification.Check) -> [String] {
    guard case .list(let seen) = check.seen else { return names }
    return names.filter { !seen.contains(.text($0)) }
  }
}
