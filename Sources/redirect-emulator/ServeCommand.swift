import Glibc
import Options
import RedirectEmulator

/// `redirect-emulator serve`: serves until a signal ends it.
enum ServeCommand {
  static let declaration = Command(
    "serve", summary: "Serve Redirect Call until a signal ends it.",
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
    exitStatuses: [ExitStatus("0", "ended by SIGTERM, SIGINT, SIGHUP or SIGQUIT")]
      + ServeOptions.exitStatuses,
    judge: { ServeOptions.judge($0) })

  @Sendable static func run(_ values: Values) throws(Failure) {
    let signals = try Signals.take(Signals.ending.union([SIGUSR1]))
    DescriptorLimit.raise(forConnections: values[ServeOptions.maxConnections])
    let lifetime = Lifetime(signals: signals)
    let (session, endedBy) = try lifetime.start(interrupted: { _ in 0 }) { () throws(Failure) in
      try EmulatorSession(values)
    }
    defer { session.cleanUp() }
    if endedBy != nil { return try lifetime.stop(session, status: 0) {} }
    StandardOutput.write(session.description)
    if !session.emulator.isOnLoopback {
      session.say(
        "warning: \(session.emulator.host) can be reached from other machines, and the development keys are public"
      )
    }
    // Without a file there is nothing to open again, and the signal means nothing.
    while !signals.next().isEnding { session.reopenLog() }
    if isatty(STDERR_FILENO) == 1 { session.say("Ctrl-C again to stop now") }
    try lifetime.stop(session, status: 0) {}
    StandardOutput.write(session.totals + "\n")
    try session.requireRules()
  }
}
