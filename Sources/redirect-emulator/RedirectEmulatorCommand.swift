import ArgumentParser
import Glibc
import RedirectEmulator

/// The command line. The guide CommandLine describes it.
@main
struct RedirectEmulatorCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "redirect-emulator",
    abstract: "A local emulator of Azure Communication Services' Redirect Call.",
    version: RedirectEmulator.version,
    subcommands: [
      ServeCommand.self, ExecCommand.self, TokenCommand.self, CheckCommand.self, PlanCommand.self,
    ],
    defaultSubcommand: ServeCommand.self)

  /// Reads the environment's options into the arguments and runs the command.
  static func main() {
    do {
      let environment = EnvironmentOptions.current()
      for line in EnvironmentOptions.misspelled(environment) { StandardError.write(line + "\n") }
      let merged = try EnvironmentOptions.merge(
        Array(CommandLine.arguments.dropFirst()), environment: environment)
      do {
        var command = try parseAsRoot(merged.arguments)
        try command.run()
      } catch let failure as Failure {
        StandardError.write(merged.origin(of: failure.message))
        failure.exit()
      } catch {
        if !exitCode(for: error).isSuccess {
          StandardError.write(merged.origin(of: message(for: error)))
        }
        exit(withError: error)
      }
    } catch {
      error.exit()
    }
  }
}
