import Glibc
import Options
import RedirectEmulator

/// `redirect-emulator serve`: serves until a signal ends it.
enum ServeCommand {
  static let declaration = Command(
    "serve", summary: "Serve Redirect Call until a signal ends it.",
    options: ServeOptions.all(
      port: ServeOptions.port.declaration, controlPort: ServeOptions.controlPort.declaration),
    readsEnvironment: true, ignoresOuterRun: true,
    variables: [ServeOptions.scenarioText.declaration],
    examples: [
      Example("redirect-emulator", "Serve on http://127.0.0.1:4010 and https://127.0.0.1:4010:"),
      Example(
        "redirect-emulator serve --port 0 --ready-file ready.json",
        "Serve on a free port, and write where that is:"),
      Example(
        "redirect-emulator --scenario bad-day.yaml --watch",
        "Make faults happen, and load the file again when it changes:"),
    ],
    exitStatuses: [ExitStatus("0", "ended by SIGTERM, SIGINT, SIGHUP or SIGQUIT")]
      + ServeOptions.exitStatuses,
    judge: { ServeOptions.judge($0) })

  @Sendable static func run(_ values: Values) throws(Failure) {
    let parent = try ParentLink(values)
    let signals = try Signals.take(Signals.ending.union([SIGUSR1]))
    DescriptorLimit.raise(forConnections: values[ServeOptions.maxConnections])
    try parent.watchInput(isOfCommand: false)
    let lifetime = Lifetime(signals: signals)
    let (session, endedBy) = try lifetime.start(interrupted: { _ in 0 }) { () throws(Failure) in
      try EmulatorSession(values, parent)
    }
    defer { session.cleanUp() }
    // The reader of the lines may leave after the first ones: the emulator continues for its clients.
    do throws(Failure) {
      try StandardOutput.write(session.announcement)
    } catch {
      guard case .readerLeft = error else {
        try lifetime.stop(session, status: error.status) {}
        throw error
      }
    }
    if !session.emulator.isOnLoopback {
      session.say(
        "warning: \(session.emulator.host) can be reached from other machines, and the development keys are public"
      )
    }
    // Without a file there is nothing to open again, and the signal has no meaning.
    var outlivesTerminal = endedBy == SIGHUP
    // A signal may come as soon as the ready file exists, before the start is over: the totals must be printed all the
    // same.
    while endedBy == nil {
      let signal = signals.next()
      if !signal.isEnding {
        session.reopenLog()
        continue
      }
      // A terminal that has hung up accepts no lines any more. That is no failure of the command.
      outlivesTerminal = signal.number == SIGHUP
      break
    }
    if isatty(STDERR_FILENO) == 1 { session.say("Ctrl-C again to stop now") }
    try lifetime.stop(session, status: 0) { session.writeEvidence() }
    do throws(Failure) {
      try StandardOutput.write(session.totals + "\n")
    } catch {
      if case .readerLeft = error {} else if !outlivesTerminal { throw error }
    }
    try session.requireEvidence()
    try session.requireRules()
  }
}
