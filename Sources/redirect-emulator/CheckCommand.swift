import ArgumentParser
import Scenarios

/// `redirect-emulator check FILE...`: says what is wrong in scenario files.
struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Say what is wrong in scenario files, and which rules can never match.")

  @Argument(help: ArgumentHelp("Scenario files, YAML or JSON.", valueName: "file"))
  var files: [String]

  func run() throws {
    var isBad = false
    for file in files {
      do throws(Failure) {
        let scenario = try ScenarioFiles.load(file)
        let warnings = ScenarioChecker.warnings(scenario)
        if warnings.isEmpty {
          StandardOutput.write(
            "\(file): \(scenario.rules.count) rules and \(scenario.connections.count) for connections, nothing wrong\n"
          )
        } else {
          for warning in warnings {
            StandardOutput.write(
              "\(file):\(warning.line):\(warning.column): warning: \(warning.message)\n")
          }
        }
      } catch {
        isBad = true
        StandardOutput.write(error.message + "\n")
      }
    }
    if isBad { throw ExitCode(65) }
  }
}
