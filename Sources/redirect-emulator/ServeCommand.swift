import Glibc
import Options
import RedirectEmulator

/// `redirect-emulator serve`: serves until SIGTERM or SIGINT.
enum ServeCommand {
  static let declaration = Command(
    "serve", summary: "Serve Redirect Call until SIGTERM or SIGINT.",
    options: ServeOptions.all(port: ServeOptions.port.declaration), readsEnvironment: true,
    examples: [
      Example("redirect-emulator", "Serve on http://127.0.0.1:4010 and https://127.0.0.1:4010:"),
      Example(
        "redirect-emulator serve --port 0 --ready-file ready.json",
        "Serve on a free port, and write where that is:"),
      Example(
        "redirect-emulator --scenario bad-day.yaml --watch",
        "Bring about faults, and load the file again when it changes:"),
    ],
    exitStatuses: [ExitStatus("0", "ended by SIGTERM or SIGINT")] + ServeOptions.exitStatuses,
    judge: { ServeOptions.judge($0) })

  @Sendable static func run(_ values: Values) throws(Failure) {
    let signals = Signals.block([SIGTERM, SIGINT, SIGUSR1])
    DescriptorLimit.raise(forConnections: values[ServeOptions.maxConnections])
    let session = try EmulatorSession(values)
    defer { session.cleanUp() }
    // Who reads the lines may leave after the first ones: the emulator goes on for its clients.
    do throws(Failure) {
      try StandardOutput.write(session.announcement)
    } catch {
      guard case .readerLeft = error else {
        session.stop()
        session.endLog()
        throw error
      }
    }
    if !session.emulator.isOnLoopback {
      session.say(
        "warning: \(session.emulator.host) can be reached from other machines, and the development keys are public"
      )
    }
    // Without a file there is nothing to open again, and the signal means nothing.
    while signals.wait() == SIGUSR1 { session.reopenLog() }
    session.stop()
    session.endLog()
    do throws(Failure) {
      try StandardOutput.write(session.totals + "\n")
    } catch {
      guard case .readerLeft = error else { throw error }
    }
    try session.requireRules()
  }
}
