import ArgumentParser
import Glibc
import RedirectEmulator

/// `redirect-emulator exec -- COMMAND`: serves for as long as a command runs, and tells it where.
struct ExecCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "exec",
    abstract: "Run a command with an emulator beside it, told where by its environment.")

  @OptionGroup var options: ServeOptions

  @Argument(
    parsing: .postTerminator,
    help: ArgumentHelp("The command and its arguments, after --.", valueName: "command"))
  var command: [String] = []

  func run() throws {
    guard !command.isEmpty else {
      throw Failure.usage("exec: no command; write it after --, as in: exec -- pytest")
    }
    let signals = Signals.block(ChildProcess.forwardedSignals + [SIGCHLD])
    let session = try EmulatorSession(options, defaultPort: 0)
    defer { session.cleanUp() }
    let status: Int32
    do throws(Failure) {
      let child = try ChildProcess(command, environment: try session.commandEnvironment())
      status = child.wait(signals)
    } catch {
      session.stop()
      throw error
    }
    session.stop()
    StandardError.write(session.totals + "\n")
    if status != 0 { throw ExitCode(status) }
    try session.requireRules()
  }
}
