import Glibc
import RedirectEmulator

/// An emulator as the command line runs it: with its ready file and its texts.
struct EmulatorSession {
  let emulator: RedirectEmulator

  private let options: ServeOptions

  /// Starts the emulator, and writes the ready file when requests can be answered.
  ///
  /// - Throws: ``Failure``.
  init(_ options: ServeOptions, defaultPort: UInt16) throws(Failure) {
    self.options = options
    do {
      emulator = try RedirectEmulator.startBlocking(options.configuration(defaultPort: defaultPort))
    } catch let failure as Failure {
      throw failure
    } catch let error as ConfigurationError {
      throw error.isAboutData ? .data(error.description) : .usage(error.description)
    } catch let error as StartError {
      throw .unavailable(error.description)
    } catch {
      throw .system("\(error)")
    }
    if let path = options.readyFile {
      do throws(Failure) {
        // The access key and a token stand in it.
        try TextFile.replace(path, with: emulator.readyDocument(), mode: 0o600)
      } catch {
        emulator.stop()
        throw error
      }
    }
  }

  /// The lines printed at start.
  var description: String {
    var lines = [
      "endpoint           \(emulator.endpoint)",
      "connection string  \(emulator.connectionString)",
    ]
    if let control = emulator.controlEndpoint { lines.append("control            \(control)") }
    return lines.joined(separator: "\n") + "\n"
  }

  /// The line printed at the end.
  var totals: String {
    let totals = emulator.totals
    return
      "\(totals.requests) requests: \(totals.executed) executed, \(totals.rejected) rejected, \(totals.faults) faults fired"
  }

  /// Stops accepting, and waits until what is being answered is done.
  func stop() {
    emulator.stop()
  }

  /// Removes what was written for the time of the run.
  func cleanUp() {
    if let path = options.readyFile { unlink(path) }
  }

  /// - Throws: ``Failure/unusedRules(_:)`` where `--require-rules` was given and a rule never fired.
  func requireRules() throws(Failure) {}
}
