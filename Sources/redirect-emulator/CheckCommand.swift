import Core
import Documents
import Options
import Scenarios

/// `redirect-emulator check FILE...`: reports what is wrong in scenario files.
enum CheckCommand {
  private static let files = Argument.oneOrMore(
    "FILE", .file, help: "A scenario file, a folder of them, or - for standard input.")

  private static let strict = Option.flag(
    "strict", group: "The check", help: "Fail where there are warnings, too.")

  static let declaration = Command(
    "check", summary: "Say what is wrong in scenario files, and which rules can never match.",
    discussion: [
      "Errors and warnings are written to standard output, as FILE:LINE:COLUMN and what is wrong."
    ],
    options: [strict.declaration], arguments: [files.declaration],
    examples: [
      Example("redirect-emulator check bad-day.yaml", "Check a file:"),
      Example(
        "redirect-emulator check --strict scenarios/*.yaml", "Check files, as a build does:"),
    ],
    exitStatuses: [
      ExitStatus("0", "no file has an error; there may be warnings"),
      ExitStatus("65", "a file has an error, or with --strict a warning"),
    ])

  @Sendable static func run(_ values: Values) throws(Failure) {
    var isBad = false
    for file in values[files] {
      do throws(Failure) {
        let loaded = try ScenarioFiles(file).load()
        for folder in loaded.emptyFolders {
          if values[strict] { isBad = true }
          try say("\(folder): warning: the folder has no file \(ScenarioFiles.form)")
        }
        for (name, scenario) in loaded.parts {
          let warnings = ScenarioChecker.warnings(scenario)
          if values[strict], !warnings.isEmpty { isBad = true }
          try say(name, scenario, warnings)
        }
      } catch {
        guard case .data = error else { throw error }
        isBad = true
        for line in error.lines { try say(line) }
      }
    }
    if isBad { throw .status(65) }
  }

  /// Scenarios guide, "Rules for connections".
  private static let connectionNote =
    "a resource of its own decides only about connections over https to its host name, such as my-test.localhost; the default resource decides about all others"

  private static func say(
    _ file: Path, _ scenario: Scenario, _ warnings: [DocumentIssue]
  ) throws(Failure) {
    if warnings.isEmpty {
      try say(
        "\(ShownText.line(file.bytes)): \(counts(scenario)), nothing wrong"
      )
    }
    if let rule = scenario.connections.first?.source {
      try say("\(ScenarioFiles.place(file, rule.line, rule.column)): note: \(connectionNote)")
    }
    for warning in warnings {
      try say(
        "\(ScenarioFiles.place(file, warning.line, warning.column)): warning: \(warning.message)")
    }
  }

  private static func counts(_ scenario: Scenario) -> String {
    let rules = CountText(scenario.rules.count, "rule")
    let connections = "\(scenario.connections.count) for connections"
    if scenario.events.isEmpty { return "\(rules) and \(connections)" }
    return "\(rules), \(connections) and \(scenario.events.count) for events"
  }

  private static func say(_ line: String) throws(Failure) {
    try StandardOutput.write(ShownText.line(line) + "\n")
  }
}
