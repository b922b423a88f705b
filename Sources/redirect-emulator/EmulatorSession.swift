import Core
import Glibc
import Options
import RedirectEmulator

/// An emulator as the command line runs it: with its files and its texts.
final class EmulatorSession {
  let emulator: RedirectEmulator
  /// Where the CA's certificate was written.
  let caFile: Path

  private let values: Values
  private let scenarios: ScenarioFiles
  private var watcher: ScenarioWatcher?
  private var folder: TemporaryFolder?

  /// Starts the emulator, and writes the ready file when requests can be answered.
  ///
  /// - Throws: ``Failure``.
  init(_ values: Values) throws(Failure) {
    self.values = values
    scenarios = ScenarioFiles(values[ServeOptions.scenario])
    let text = try scenarios.load()
    do {
      emulator = try RedirectEmulator.startBlocking(
        ServeOptions.completeConfiguration(values))
    } catch let failure as Failure {
      throw failure
    } catch let error as ConfigurationError {
      throw error.isAboutData ? .data(error.description) : .usage(error.description)
    } catch let error as StartError {
      throw .unavailable(error.description)
    } catch {
      throw .system("\(error)")
    }
    do {
      if let text { emulator.load(text) }
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
      if values[ServeOptions.watch] { watcher = try ScenarioWatcher(scenarios, emulator) }
      if let path = values[ServeOptions.readyFile] {
        // It has the access key and a token.
        try TextFile.replace(
          path, with: emulator.readyDocument(caFile: caFile.description), mode: 0o600)
      }
    } catch {
      emulator.stop()
      throw (error as? Failure) ?? .system("\(error)")
    }
  }

  /// The lines printed at start.
  var description: String {
    var lines = [
      "endpoint           \(emulator.endpoint)",
      "                   \(emulator.httpsEndpoint)",
      "connection string  \(emulator.connectionString)",
      "CA file            \(caFile)",
    ]
    if let control = emulator.controlEndpoint { lines.append("control            \(control)") }
    return lines.joined(separator: "\n") + "\n"
  }

  /// The line printed at the end.
  var totals: String {
    let totals = emulator.totals
    var line =
      "\(totals.requests) requests: \(totals.executed) executed, \(totals.rejected) rejected, \(totals.faults) faults fired"
    let unused = emulator.unusedRules
    if !unused.isEmpty { line += "; never fired: " + unused.joined(separator: ", ") }
    return line
  }

  /// The file with the system's authorities and the emulator's, made when it is asked for.
  func bundleFile() throws(Failure) -> Path {
    if folder == nil { folder = try TemporaryFolder() }
    return try folder?.write("ca-bundle.pem", emulator.caBundle) ?? caFile
  }

  /// Stops accepting, and waits until what is being answered is done.
  func stop() {
    watcher?.stop()
    emulator.stop()
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
