import Core
import Glibc
import Options
import RedirectEmulator

/// `redirect-emulator exec -- COMMAND`: serves as long as a command runs, and passes it the addresses.
enum ExecCommand {
  private static let group = "The command"

  static let set = Option.many(
    "set", .assignment, valueName: "NAME=TEMPLATE", environment: .none, group: group,
    help: "Set this variable too; {connectionString} and others stand for a value.")
  private static let printEnv = Option.flag(
    "print-env", environment: .none, group: group,
    help: "Print the variables that the command would get, and end.")

  private static let command = Argument.command(
    "COMMAND", requiredUnless: ["print-env"],
    help: "The command that runs beside the emulator, and its arguments.")

  static let declaration = Command(
    "exec", summary: "Run a command with an emulator beside it.",
    discussion: [
      "The command finds the emulator in its environment, by variables that it sets. The emulator ends when the command does."
    ],
    options: ServeOptions.all(
      port: ServeOptions.port.withDefault(0), controlPort: ServeOptions.controlPort.withDefault(0))
      + [ExecRing.url.declaration, RungApp.readyTimeout.declaration] + RingOptions.all + [
        set.declaration, printEnv.declaration,
      ],
    arguments: [command.declaration], readsEnvironment: true, ignoresOuterRun: true,
    variables: [ServeOptions.scenarioText.declaration],
    setsVariables: EmulatorVariables.declared,
    examples: [
      Example("redirect-emulator exec -- pytest", "Run tests with an emulator beside them:"),
      Example(
        "redirect-emulator exec --scenario bad-day.yaml --require-rules -- npm test",
        "Make faults happen, and fail if one never happened:"),
      Example("redirect-emulator exec --print-env", "See what the command would find:"),
      Example(
        "redirect-emulator exec --ring http://127.0.0.1:8080/ --wait -- python app.py",
        "Let a call ring at an app, and fail unless it is redirected:"),
      Example(
        "redirect-emulator exec --set DB={connectionString} -- npm test",
        "Tell it in a variable of its own:"),
    ],
    exitStatuses: ServeOptions.exitStatuses + [
      ExitStatus("126", "the command cannot be run"),
      ExitStatus("127", "the command does not exist"),
      ExitStatus("the command's", "its own status, or 128 and the signal that ended it"),
    ],
    judge: { ServeOptions.judge($0) + ExecRing.judge($0) + judge($0) })

  /// What is wrong with the variables of `--set`.
  static func judge(_ values: Values) -> [Complaint] {
    let known = EmulatorFacts.placeholders.map(\.name)
    return values[set].flatMap { variable -> [Complaint] in
      let word = "\(variable.name)=\(variable.value)"
      func complaint(_ message: String) -> Complaint {
        Complaint(option: "set", value: word, message)
      }
      var complaints: [Complaint] = []
      let isName = variable.name.utf8.enumerated().allSatisfy { index, byte in
        byte == UInt8(ascii: "_")
          || (ASCII.isLetterOrDigit(byte) && (index > 0 || !ASCII.isDigit(byte)))
      }
      if !isName {
        complaints.append(complaint("expected a name of letters, digits and _ before the ="))
      }
      for name in VariableTemplate(variable.value).names {
        if !known.contains(name) {
          let hint =
            NearestName.suggestion(for: name, among: known).map { "; did you mean {\($0)}?" } ?? ""
          complaints.append(
            complaint(
              "{\(name)} is not a placeholder; expected \(known.map { "{\($0)}" }.joined(separator: ", "))\(hint)"
            ))
        } else if name == "control" || name == "page", values[ServeOptions.control] == .off {
          complaints.append(complaint("there is no {\(name)} with --control off"))
        }
      }
      return complaints
    }
  }

  @Sendable static func run(_ values: Values) throws(Failure) {
    let parent = try ParentLink(values)
    let app = values[printEnv] ? nil : try ExecRing.app(values)
    let found = FoundEnvironment(ProcessWords.environment)
    let sets = values[set].map { ($0.name, VariableTemplate($0.value)) }
    let signals = try Signals.take(ChildProcess.forwardedSignals.union([SIGCHLD]))
    try parent.watchInput(isOfCommand: true)
    let lifetime = Lifetime(signals: signals)
    let ((session, variables, ring), endedBy) = try lifetime.start(interrupted: { 128 + $0 }) {
      () throws(Failure) in
      let session = try EmulatorSession(values, parent, ringing: values[ExecRing.url])
      do throws(Failure) {
        let facts = try session.facts()
        return (
          session, EmulatorVariables(facts, sets: sets, found: found),
          try ExecRing(app, values, session)
        )
      } catch {
        session.stop()
        session.endLog()
        session.cleanUp()
        throw error
      }
    }
    defer { session.cleanUp() }
    let status: Int32
    do throws(Failure) {
      if let endedBy { throw .status(128 + endedBy) }
      if values[printEnv] {
        try StandardOutput.write(EnvironmentText.sh(variables.sorted))
        return try lifetime.stop(session, status: 0) {}
      }
      let child = try ChildProcess(
        values[command], environment: variables.environment(from: found), found: signals.found)
      let work = try ring?.begin()
      let onSignal = { if $0 == SIGUSR1 { session.reopenLog() } }
      if let ring, let work, values[RingOptions.wait] {
        status = ring.wait(work, beside: child, signals, onSignal: onSignal)
      } else {
        status = child.wait(signals, onSignal: onSignal)
        ring?.commandEnded(status)
      }
      ring?.stop.set()
    } catch {
      try lifetime.stop(session, status: error.status) {}
      throw error
    }
    try lifetime.stop(session, status: status) {
      session.say(session.totals)
      session.writeEvidence()
    }
    if status != 0 { throw .status(status) }
    try session.requireEvidence()
    try session.requireRules()
  }
}
