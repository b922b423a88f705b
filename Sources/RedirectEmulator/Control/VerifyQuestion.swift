import Core
import Synchronization

/// The question of `R/verify`: which operations, and what is expected of them.
package struct VerifyQuestion: Sendable, Equatable {
  /// An operation is chosen when one of its attempts is accepted.
  package var filter: JournalFilter
  /// Chooses calls, and so operations, by properties that only calls have.
  package var calls = CallFilter()
  /// Only requests after this sequence number count.
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

/// The data of a verification at one moment; judging it needs no lock.
struct VerifyEvidence {
  let journal: Journal
  let scenario: LoadedScenario?
  /// The resource with the calls; nil if no calls are to be found.
  var resource: ResourceCore?
  /// Where the live page shows these calls, an id follows; nil if there is no page.
  var page: String?
}

extension VerifyEvidence {
  /// The keys by which operations are found.
  fileprivate func keys(of journal: Journal) -> ArraySlice<OperationKey> {
    resource?.operationKeys(of: journal) ?? EntryKeys.made(of: journal)
  }
}

extension ResourceCore {
  /// The data to judge now. Taking it needs almost no time.
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

  /// Answers the question. A failed check says which rule nearly fired.
  func answer(from evidence: VerifyEvidence) -> Verification {
    judge(evidence).report
  }

  /// The judgement at this moment.
  struct Judged {
    var report: Verification
    /// Whether waiting changes nothing.
    var isSettled: Bool
    /// After how many nanoseconds a verdict may change without a request; nil if none will.
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
    let comebacks =
      expectations.honoursRetryAfter == nil
      ? [] : comebacks(needsCalls ? verifier.calls : nil, chosen, evidence)
    var checks = Verifier(chosen, comebacks: comebacks).checks(of: expectations)
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
      let (failures, begin) = untold(resource, journal, checks, verifier.calls)
    {
      let stop = checks[failed].message.hasSuffix(".") ? " " : ". "
      checks[failed].message += "\(stop)\(failures.story(since: begin)) \(failures.advice)"
    }
    if hasFailed, let page = evidence.page, let resource = evidence.resource {
      let list = list ?? CallList(of: resource)
      // A message about all operations is a message about the one, if there is only one.
      let only = chosen.count == 1 ? chosen[0].subject : nil
      for index in checks.indices {
        checks[index].subject = checks[index].subject ?? only
        checks[index].show(on: page, list)
      }
    }
    var report = Verification(checks: checks)
    // Registered calls keep their own attempts.
    report.missing =
      list == nil || verifier.calls.contains { $0.ring == nil } ? journal.missed(after: after) : 0
    report.openCalls = open.map(\.id)
    return Judged(
      report: report,
      // What the journal has dropped is lost.
      isSettled: report.passed || report.missing > 0 || verifier.isSettled(expectations),
      changesIn: open.compactMap(\.changesIn).min())
  }

  /// The tries of calls that followed a response that asked for a wait, as a call's story takes them: an app that
  /// redirects again begins another operation.
  ///
  /// - Parameter calls: the chosen ones; nil if none were looked up.
  private func comebacks(
    _ calls: [Call]?, _ chosen: ChosenOperations, _ evidence: VerifyEvidence
  ) -> [Verifier.ComebackOfCall] {
    guard let resource = evidence.resource else { return [] }
    let calls =
      calls
      ?? resource.state.withLock { $0.calls.all }.filter { $0.attempts.count > 1 }.map {
        $0.call(now: Instant(nanoseconds: 0), monotonicNow: 0)
      }
    let all = calls.flatMap { call in
      call.comebacks.map { Verifier.ComebackOfCall(call: call, comeback: $0) }
    }
    // Most often nothing asked for a wait, and the numbers of many requests need not be gathered.
    guard !all.isEmpty else { return [] }
    let numbers = Set(chosen.entries.map(\.seq))
    return all.filter { numbers.contains($0.comeback.seq) }
  }

  /// Connections that failed before a request came, and when, as the begin of a sentence: a client that does not trust the
  /// certificate sends none. Of calls that rang only those in their time. Nil if the story of a call reports them already.
  private func untold(
    _ resource: ResourceCore, _ journal: Journal, _ checks: [Verification.Check], _ calls: [Call]
  ) -> (Call.Failures, begin: String)? {
    let stories = calls.compactMap { $0.failures?.story }
    let isTold = stories.contains { story in
      checks.contains { !$0.passed && $0.message.contains(story) }
    }
    if isTold { return nil }
    let (begun, registered) = resource.state.withLock { ($0.begun, $0.calls) }
    let time = after > 0 ? journal.entry(after)?.arrived ?? begun : begun
    let begin = after > 0 ? "Since request \(after)" : "So far"
    let failures = FailuresOfRings(of: resource)
    guard !calls.isEmpty, calls.allSatisfy({ $0.ring != nil }) else {
      return failures.since(time).map { ($0, begin) }
    }
    let rung = calls.compactMap { CallList.number($0.id, "c").flatMap { registered[$0] } }
    let words = calls.count == 1 ? "While \(calls[0].id) rang" : "While they rang"
    return failures.during(rung, since: time).map { ($0, words) }
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

  /// The calls that the question is about.
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
    // The others are about the client's own behaviour.
    default: break
    }
  }

  private func missing(_ names: [String], in check: Verification.Check) -> [String] {
    guard case .list(let seen) = check.seen else { return names }
    return names.filter { !seen.contains(.text($0)) }
  }
}
