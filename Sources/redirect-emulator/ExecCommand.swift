import Glibc
import Options
import RedirectEmulator

/// `redirect-emulator exec -- COMMAND`: serves for as long as a command runs, and tells it where.
enum ExecCommand {
  private static let command = Argument.command(
    "COMMAND", help: "The command that runs beside the emulator, and its arguments.")

  static let declaration = Command(
    "exec", summary: "Run a command with an emulator beside it.",
    discussion: [
      "The command finds the emulator in its environment, by variables that it sets. The emulator ends when the command does."
    ],
    options: ServeOptions.all(
      port: ServeOptions.port.withDefault(0), controlPort: ServeOptions.controlPort.withDefault(0)),
    arguments: [command.declaration], readsEnvironment: true,
    setsVariables: [
      Variable("REDIRECT_EMULATOR_ENDPOINT", "The endpoint, with http."),
      Variable("REDIRECT_EMULATOR_HTTPS_ENDPOINT", "The endpoint, with https."),
      Variable("REDIRECT_EMULATOR_CONTROL", "The address of the control API."),
      Variable("REDIRECT_EMULATOR_ACCESS_KEY", "The access key of the default resource."),
      Variable("REDIRECT_EMULATOR_TOKEN", "A user access token."),
      Variable("REDIRECT_EMULATOR_CA_FILE", "The file with the CA's certificate."),
      Variable(
        "COMMUNICATION_SERVICES_CONNECTION_STRING", "The connection string, with https."),
      Variable("AZURE_COMMUNICATION_CONNECTION_STRING", "The same."),
      Variable("COMMUNICATION_CONNECTION_STRING", "The same."),
      Variable("REQUESTS_CA_BUNDLE", "The file with the system's CAs and the emulator's."),
      Variable("SSL_CERT_FILE", "The same."),
      Variable("CURL_CA_BUNDLE", "The same."),
      Variable("NODE_EXTRA_CA_CERTS", "The file with the CA's certificate."),
    ],
    examples: [
      Example("redirect-emulator exec -- pytest", "Run tests with an emulator beside them:"),
      Example(
        "redirect-emulator exec --scenario bad-day.yaml --require-rules -- npm test",
        "Bring about faults, and fail if one never happened:"),
      Example("redirect-emulator exec -- env", "See what the command would find:"),
    ],
    exitStatuses: ServeOptions.exitStatuses + [
      ExitStatus("126", "the command cannot be run"),
      ExitStatus("127", "the command does not exist"),
      ExitStatus("the command's", "its own status, or 128 and the signal that ended it"),
    ],
    judge: { ServeOptions.judge($0) })

  @Sendable static func run(_ values: Values) throws(Failure) {
    let signals = try Signals.take(ChildProcess.forwardedSignals.union([SIGCHLD]))
    let lifetime = Lifetime(signals: signals)
    let ((session, environment), endedBy) = try lifetime.start(interrupted: { 128 + $0 }) {
      () throws(Failure) in
      let session = try EmulatorSession(values)
      do throws(Failure) {
        return (session, try session.commandEnvironment(setting: declaration.setsVariables))
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
      let child = try ChildProcess(
        values[command], environment: environment, found: signals.found)
      status = child.wait(signals) { if $0 == SIGUSR1 { session.reopenLog() } }
    } catch {
      try lifetime.stop(session, status: error.status) {}
      throw error
    }
    try lifetime.stop(session, status: status) { session.say(session.totals) }
    if status != 0 { throw .status(status) }
    try session.requireRules()
  }
}
