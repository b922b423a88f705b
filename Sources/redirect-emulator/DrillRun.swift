import Core
import Glibc
import Options
import RedirectEmulator
import Scenarios

/// The days of a drill, one after the other, each with an emulator of its own.
struct DrillRun {
  private let values: Values
  private let days: [DrillDays.Entry]
  private let parent: ParentLink
  private let signals: Signals
  private let found = FoundEnvironment(ProcessWords.environment)
  private let table: DrillTable
  /// The webhook at which calls ring; nil if the command is a test run.
  private let app: RungApp?
  /// Whether a line that changes is shown while a day runs.
  private let showsProgress = isatty(STDOUT_FILENO) == 1

  /// Whether it was asked about a command that sends nothing.
  private let asked = StopFlag()

  /// How often a terminal's line changes.
  private static let tick = Duration.milliseconds(200)

  /// - Throws: ``Failure/system(_:)``.
  init(_ values: Values, _ days: [DrillDays.Entry]) throws(Failure) {
    self.values = values
    self.days = days
    parent = try ParentLink(values)
    signals = try Signals.take(Signals.ending.union([SIGCHLD]))
    try parent.watchInput(isOfCommand: true)
    // The options were judged before.
    app = values[DrillCommand.ring].flatMap { try? Webhook($0) }.map { RungApp(webhook: $0) }
    table = DrillTable(names: days.map(\.day.name))
  }

  /// Runs all of them, and prints the table and the failed days' stories.
  ///
  /// - Throws: ``Failure/status(_:)`` if a signal ended the drill: 128 and its number.
  func run() throws(Failure) -> DrillReport {
    var kept: Running?
    // A command that cannot be started is said alone, and not below the head of a table.
    var waiting: String? = table.head + "\n"
    var reports: [DayReport] = []
    do throws(Failure) {
      if values[DrillCommand.keep] { kept = try start(Scenario()) }
      for entry in days {
        let report = try run(entry, kept) { () throws(Failure) in
          if let text = waiting.take() { try StandardOutput.write(text) }
        }
        reports.append(report)
        let line = table.line(report) + "\n"
        if let text = waiting {
          waiting = text + line
        } else {
          try StandardOutput.write((showsProgress ? Self.clearLine : "") + line)
        }
        if stops(after: report, isFirst: reports.count == 1, kept) { break }
      }
      if let text = waiting.take() { try StandardOutput.write(text) }
    } catch {
      kept?.stop()
      throw error
    }
    kept?.stop()
    let drilled = DrillReport(reports, notRun: days.count - reports.count)
    for report in drilled.explained {
      try StandardOutput.write("\n" + report.paragraph)
    }
    for remark in drilled.remarks { try StandardOutput.write("\n" + remark + "\n") }
    try StandardOutput.write("\n" + drilled.summary + "\n")
    return drilled
  }

  /// Whether no later day can be run: the app did not even start on the first one, and would not on another one; or it was
  /// started once for all days, and has ended.
  private func stops(after report: DayReport, isFirst: Bool, _ kept: Running?) -> Bool {
    if let kept, kept.process.status != nil { return true }
    return switch report.end {
    case .endedBeforeReady, .neverReady: isFirst
    case .status, .stopped, nil: false
    }
  }

  /// To the line's beginning, and all behind it removed: ECMA-48, EL.
  private static let clearLine = "\r\u{1B}[K"

  /// A command with its emulator.
  private struct Running {
    let session: EmulatorSession
    let process: DrilledProcess

    func stop() {
      process.end()
      DrillRun.stop(session)
    }
  }

  private static func stop(_ session: EmulatorSession) {
    // Nobody waits for what is still being sent: the command has ended.
    session.cut()
    session.stop()
    session.writeEvidence()
    session.endLog()
    session.cleanUp()
  }

  /// Starts an emulator with the day's rules, and the command.
  private func start(_ scenario: Scenario) throws(Failure) -> Running {
    try app?.refuseStranger(values.subject(of: DrillCommand.ring), by: "drill")
    let session = try EmulatorSession(values, parent, day: scenario)
    do throws(Failure) {
      let sets = values[DrillCommand.set].map { ($0.name, VariableTemplate($0.value)) }
      let variables = EmulatorVariables(
        try session.facts(), sets: sets, found: found, day: scenario.day?.name)
      let process = try DrilledProcess(
        values[DrillCommand.command], environment: variables.environment(from: found),
        found: signals.found)
      return Running(session: session, process: process)
    } catch {
      Self.stop(session)
      throw error
    }
  }

  /// - Parameter whenStarted: called when the command runs.
  private func run(
    _ entry: DrillDays.Entry, _ kept: Running?, whenStarted: () throws(Failure) -> Void
  ) throws(Failure) -> DayReport {
    let began = ContinuousClock.now
    // What is not run is not tested, and says why.
    if app == nil, entry.scenario.needsRing != nil {
      return DayReport(
        entry.day, entry.scenario, DayEvidence(calls: [], requests: 0), time: .zero, output: "")
    }
    let running: Running
    if let kept {
      running = kept
      running.process.forgetOutput()
      try running.session.begin(entry.scenario)
    } else {
      running = try start(entry.scenario)
    }
    let end: DayEvidence.CommandEnd?
    var skipped = Duration.zero
    do throws(Failure) {
      try whenStarted()
      end =
        if let app {
          try ring(app, running, entry.day, since: began, &skipped)
        } else {
          try wait(for: running, since: began, entry.day)
        }
    } catch {
      if kept == nil { running.stop() }
      throw error
    }
    let evidence = running.session.emulator.defaultResource.dayEvidence(
      of: entry.day.name, end: end, isRung: app != nil, skipped: skipped)
    if kept == nil { running.stop() }
    return DayReport(
      entry.day, entry.scenario, evidence, time: ContinuousClock.now - began,
      output: running.process.text, namesNeverFired: entry.isOfFile)
  }

  /// Waits until a test run has ended.
  private func wait(
    for running: Running, since began: ContinuousClock.Instant, _ day: Day
  ) throws(Failure) -> DayEvidence.CommandEnd {
    let process = running.process
    while true {
      if let status = process.status { return .status(status) }
      askForRing(running, since: began)
      let left = dayTimeout - (ContinuousClock.now - began)
      if left <= .zero { return .stopped(after: dayTimeout) }
      try step(process, within: min(showsProgress || !asked.isSet ? Self.tick : left, left))
      try show(day, since: began)
    }
  }

  /// Says once what a command may need that does not end and sends no request.
  private func askForRing(_ running: Running, since began: ContinuousClock.Instant) {
    guard !asked.isSet, ContinuousClock.now - began > Self.patience else { return }
    asked.set()
    if running.session.emulator.defaultResource.dayActivity.hasRequests { return }
    StandardError.write(
      (showsProgress ? Self.clearLine : "")
        + "The command has sent no request yet. If it is an app, let calls ring at it: --ring URL\n"
    )
  }

  /// How long a command without a request is not asked about.
  private static let patience = Duration.seconds(10)

  /// Rings an app as a day says, until all its calls are decided.
  ///
  /// - Parameter skipped: how much time was skipped in which the app may have wanted to redirect in the background.
  /// - Returns: why that did not come to an end; nil if it did.
  private func ring(
    _ app: RungApp, _ running: Running, _ day: Day, since began: ContinuousClock.Instant,
    _ skipped: inout Duration
  ) throws(Failure) -> DayEvidence.CommandEnd? {
    let readyTimeout = values[RungApp.readyTimeout].duration
    while !app.takesConnections {
      if let status = running.process.status { return .endedBeforeReady(status, at: app.shownURL) }
      if ContinuousClock.now - began > readyTimeout {
        return .neverReady(at: app.shownURL, after: readyTimeout)
      }
      try step(running.process, within: RungApp.pause)
      try show(day, since: began)
    }
    let resource = running.session.emulator.defaultResource
    var rung = 0
    var mark: [UInt64] = []
    var quietSince = ContinuousClock.now
    while true {
      if let status = running.process.status {
        // Whoever is left of it is ended, too, as at the end of each day. Then nobody is there, and the calls ring out.
        running.process.end()
        try ringOut(running, day, since: began)
        return .status(status)
      }
      let now = ContinuousClock.now
      if now - began > dayTimeout { return .stopped(after: dayTimeout) }
      let activity = resource.dayActivity
      let more = min(day.ring.count - rung, day.ring.atATime - activity.undecided)
      if more > 0 {
        for _ in 0..<more { resource.ring(day.ring, at: app.webhook) }
        rung += more
        quietSince = now
        continue
      }
      if activity.undecided == 0 { return nil }
      if activity.isBusy || activity.mark != mark { quietSince = now }
      mark = activity.mark
      if !values[DrillCommand.noSkip], now - quietSince >= activity.silence {
        resource.clockOffset += activity.step
        if activity.isDoubtful { skipped += activity.step }
      }
      try step(running.process, within: RungApp.pause)
      try show(day, since: began)
    }
  }

  /// How long calls may take that ring out: their time is skipped.
  private static let ringOutTimeout = Duration.seconds(5)

  /// Lets calls ring out whose app has ended. There is nobody to wait for, so their time is skipped at once.
  private func ringOut(
    _ running: Running, _ day: Day, since began: ContinuousClock.Instant
  ) throws(Failure) {
    let resource = running.session.emulator.defaultResource
    let deadline = ContinuousClock.now + Self.ringOutTimeout
    while ContinuousClock.now < deadline {
      let activity = resource.dayActivity
      if activity.undecided == 0 { return }
      if !activity.isBusy { resource.clockOffset += activity.step }
      try step(running.process, within: RungApp.pause)
      try show(day, since: began)
    }
  }

  private var dayTimeout: Duration { values[DrillCommand.dayTimeout].duration }

  /// Waits for what comes next: output, the end of a child, a signal, or the end of a time.
  ///
  /// - Throws: ``Failure/status(_:)`` if a signal ends the drill.
  private func step(_ process: DrilledProcess, within time: Duration) throws(Failure) {
    switch signals.next(or: process.output, within: time) {
    case .other: process.read()
    case .signal(let signal) where signal.isEnding: throw .status(128 + signal.number)
    // One SIGCHLD may stand for several children.
    case .signal, .timeout: process.reap()
    }
  }

  private func show(_ day: Day, since began: ContinuousClock.Instant) throws(Failure) {
    guard showsProgress else { return }
    try StandardOutput.write(
      Self.clearLine + table.progress(day.name, ContinuousClock.now - began))
  }
}
