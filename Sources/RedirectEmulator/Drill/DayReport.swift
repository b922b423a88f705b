import Core
import Documents
import Scenarios

/// The result of one day of a drill, for its table and its reports.
package struct DayReport: Sendable {
  package let day: Day
  package let verdict: DayJudge.Verdict
  /// Why it was not passed, a sentence each.
  package let findings: [String]
  /// Oldest first.
  package let calls: [Call]
  /// How the command ended; nil for an app that ran until it was stopped.
  package let end: DayEvidence.CommandEnd?
  /// Whether calls rang at an app; else it was a test run.
  private let isRung: Bool
  /// Of a failed day, how much time was skipped in which the app may have wanted to redirect in the background.
  package let skipped: Duration
  /// How long the day took, with the app's start and end; no time that was skipped.
  package let time: Duration
  /// The day's faults that never happened although it was passed, if somebody is to hear of them.
  let neverFired: [String]
  /// The end of what the command printed; empty if the day passed, or says nothing of it.
  package let output: String
  /// The day's calls with their requests, as a resource of a report, in JSON; empty if the day was not failed.
  let resource: [UInt8]

  /// Calls with a story in the report.
  package static let mostStories = 10

  /// - Parameters:
  ///   - output: the end of what the command printed. It is kept of a day that was failed, and of one on which the command
  ///     ended with an error before it sent a request.
  ///   - namesNeverFired: whether a passed day names its faults that never happened. The days that come with the program
  ///     have some for calls that ring, and others for tests that let none ring.
  package init(
    _ day: Day, _ scenario: Scenario, _ evidence: DayEvidence, time: Duration, output: String,
    namesNeverFired: Bool = false
  ) {
    self.day = day
    (verdict, findings) = DayJudge.judge(day, scenario, evidence)
    calls = evidence.calls
    end = evidence.end
    isRung = evidence.isRung
    skipped = verdict == .failed ? evidence.skipped : .zero
    self.time = time
    neverFired =
      namesNeverFired && isRung && verdict == .passed
      ? scenario.faultNames.filter { !evidence.fired.contains($0) } : []
    self.output =
      verdict == .failed || evidence.statusUnasked != nil ? Self.withoutColours(output) : ""
    resource = verdict == .failed ? evidence.resource : []
  }

  /// Test runners write colours also where no terminal is; a report would show them as characters: ECMA-48, SGR.
  private static func withoutColours(_ text: String) -> String {
    var kept = String.UnicodeScalarView()
    var rest = Substring(text).unicodeScalars
    while let scalar = rest.popFirst() {
      if scalar == "\u{1B}", rest.first == "[" {
        let parameters = rest.dropFirst().drop { "0123456789;:".unicodeScalars.contains($0) }
        if parameters.first == "m" {
          rest = parameters.dropFirst()
          continue
        }
      }
      kept.append(scalar)
    }
    return String(kept)
  }

  /// How many requests there were about the day's calls.
  package var tries: Int { calls.reduce(0) { $0 + $1.attempts.count + $1.skippedAttempts } }

  /// What became of the callers: `redirected`, `39 redirected, 1 lost`.
  package var callers: String {
    if calls.isEmpty { return "no call" }
    let counts = Call.Verdict.allCases.compactMap { verdict -> (Int, Call.Verdict)? in
      let count = calls.count { $0.verdict == verdict }
      return count > 0 ? (count, verdict) : nil
    }
    if counts.count == 1, let (count, verdict) = counts.first {
      return count == 1 ? verdict.rawValue : "\(count) \(verdict.rawValue)"
    }
    return counts.map { "\($0) \($1.rawValue)" }.joined(separator: ", ")
  }

  /// Why a day is passed on which not every caller was redirected; nil for another day. What became of a caller does not
  /// say what an app could have done.
  package var remark: String? {
    guard verdict == .passed, calls.contains(where: { $0.verdict != .redirected }) else {
      return nil
    }
    let expected = day.expect.caller
    if expected.isEmpty || expected.contains(Call.Verdict.redirected.rawValue) {
      return advised.isEmpty ? "the app did what it should" : nil
    }
    if day.kind == .attack { return "a good app does not redirect on this day" }
    let day = "no app can redirect on this day"
    // What was compared with the day: of a test run no ring is known.
    if isRung, self.day.expect.keepsTryingFor != nil { return day + ", and yours kept trying" }
    return self.day.expect.attempts == 1 ? day + ", and yours did not try again" : day
  }

  /// Of a passed day, the calls that were saved by what the app should not do, such as a redirect that is sent twice. What
  /// would have saved the others is no advice: on such a day it can't.
  package var advised: [Call] {
    guard verdict == .passed else { return [] }
    return calls.filter { $0.advice != nil && $0.verdict != .lost && $0.verdict != .refused }
  }

  /// The verdict as tables have it, with the remark where there is one.
  ///
  /// - Parameter failed: how a table says that a day was failed.
  func verdictText(failed: String) -> String {
    switch verdict {
    case .passed:
      (advised.isEmpty && neverFired.isEmpty ? "ok" : "ok, with advice")
        + (remark.map { ": \($0)" } ?? "")
    case .failed: failed
    case .notTested: "not tested: " + findings.joined(separator: " ")
    }
  }

  /// The stories of a failed day's calls, each with its advice: of those that were redirected only where there is
  /// no other.
  package var stories: [(call: Call, text: String)] {
    let bad = calls.filter { $0.verdict != .redirected }
    let told = bad.isEmpty ? calls.filter { $0.advice != nil } : bad
    return told.prefix(Self.mostStories).map { call in
      (call, call.story + (call.advice.map { " " + $0 } ?? ""))
    }
  }

  /// What is said of faults that never happened, as a part of a sentence; nil if there are none.
  var neverFiredWords: String? {
    guard let last = neverFired.last else { return nil }
    let names = neverFired.dropLast().map { "'\($0)'" }.joined(separator: ", ")
    return names.isEmpty
      ? "its rule '\(last)' never fired: that part of the day was not tested."
      : "its rules \(names) and '\(last)' never fired: those parts of the day were not tested."
  }

  /// What a failed day's paragraph says below the table: why, stories, and the end of the output.
  package var paragraph: String {
    var lines = ["\(day.name): \(day.about)"] + findings.map { "  " + $0 }
    lines += stories.map { "  \($0.call.id): \($0.text)" }
    if !output.isEmpty {
      lines.append("  The end of its output:")
      lines += shownOutput.map { "  | " + $0 }
    }
    return lines.map { ShownText.line($0) }.joined(separator: "\n") + "\n"
  }

  /// The last lines of the output.
  var shownOutput: [String] { output.split(separator: "\n").suffix(15).map(String.init) }

  /// Appends the day as `--report FILE.json` has it.
  func write(to writer: inout JSONWriter) {
    writer.object { writer in
      writer.member("name", day.name)
      writer.member("about", day.about)
      writer.member("kind", day.kind.rawValue)
      writer.member("verdict", verdict.rawValue)
      writer.member("findings") { writer in
        writer.array { writer in
          for finding in findings { writer.value(finding) }
        }
      }
      writer.member("remark", remark)
      writer.member("callers", callers)
      writer.member("tries", tries)
      writer.member("durationMs", milliseconds: time.wholeNanoseconds)
      if skipped > .zero { writer.member("skippedMs", milliseconds: skipped.wholeNanoseconds) }
      switch end {
      case .status(let status), .endedBeforeReady(let status, _):
        writer.member("exitStatus", Int(status))
      case .stopped, .neverReady, nil: break
      }
      writer.member("calls") { writer in
        writer.array { writer in
          for call in calls {
            writer.object { writer in
              writer.member("id", call.id)
              writer.member("verdict", call.verdict.rawValue)
              writer.member("tries", call.attempts.count + call.skippedAttempts)
              writer.member("deliveries", call.deliveries.count)
              writer.member("story", call.story)
              writer.member("advice", call.advice)
            }
          }
        }
      }
      if !output.isEmpty { writer.member("output", output) }
    }
  }
}
