import Documents
import Core
import Options
import Scenarios

/// `redirect-emulator check FILE...`: says what is wrong in scenario files.
enum CheckCommand {
  private static let files = Argument.oneOrMore(
    "FILE", .file, help: "A scenario file, YAML or JSON.")

  static let declaration = Command(
    "check", summary: "Say what is wrong in scenario files, and which rules can never match.",
    arguments: [files.declaration],
    examples: [Example("redirect-emulator check bad-day.yaml", "Check a file:")],
    exitStatuses: [
      ExitStatus("0", "no file has an error; there may be warnings"),
      ExitStatus("65", "a file has an error"),
    ])

  @Sendable static func run(_ values: Values) throws(Failure) {
    var isBad = false
    for file in values[files] {
      do throws(Failure) {
        let scenario = try ScenarioFiles.load(file)
        let warnings = ScenarioChecker.warnings(scenario)
        if warnings.isEmpty {
          StandardOutput.write(
            "\(file): \(scenario.rules.count) rules and \(scenario.connections.count) for connections, nothing wrong\n"
          )
        }
        for warning in warnings {
          StandardOutput.write(
            "\(file):\(warning.line):\(warning.column): warning: \(warning.message)\n")
        }
      } catch {
        isBad = true
        StandardOutput.write(error.message + "\n")
      }
    }
    if isBad { throw .status(65) }
  }
}
