import Core
import EventLoop
import Glibc
import Options
import RedirectEmulator

/// An emulator as the command line runs it: with its files and its texts.
final class EmulatorSession {
  let emulator: Emulator
  /// Where the CA's certificate was written.
  let caFile: Path
  /// How many rules each scenario file had at start.
  let ruleCounts: [(path: Path, rules: Int)]

  private let values: Values
  private let scenarios: ScenarioFiles
  private let log: LogOutput
  private var watcher: ScenarioWatcher?
  private var folder: TemporaryFolder?

  /// Starts the emulator, and writes the ready file when requests can be answered.
  ///
  /// - Throws: ``Failure``.
  init(_ values: Values) throws(Failure) {
    self.values = values
    scenarios = ScenarioFiles(values[ServeOptions.scenario])
    let loaded = try scenarios.loadCounted()
    ruleCounts = loaded.counts
    var configuration = try ServeOptions.completeConfiguration(values)
    let log = try ServeOptions.log(values)
    self.log = log
    configuration.logOutput = log
    var isStarted = false
    defer { if !isStarted { log.ring.stop(within: Self.logGrace) } }
    do {
      emulator = try Emulator.startBlocking(configuration)
    } catch let failure as Failure {
      throw failure
    } catch let error as ConfigurationError {
      let text = error.commandLineDescription
      throw error.isAboutData ? .data(text) : .usage(text)
    } catch let error as StartError {
      throw .unavailable(error.description)
    } catch {
      throw .system("\(error)")
    }
    do {
      if let scenario = loaded.scenario { emulator.load(scenario) }
      let files = TLSFiles(values)
      try files.keep(emulator)
      if let kept = values[ServeOptions.tlsDir] {
        caFile = TLSFiles.certificatePath(in: kept)
      } else if let given = values[ServeOptions.tlsCert] {
        caFile = given
      } else if let ready = values[ServeOptions.readyFile] {
        caFile = ready.appending(".ca.pem")
        try TextFile.replace(caFile, with: emulator.caCertificate)
      } else {
        let made = try TemporaryFolder()
        folder = made
        caFile = try made.write("ca.pem", emulator.caCertificate)
      }
      if values[ServeOptions.watch] { watcher = try ScenarioWatcher(scenarios, emulator, log.ring) }
      if let path = values[ServeOptions.readyFile] {
        // It has the access key and a token.
        try TextFile.replace(
          path, with: emulator.readyDocument(caFile: caFile.description), mode: 0o600)
      }
      isStarted = true
    } catch {
      emulator.stop()
      throw (error as? Failure) ?? .system("\(error)")
    }
  }

  /// The file with the system's authorities and the emulator's, made when it is asked for.
  func bundleFile() throws(Failure) -> Path {
    if folder == nil { folder = try TemporaryFolder() }
    return try folder?.write("ca-bundle.pem", emulator.caBundle) ?? caFile
  }

  /// How long the end waits for whoever reads the log.
  private static let logGrace = Duration.milliseconds(500)

  /// Says something on standard error; where the log goes there too, after the lines that were logged before.
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

  /// Stops accepting, and waits until what is being answered is done.
  func stop() {
    watcher?.stop()
    emulator.stop()
  }

  /// Writes what the log still has. A reader that has stopped is not waited for.
  func endLog() {
    log.ring.stop(within: Self.logGrace)
  }

  /// Removes what was written for the time of the run.
  func cleanUp() {
    if let path = values[ServeOptions.readyFile] {
      TextFile.remove(path)
      if caFile == path.appending(".ca.pem") { TextFile.remove(caFile) }
    }
    folder?.remove()
    folder = nil
  }

  /// - Throws: ``Failure/unusedRules(_:)`` where `--require-rules` was given and a rule never fired.
  func requireRules() throws(Failure) {
    let unused = emulator.unusedRules
    guard values[ServeOptions.requireRules], !unused.isEmpty else { return }
    throw .unusedRules("--require-rules: never fired: " + unused.joined(separator: ", "))
  }
}
