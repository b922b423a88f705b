import Core
import Scenarios

/// Judges a day of a drill by what was seen on it. The guide Drill says the rules.
package struct DayJudge {
  /// What is said of a day.
  package enum Verdict: String, Sendable, CaseIterable {
    case passed, failed, notTested
  }

  /// More tries of one call than this in one second are too many.
  package static let mostTriesASecond = 10

  private let day: Day
  private let scenario: Scenario
  private let evidence: DayEvidence

  private init(_ day: Day, _ scenario: Scenario, _ evidence: DayEvidence) {
    (self.day, self.scenario, self.evidence) = (day, scenario, evidence)
  }

  /// - Parameter scenario: of the day.
  /// - Returns: the verdict, and why, where the day was not passed.
  package static func judge(_ day: Day, _ scenario: Scenario, _ evidence: DayEvidence)
    -> (verdict: Verdict, findings: [String])
  {
    let judge = DayJudge(day, scenario, evidence)
    if let broken = judge.brokenRun { return (.failed, [broken]) }
    if let reason = judge.notTested { return (.notTested, [reason]) }
    let findings = evidence.isRung ? judge.rung : judge.testRun
    let all = (judge.invariants + findings).reduce(into: [String]()) { list, finding in
      if !list.contains(finding) { list.append(finding) }
    }
    return all.isEmpty ? (.passed, []) : (.failed, all)
  }

  /// A command that did not get so far that it could be judged.
  private var brokenRun: String? {
    switch evidence.end {
    case .stopped(let time) where evidence.isRung:
      "The calls were not decided after \(text(time)). Give the day a longer --day-timeout."
    case .stopped(let time):
      "The command had not ended after \(text(time)), and was stopped. It needs timeouts of its own, or a longer --day-timeout."
    case .neverReady(let url, let time):
      "The app accepted no connection at \(url) within \(text(time)). See its output, compare the port, or give it a longer --ready-timeout."
    case .endedBeforeReady(let status, let url):
      "The app ended with status \(status) before it accepted a connection at \(url). If its output says that a variable is missing, give it its connection string: --set NAME={connectionString}."
    case .status(let status) where evidence.isRung:
      "The app ended with status \(status) before it was stopped."
    case .status, nil: nil
    }
  }

  /// Why the day says nothing of the app; nil if it does.
  private var notTested: String? {
    if !evidence.isRung, let reason = scenario.needsRing {
      return "It needs --ring URL: \(reason)."
    }
    let faults = scenario.faultNames
    if faults.isEmpty { return evidence.isRung || evidence.requests > 0 ? nil : unasked }
    if !evidence.fired.isDisjoint(with: faults) { return nil }
    if evidence.requests == 0 {
      guard evidence.isRung, let call = evidence.calls.first(where: { $0.origin == .registered })
      else {
        return evidence.isRung ? "The service was never asked." : unasked
      }
      return "The service was never asked. \(call.story)\(call.advice.map { " " + $0 } ?? "")"
    }
    let names = faults.count == 1 ? "rule" : "none of the rules"
    let list = faults.map { "'\($0)'" }.joined(separator: ", ")
    return "Its fault never happened: \(names) \(list) \(faults.count == 1 ? "never " : "")fired."
  }

  /// What is said of a test run that sent no request: how it ended, and where its requests may be.
  private var unasked: String {
    guard let name = evidence.otherResources.first else {
      guard let status = evidence.statusUnasked else { return "The command sent no request." }
      // pytest's documented status for a selection without a test.
      let selection = status == 5 ? " Of pytest, 5 means that no test was selected." : ""
      return "The command ended with status \(status), and sent no request.\(selection)"
    }
    let more = evidence.otherResources.count > 1 ? " and others" : ""
    return
      "The command sent no request to the resource 'default', in which the day's faults happen. It made the resource '\(name)'\(more). Tests with the fixture acs need pytest --acs-resource default, tests with the helper for Node use existing() instead of resource(), and others use the connection string of the environment."
  }

  /// What holds on every day.
  private var invariants: [String] {
    var findings: [String] = []
    for call in evidence.calls {
      if call.verdict == .redirectedTwice {
        findings.append(
          "\(name(call)) was redirected \(call.redirects) times; expected once at most.")
      }
      if let early = call.comebackTooEarly { findings.append("\(name(call)): \(early)") }
      let most = mostTriesInASecond(of: call)
      if most > Self.mostTriesASecond {
        findings.append(
          "\(name(call)) had \(most) tries in one second; expected \(Self.mostTriesASecond) at most."
        )
      }
    }
    if day.kind == .attack, evidence.requests > 0 {
      findings.append(
        "The app sent \(CountText(evidence.requests, "request")) to a service that it must not trust; expected none."
      )
    }
    return findings
  }

  /// What a test run is judged by beside the invariants. Its calls are its own: only those that met the day's fault
  /// are compared with what the day expects of each call.
  private var testRun: [String] {
    var findings: [Finding] = []
    if day.kind == .transient, case .status(let status) = evidence.end, status != 0 {
      findings.append(Finding("The command ended with status \(status); expected 0."))
    }
    let faults = Set(scenario.faultNames)
    for call in evidence.calls
    where call.attempts.contains(where: { $0.rule.map(faults.contains) ?? false }) {
      compare(call.redirects, day.expect.redirects, "redirect", call, &findings)
      compare(tries(of: call), day.expect.attempts, "try", call, &findings)
      guard day.kind == .transient, !call.appKnows,
        call.attempts.last?.asksForRetry == true
      else { continue }
      let what = "was given up: its last try should have been repeated"
      findings.append(Finding("\(name(call)) \(what).", of: call, alike: what))
    }
    return Finding.joined(findings)
  }

  /// The checks for an app at which calls rang, in addition to the invariants.
  private var rung: [String] {
    var findings: [Finding] = []
    let calls = evidence.calls.filter { $0.origin == .registered }
    if calls.count != day.ring.count {
      findings.append(
        Finding("\(CountText(calls.count, "call")) rang; expected \(day.ring.count)."))
    }
    let expect = day.expect
    for call in calls {
      if !expect.caller.isEmpty, !expect.caller.contains(call.verdict.rawValue) {
        let what = "\(call.verdict.rawValue); expected \(expect.caller.joined(separator: " or "))"
        findings.append(
          Finding("The caller of \(call.id): \(what).", of: call, alike: "the caller is " + what))
      }
      compare(call.redirects, expect.redirects, "redirect", call, &findings)
      compare(tries(of: call), expect.attempts, "try", call, &findings)
      compare(call.deliveries.count, expect.deliveries, "delivery", call, &findings)
      if let appKnows = expect.appKnows, appKnows != call.appKnows {
        let knows = "the app \(call.appKnows ? "knows" : "does not know") that"
        let expected = "expected that it \(appKnows ? "does" : "does not")"
        findings.append(
          Finding(
            "\(CallWords.capitalized(knows)) \(call.id) was redirected; \(expected).", of: call,
            alike: "\(knows) it was redirected; \(expected)"))
      }
      if let least = expect.keepsTryingFor, let ring = call.ring {
        let tried = call.attempts.last.map { $0.instant.nanoseconds &- ring.rangAt.nanoseconds }
        if (tried ?? -1) < least.wholeNanoseconds {
          let when =
            tried.map { "its last try came after \(CallWords.span($0))" } ?? "it sent no try"
          let what = "expected tries for \(text(least)) at least"
          findings.append(
            Finding(
              "The app gave up \(call.id): \(when); \(what).", of: call,
              alike: "the app gave up; \(what)"))
        }
      }
      if let within = expect.within, let ring = call.ring, let taken = call.takenAt {
        let time = Duration.nanoseconds(taken.nanoseconds &- ring.rangAt.nanoseconds)
        if time > within {
          findings.append(
            Finding(
              "\(name(call)) was redirected after \(text(time)); expected \(text(within)) at most.")
          )
        }
      }
    }
    return Finding.joined(findings)
  }

  private func compare(
    _ seen: Int, _ expected: ExpectedCount?, _ what: String, _ call: Call,
    _ findings: inout [Finding]
  ) {
    guard let expected, !expected.contains(seen) else { return }
    let plural = what == "redirect" ? "redirects" : what.dropLast() + "ies"
    let count = CountText(seen, what, plural: plural)
    let found = "\(count); expected \(expected)"
    findings.append(Finding("\(name(call)) has \(found).", of: call, alike: found))
  }

  private func tries(of call: Call) -> Int { call.attempts.count + call.skippedAttempts }

  private func mostTriesInASecond(of call: Call) -> Int {
    // On the clock that may have been moved: tries with skipped time between them are no storm.
    let times = call.attempts.map(\.instant.nanoseconds).sorted()
    var first = 0
    var most = 0
    for (index, time) in times.enumerated() {
      while time &- times[first] >= 1_000_000_000 { first += 1 }
      most = max(most, index - first + 1)
    }
    return most
  }

  private func name(_ call: Call) -> String { "Call \(call.id)" }

  private func text(_ time: Duration) -> String { DurationText(time).description }
}
