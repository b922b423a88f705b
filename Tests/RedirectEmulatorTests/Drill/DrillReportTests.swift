import Core
import Documents
import RedirectEmulator
import Scenarios
import Testing

@Suite("What a drill reports")
struct DrillReportTests {
  private static func report(
    _ name: String, _ calls: [Call], fired: Set<String> = [], status: Int32 = 0,
    output: String = "", requests: Int? = nil, isRung: Bool = false, skipped: Duration = .zero
  ) throws -> DayReport {
    let scenario = try #require(EmbeddedDay.named(name)).scenario()
    let evidence = DayEvidence(
      calls: calls, fired: fired, requests: requests ?? calls.count,
      end: isRung ? nil : .status(status),
      isRung: isRung, skipped: skipped)
    return DayReport(
      try #require(scenario.day), scenario, evidence, time: .milliseconds(1_234), output: output)
  }

  private static let redirected = SampleCalls.seen([SampleCalls.attempt(1)])

  private static func drill() throws -> DrillReport {
    DrillReport([
      try report("a perfect day", [redirected], output: "not shown"),
      try report(
        "throttled twice",
        [SampleCalls.seen([SampleCalls.attempt(1, 429, rule: "throttled, in a test")])],
        fired: ["throttled, in a test"], status: 1, output: "1 < 2\nend\u{1B}[0m\n"),
      try report("burst", []),
    ])
  }

  @Test("the table has a line for each day, in columns")
  func table() throws {
    let drill = try Self.drill()
    let table = DrillTable(names: drill.days.map(\.day.name))
    #expect(
      ([table.head] + drill.days.map(table.line)) == [
        "day              the caller                tries     time  verdict",
        "a perfect day    redirected                    1     1.2s  ok",
        "throttled twice  lost                          1     1.2s  FAILED",
        "burst            -                             -     1.2s  not tested: It needs --ring URL: it is about many calls that ring.",
      ])
  }

  @Test("a failed day's paragraph has the reasons, the story, and the end of the output")
  func paragraph() throws {
    let lines = try Self.drill().days[1].paragraph.split(separator: "\n")
    #expect(lines[0].hasPrefix("throttled twice: The service answers the first two tries"))
    #expect(lines[1] == "  The command ended with status 1; expected 0.")
    #expect(lines.contains { $0.hasPrefix("  r1: Caller lost: ") })
    #expect(lines.suffix(3).first == "  The end of its output:")
    #expect(lines.suffix(2) == ["  | 1 < 2", "  | end"])
  }

  @Test("the last line counts the days, and names those that were failed")
  func summary() throws {
    let drill = try Self.drill()
    #expect(drill.summary == "1 day passed, 1 failed, 1 not tested; failed: throttled twice")
    #expect(!drill.passed(needsAll: false))
    let good = DrillReport([drill.days[0], drill.days[2]])
    #expect(good.passed(needsAll: false) && !good.passed(needsAll: true))
    let untested = DrillReport([drill.days[2]])
    #expect(!untested.passed(needsAll: false) && !untested.passed(needsAll: true))
    #expect(untested.summary.hasSuffix("1 not tested; expected at least one that is tested"))
  }

  @Test("JUnit has a case for each day, and nothing that XML refuses")
  func junit() throws {
    let lines = try Self.drill().junit.split(separator: "\n")
    #expect(lines[1].hasPrefix("<testsuites tests=\"3\" failures=\"1\" errors=\"0\" skipped=\"1\""))
    #expect(
      lines[3]
        == "<testcase classname=\"redirect-emulator.drill.transient\" name=\"a perfect day\" time=\"1.234\"></testcase>"
    )
    #expect(lines[4].contains("<failure message=\"The command ended with status 1; expected 0."))
    #expect(
      lines[4].contains("<system-out>1 &lt; 2&#10;end&#10;</system-out></testcase>"))
    #expect(lines[5].contains("<skipped message=\"It needs --ring URL: it is about many"))
    #expect(lines.count == 8)
  }

  @Test("the JSON has the counts, and of each day the verdict, the reasons and the calls")
  func json() throws {
    let text = String(decoding: try Self.drill().json, as: UTF8.self)
    for part in [
      "{\"passed\":1,\"failed\":1,\"notTested\":1,\"days\":[{\"name\":\"a perfect day\"",
      "\"verdict\":\"failed\",\"findings\":[\"The command ended with status 1; expected 0.\"",
      "\"exitStatus\":1,\"calls\":[{\"id\":\"r1\",\"verdict\":\"lost\",\"tries\":1,\"deliveries\":0,\"story\":\"",
      "\"output\":\"1 < 2\\nend\\n\"", "\"verdict\":\"notTested\"",
    ] { #expect(text.contains(part), "\(part) in \(text)") }
    #expect(!text.contains("not shown"))
  }

  /// Days that are passed though a caller was lost, and what is said of them.
  private static func lost() throws -> [(report: DayReport, remark: String)] {
    [
      (
        try report(
          "call gone",
          [SampleCalls.seen([SampleCalls.attempt(1, 404, rule: "the caller has hung up")])],
          fired: ["the caller has hung up"]),
        "no app can redirect on this day, and yours did not try again"
      ),
      (
        try report(
          "unavailable for the whole ring",
          [SampleCalls.registered([SampleCalls.attempt(1, at: 20, 503, rule: "unavailable")])],
          fired: ["unavailable"], isRung: true),
        "no app can redirect on this day, and yours kept trying"
      ),
      // Of a test run nothing is known of the ring.
      (
        try report(
          "unavailable for the whole ring",
          [SampleCalls.seen([SampleCalls.attempt(1, 503, rule: "unavailable")])],
          fired: ["unavailable"]), "no app can redirect on this day"
      ),
      (
        try report(
          "certificate expired", [SampleCalls.registered([])], fired: ["expired"], requests: 0),
        "a good app does not redirect on this day"
      ),
      // A call of the tests' own, which the day's fault did not meet.
      (
        try report(
          "throttled twice",
          [
            redirected,
            SampleCalls.seen([SampleCalls.attempt(2, 400, fault: SampleCalls.noTarget)]),
          ], fired: ["throttled, in a test"]), "the app did what it should"
      ),
    ]
  }

  @Test("a day that is passed with a caller lost says why, in each form")
  func remarks() throws {
    for (report, remark) in try Self.lost() {
      #expect(report.verdict == .passed, "\(report.findings)")
      let drill = DrillReport([report])
      let line = DrillTable(names: [report.day.name]).line(report)
      #expect(line.hasSuffix("  ok: \(remark)"), "\(line)")
      #expect(drill.markdown.contains(" | ok: \(remark) |"), "\(drill.markdown)")
      #expect(
        drill.junit.contains(
          "<system-out>the caller: \(report.callers); \(remark)</system-out></testcase>"))
      let json = String(decoding: drill.json, as: UTF8.self)
      #expect(json.contains("\"remark\":\"\(remark)\""), "\(json)")
    }
    #expect(try Self.drill().days.allSatisfy { $0.remark == nil })
  }

  @Test(
    "of failed days of which time was skipped that the app may have wanted, all forms say so, once")
  func doubt() throws {
    func day(_ name: String, _ skipped: Duration) throws -> DayReport {
      try Self.report(
        name, [SampleCalls.registered([SampleCalls.attempt(1, 503)])],
        fired: ["throttled, in a test", "unavailable"], isRung: true, skipped: skipped)
    }
    let one = try DrillReport([day("throttled twice", .seconds(20)), day("a perfect day", .zero)])
    let said =
      "Time was skipped after the app had answered the event of the day throttled twice. If the app redirects in the background, run it again with --no-skip to be sure."
    #expect(one.days.allSatisfy { $0.verdict == .failed })
    #expect(one.doubt == said)
    for text in [one.text, one.markdown, String(decoding: one.json, as: UTF8.self)] {
      #expect(text.split(separator: "--no-skip").count == 2, "\(text)")
    }
    let two = try DrillReport([
      day("throttled twice", .seconds(20)), day("a perfect day", .seconds(1)),
    ])
    #expect(
      two.doubt
        == "Time was skipped after the app had answered the event of these days: throttled twice, a perfect day. If the app redirects in the background, run them again with --no-skip to be sure."
    )
    let passed = try Self.report(
      "a perfect day", [Self.redirected], isRung: true, skipped: .seconds(20))
    #expect(passed.verdict == .failed || passed.skipped == .zero)
    #expect(try Self.drill().doubt == nil)
  }

  @Test(
    "a day that is ok with advice says so, and the advice is said once for all days, in each form")
  func advised() throws {
    func twice(_ name: String) throws -> DayReport {
      try Self.report(
        name,
        [
          SampleCalls.seen([
            SampleCalls.attempt(1),
            SampleCalls.attempt(2, at: 1, 400, fault: SampleCalls.taken, id: "b"),
          ])
        ], fired: ["slow"], isRung: false)
    }
    let drill = try DrillReport([
      twice("a perfect day"), twice("slow"), Self.report("a perfect day", [Self.redirected]),
    ])
    #expect(drill.days.allSatisfy { $0.verdict == .passed }, "\(drill.days.map(\.findings))")
    let table = DrillTable(names: drill.days.map(\.day.name))
    #expect(
      zip(drill.days.map(table.line), ["  ok, with advice", "  ok, with advice", "  ok"])
        .allSatisfy { $0.hasSuffix($1) })
    let said =
      "Advice, although a perfect day is ok: r1: Redirected, by try 1. Then your app redirected the call again, and try 2 was refused: 400 8528, the call is redirected already. Redirect a call once. Its event can be delivered twice, also at the same moment: remember its id before the first try, and treat 8528 as done. The same advice on: slow."
    #expect(drill.advice == [said])
    let json = String(decoding: drill.json, as: UTF8.self)
    #expect(
      drill.text.contains("\n\n" + said + "\n\n2 days") || drill.text.contains("\n" + said + "\n"))
    #expect(
      drill.markdown.contains("| slow | redirected | 2 | ok, with advice |"), "\(drill.markdown)")
    #expect(drill.markdown.contains("Advice, although a perfect day is ok"))
    #expect(json.contains("\"advice\":[\"\(said)\"]"), "\(json)")
    #expect(drill.junit.contains("<system-out>r1: Redirected, by try 1. Then your app"))
    #expect(try Self.drill().advice.isEmpty)
    // What would have saved a caller whom no app can save is no advice.
    for (report, _) in try Self.lost() { #expect(report.advised.isEmpty) }
  }

  @Test("what a command printed that failed before it sent a request is shown once")
  func unasked() throws {
    let days = try ["a perfect day", "throttled twice"].map {
      try Self.report($0, [], status: 5, output: "no tests ran\n")
    }
    let drill = DrillReport(days)
    #expect(drill.summary.hasPrefix("0 days passed, 0 failed, 2 not tested"))
    let shown = """
        The command ended with status 5, and sent no request. Of pytest, 5 means that no test was selected.
        The end of its output:
        | no tests ran

      """
    for text in [drill.text, drill.markdown] {
      #expect(text.ranges(of: "no tests ran").count == 1, "\(text)")
      #expect(text.ranges(of: "The end of its output:").count == 1)
    }
    #expect(drill.text.contains("a perfect day: ") && drill.text.contains(shown))
    let quiet = DrillReport([try Self.report("a perfect day", [], output: "2 skipped\n")])
    #expect(!quiet.text.contains("skipped\n"))
  }

  @Test("a fault of a day of a file that never happened is advice, although the day is passed")
  func neverFired() throws {
    let yaml = """
      day: { name: own, about: Own., kind: transient, expect: { caller: redirected } }
      rules: [{ name: busy, ofCall: 1, respond: { status: 429 } }]
      events: [{ name: late, calls: 2.., delay: 12s }]
      """
    let scenario = try ScenarioDecoder.decode(yaml)
    let call = SampleCalls.registered([SampleCalls.attempt(1)])
    let evidence = DayEvidence(
      calls: [call], fired: ["busy"], requests: 1, end: nil, isRung: true)
    func drill(namesNeverFired: Bool) throws -> DrillReport {
      DrillReport([
        DayReport(
          try #require(scenario.day), scenario, evidence, time: .seconds(1), output: "",
          namesNeverFired: namesNeverFired)
      ])
    }
    let own = try drill(namesNeverFired: true)
    #expect(
      own.remarks == [
        "Advice, although own is ok: its rule 'late' never fired: that part of the day was not tested."
      ])
    #expect(own.text.contains("  ok, with advice\n"))
    let embedded = try drill(namesNeverFired: false)
    #expect(embedded.remarks.isEmpty && embedded.text.contains("  ok\n"))
  }

  @Test("days that were not run are counted")
  func notRun() throws {
    let scenario = try #require(EmbeddedDay.named("a perfect day")).scenario()
    let evidence = DayEvidence(
      calls: [], requests: 0, end: .endedBeforeReady(1, at: "http://127.0.0.1:8080/"), isRung: true)
    let day = DayReport(
      try #require(scenario.day), scenario, evidence, time: .seconds(1), output: "no jar\n")
    let drill = DrillReport([day], notRun: 29)
    #expect(
      day.findings == [
        "The app ended with status 1 before it accepted a connection at http://127.0.0.1:8080/. If its output says that a variable is missing, give it its connection string: --set NAME={connectionString}."
      ])
    #expect(
      drill.summary
        == "0 days passed, 1 failed, 0 not tested, 29 not run since no call can ring at the app; failed: a perfect day"
    )
    let json = String(decoding: drill.json, as: UTF8.self)
    #expect(json.contains("\"notTested\":0,\"notRun\":29,") && json.contains("\"exitStatus\":1"))
  }

  @Test("whether an app that took the event may still redirect")
  func background() {
    func may(_ attempts: [CallAttempt], _ status: Int) -> Bool {
      SampleCalls.registered(
        attempts, deliveries: [SampleCalls.delivery(1, at: 0, status: status)]
      ).mayRedirectInBackground
    }
    #expect(may([], 200) && may([SampleCalls.attempt(1, 503)], 200))
    #expect(!may([], 500) && !may([SampleCalls.attempt(1, 503)], 500))
    #expect(!may([SampleCalls.attempt(1, 404)], 200) && !may([SampleCalls.attempt(1)], 200))
  }

  @Test("a browser without a script shows the table and the failed days as text")
  func withoutScript() throws {
    let drill = try Self.drill()
    let html = String(decoding: drill.html, as: UTF8.self)
    let start = try #require(html.firstRange(of: "<noscript>"))
    let end = try #require(html.firstRange(of: "</noscript>"))
    let shown = html[start.upperBound..<end.lowerBound]
    #expect(shown.contains("<pre>day              the caller  "))
    #expect(shown.contains("\nthrottled twice  lost                          1     1.2s  FAILED\n"))
    #expect(shown.contains("  | 1 &lt; 2\n") && shown.contains(drill.summary + "\n</pre>"))
    #expect(!html.contains("GET /_emulator/calls"))
  }
}
