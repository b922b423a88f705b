import Core
import Synchronization

/// What `R/verify` is asked: which operations, and what is expected of them.
package struct VerifyQuestion: Sendable, Equatable {
  /// An operation is chosen when one of its attempts is accepted.
  package var filter: JournalFilter
  /// Which calls, and so which operations, by what only calls have.
  package var calls = CallFilter()
  /// Only requests behind this sequence number count.
  package var after: UInt64
  package var expectations: Expectations

  /// - Parameter query: `where`, read with ``JournalQuery/Scope/verify``.
  package init(_ query: JournalQuery = JournalQuery(), expect expectations: Expectations) {
    filter = query.filter
    after = query.after
    calls = query.calls
    self.expectations = expectations
  }
}

/// What a verification is made of, as it was in one moment; judging it needs no lock.
struct VerifyEvidence {
  let journal: Journal
  let scenario: LoadedScenario?
  /// Whose calls there are; nil if there are none to be found.
  var resource: ResourceCore?
  /// Where the live page shows these calls, an id follows; nil if there is no page.
  var page: String?
}

extension VerifyEvidence {
  /// What operations are found by.
  fileprivate func keys(of journal: Journal) -> ArraySlice<OperationKey> {
    resource?.operationKeys(of: journal) ?? EntryKeys.made(of: journal)
  }
}

extension ResourceCore {
  /// What there is to judge now, taken in no time.
  ///
  /// - Parameter page: where the live page shows its calls; an id follows.
  func evidence(page: String?) -> VerifyEvidence {
    state.withLock {
      VerifyEvidence(journal: $0.journal, scenario: $0.scenario, resource: self, page: page)
    }
  }
}

extension VerifyQuestion {
  /// Answers the question by a journal alone.
  package func answer(from journal: Journal) -> Verification {
    answer(from: VerifyEvidence(journal: journal, scenario: nil))
  }

  /// Answers the question. Of a check that does not hold it says which rule nearly fired.
  func answer(from evidence: VerifyEvidence) -> Verification {
    judge(evidence).report
  }

  /// What is to be said now.
  struct Judged {
    var report: Verification
    /// Whether waiting changes nothing.
    var isSettled: Bool
    /// In how many nanoseconds a verdict may change without a request; nil if none will.
    var changesIn: Int64?
  }

  func judge(_ evidence: VerifyEvidence) -> Judged {
    let needsCalls = expectations.asksForCalls || !calls.acceptsAll
    let list = needsCalls ? evidence.resource.map { CallList(of: $0) } : nil
    let journal = list?.journal ?? evidence.journal
    var verifier = CallVerifier(
      calls: list.map(chosenCalls) ?? [], absence: list.map(absence) ?? "no call was found")
    let numbers =
      calls.acceptsAll
      ? nil : Set(verifier.calls.flatMap { list?.requests(of: $0) ?? [] })
    let chosen = ChosenOperations(
      journal, keys: evidence.keys(of: journal), after: after, filter: filter, among: numbers)
    var checks = Verifier(chosen).checks(of: expectations)
    checks += verifier.checks(of: expectations)
    let open = expectations.asksForCalls ? verifier.open : []
    let hasFailed = checks.contains { !$0.passed }
    if hasFailed, let scenario = evidence.scenario {
      let nearest = NearestRule(scenario, chosen.entries)
      for index in checks.indices where !checks[index].passed {
        explain(&checks[index], by: nearest)
      }
    }
    if let failed = checks.firstIndex(where: { !$0.passed }), let resource = evidence.resource,
      let failures = untold(resource, journal, checks, verifier.calls)
    {
      let begin = after > 0 ? "Since request \(after)" : "So far"
      let stop = checks[failed].message.hasSuffix(".") ? " " : ". "
      checks[failed].message += "\(stop)\(failures.story(since: begin)) \(failures.advice)"
    }
    if hasFailed, let page = evidence.page, let resource = evidence.resource {
      let list = list ?? CallList(of: resource)
      // What is said of all operations is said of the one, where there is one.
      let only = chosen.count == 1 ? chosen[0].subject : nil
      for index in checks.indices {
        checks[index].subject = checks[index].subject ?? only
        checks[index].show(on: page, list)
      }
    }
    var report = Verification(checks: checks)
    // Registered calls have their attempts of their own.
    report.missing =
      list == nil || verifier.calls.contains { $0.ring == nil } ? journal.missed(after: after) : 0
    report.openCalls = open.map(\.id)
    return Judged(
      report: report,
      // What the journal has dropped does not come back.
      isSettled: report.passed || report.missing > 0 || verifier.isSettled(expectations),
      changesIn: open.compactMap(\.changesIn).min())
  }

  /// Connections that failed before a request came: a client that does not trust the certificate sends none. Nil if the
  /// story of a call tells of them already.
  private func untold(
    _ resource: ResourceCore, _ journal: Journal, _ checks: [Verification.Check], _ calls: [Call]
  ) -> Call.Failures? {
    let stories = calls.compactMap { $0.failures?.story }
    let isTold = stories.contains { story in
      checks.contains { !$0.passed && $0.message.contains(story) }
    }
    if isTold { return nil }
    let begun = resource.state.withLock { $0.begun }
    return FailuresOfRings(of: resource).since(
      after > 0 ? journal.entry(after)?.arrived ?? begun : begun)
  }

  /// Why no call is chosen.
  private func absence(of list: CallList) -> String {
    guard let id = calls.call, list.call(id) == nil else { return "no call was found" }
    let ids = list.all.filter { $0.origin == .registered }.map(\.id)
    // The newest one is the first.
    guard let last = ids.first, let first = ids.last else {
      return "there is no call \(ShownText.line(id)); none has rung"
    }
    let range =
      first == last ? "the only one that rang is \(first)" : "calls are \(first) to \(last)"
    return "there is no call \(ShownText.line(id)); \(range)"
  }

  /// The calls that are asked about.
  private func chosenCalls(_ list: CallList) -> [Call] {
    let candidates =
      calls.call.map { id in list.call(id).map { [$0] } ?? [] } ?? list.all
    var requests = filter
    requests.context = nil
    let accepted =
      requests.acceptsAll
      ? nil : Set(list.journal.page(after: after).entries.filter(requests.accepts).map(\.seq))
    return candidates.filter { call in
      guard calls.accepts(call) else { return false }
      if let context = filter.context, context != call.incomingCallContext { return false }
      if after > 0, let last = call.attempts.last, last.seq <= after { return false }
      return accepted.map { numbers in call.attempts.contains { numbers.contains($0.seq) } } ?? true
    }
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
