import Core
import EventLoop
import Glibc
import Options
import RedirectEmulator
import Scenarios
import Synchronization

/// An emulator as the command line runs it, with its files and its output.
final class EmulatorSession: Sendable {
  let emulator: Emulator
  /// Where the CA's certificate was written.
  let caFile: Path
  /// Whether the certificate could not be written anywhere, and is in memory.
  let isAuthorityInMemory: Bool
  /// How many rules each scenario file or text had at start.
  let ruleCounts: [(path: Path, rules: Int)]

  private let values: Values
  private let scenarios: ScenarioFiles
  private let log: LogOutput
  private let watcher: ScenarioWatcher?
  private let files: Guarded<SessionFiles>
  let evidence: Evidence

  /// Starts the emulator, and writes the ready file when it can serve requests.
  ///
  /// - Parameters:
  ///   - parent: gets the same document as the ready file.
  ///   - webhook: a webhook for its calls besides the places that the options allow.
  ///   - day: rules that come before those of the options.
  /// - Throws: ``Failure``.
  init(
    _ values: Values, _ parent: ParentLink, ringing webhook: String? = nil, day: Scenario? = nil
  ) throws(Failure) {
    self.values = values
    var files = SessionFiles(values)
    try files.clear()
    scenarios = try ScenarioFiles(values)
    let loaded = try scenarios.load()
    ruleCounts = loaded.parts.map { ($0.name, $0.scenario.ruleCount) }
    var configuration = try ServeOptions.completeConfiguration(values)
    if let webhook { configuration.allowWebhook(at: webhook) }
    let evidence = try Evidence(values, hasReports: day == nil)
    self.evidence = evidence
    configuration.journalOutput = evidence.journal
    let log = try ServeOptions.log(values)
    self.log = log
    configuration.logOutput = log
    var isStarted = false
    defer {
      if !isStarted {
        log.ring.stop(within: Self.logGrace)
        evidence.end()
      }
    }
    do {
      emulator = try Emulator.startBlocking(configuration)
    } catch let failure as Failure {
      throw failure
    } catch let error as ConfigurationError {
      let lines = error.problems.map { problem in
        let name = problem.option ?? problem.setting
        return
          "\(values.subject(of: name, value: problem.value.map { Word($0) })): \(problem.message)"
      }
      throw error.isAboutData ? .data(lines) : .usage(lines)
    } catch let error as StartError {
      throw .unavailable(error.description)
    } catch {
      throw .system("\(error)")
    }
    var watcher: ScenarioWatcher?
    do throws(Failure) {
      if let scenario = Self.joined(day, loaded.scenario) { emulator.load(scenario) }
      caFile = try files.writeAuthority(emulator)
      emulator.say(caFile: ShownText.line(caFile.bytes))
      isAuthorityInMemory = files.isInMemory
      if values[ServeOptions.watch] {
        watcher = try ScenarioWatcher(
          scenarios, emulator, log, values[ServeOptions.logLevel],
          values.subject(of: ServeOptions.watch))
      }
      try files.writeReadyFile(emulator, caFile: caFile, parent)
    } catch {
      watcher?.stop()
      emulator.stop()
      files.remove()
      throw error
    }
    self.watcher = watcher
    self.files = Guarded(files)
    isStarted = true
    for folder in loaded.emptyFolders {
      say("warning: \(folder): the folder has no file \(ScenarioFiles.form)")
    }
  }

  /// Begins another day: everything is reset to the state at start, except the addresses.
  ///
  /// - Throws: ``Failure/data(_:)`` if a file of the options cannot be read any more.
  func begin(_ day: Scenario) throws(Failure) {
    guard let scenario = Self.joined(day, try scenarios.load(takesPipes: false).scenario) else {
      return
    }
    emulator.defaultResource.begin(scenario)
  }

  private static func joined(_ day: Scenario?, _ others: Scenario?) -> Scenario? {
    guard var scenario = day else { return others }
    if let others { scenario.append(others) }
    return scenario
  }

  /// The key of the control API.
  var controlKey: String? { values[ServeOptions.controlKey] }

  /// The files with the system's authorities, the user's and the emulator's, made when they are first needed.
  func trustFiles() throws(Failure) -> SessionFiles.Trust {
    try files.withLock { files throws(Failure) in try files.writeTrust(emulator) }
  }

  /// How long the end waits for the reader of the log.
  private static let logGrace = Duration.milliseconds(500)

  /// Prints a line to standard error. If the log is written there too, it comes after the lines that were logged
  /// before.
  func say(_ line: String) {
    if values[ServeOptions.logFile] == nil {
      log.ring.append(Array((line + "\n").utf8))
    } else {
      StandardError.write(line + "\n")
    }
  }

  /// Opens the log's file again.
  func reopenLog() {
    log.ring.reopen()
  }

  /// Stops accepting, and waits until the requests that are being served are done.
  func stop() {
    watcher?.stop()
    emulator.stop()
  }

  /// Ends at once everything that ``stop()`` waits for.
  func cut() {
    emulator.cut()
  }

  /// Writes the rest of the log. It does not wait for a reader that has stopped.
  func endLog() {
    log.ring.stop(within: Self.logGrace)
  }

  /// Writes the reports, and the rest of the journal's file. Prints what could not be written.
  func writeEvidence() {
    for failure in evidence.write(emulator.report()) { say("error: \(failure)") }
    evidence.end()
  }

  /// - Throws: ``Failure/cannotCreate(_:)`` if a report could not be written.
  func requireEvidence() throws(Failure) {
    if evidence.hasFailed { throw .status(73) }
  }

  /// Removes the files that were written for the time of the run.
  func cleanUp() {
    files.withLock { $0.remove() }
  }

  /// - Throws: ``Failure/unusedRules(_:)`` if `--require-rules` was given and a rule never fired.
  func requireRules() throws(Failure) {
    let unused = emulator.unusedRules
    guard values[ServeOptions.requireRules], !unused.isEmpty else { return }
    throw .unusedRules(
      "\(values.subject(of: ServeOptions.requireRules)): never fired: \(Self.names(unused))")
  }

  /// The names of rules, in a form for one line.
  static func names(_ rules: [String]) -> String {
    rules.map { ShownText.value($0.utf8) }.joined(separator: ", ")
  }
}
