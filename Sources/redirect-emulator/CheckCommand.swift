import Core
import Documents
import Options
import Scenarios

/// `redirect-emulator check FILE...`: says what is wrong in scenario files.
enum CheckCommand {
  private static let files = Argument.oneOrMore(
    "FILE", .file, help: "A scenario file, a folder of them, or - for standard input.")

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
        let loaded = try ScenarioFiles(file).load()
        for folder in loaded.emptyFolders {
          try say("\(folder): warning: the folder has no file \(ScenarioFiles.form)")
        }
        for (name, scenario) in loaded.parts { try say(name, scenario) }
      } catch {
        guard case .data = error else { throw error }
        isBad = true
        for line in error.lines { try say(line) }
      }
    }
    if isBad { throw .status(65) }
  }

  private static func say(_ file: Path, _ scenario: Scenario) throws(Failure) {
    let warnings = ScenarioChecker.warnings(scenario)
    if warnings.isEmpty {
      try say(
        "\(ShownText.line(file.bytes)): \(scenario.rules.count) rules and \(scenario.connections.count) for connections, nothing wrong"
      )
    }
    for warning in warnings {
      try say(
        "\(ScenarioFiles.place(file, warning.line, warning.column)): warning: \(warning.message)")
    }
  }

  private static func say(_ line: String) throws(Failure) {
    try StandardOutput.write(ShownText.line(line) + "\n")
  }
}
