import Core
import Options
import Scenarios

/// `redirect-emulator plan FILE`: tells what a scenario will do before anything runs.
enum PlanCommand {
  private static let file = Argument.one(
    "FILE", .file, help: "A scenario file, a folder of them, or - for standard input.")
  private static let requests = Option.one(
    "requests", .wholeNumber(1...100_000), default: 20, valueName: "N", group: "The plan",
    help: "How many requests to tell of.")

  static let declaration = Command(
    "plan", summary: "Tell what a scenario file will do to the first requests.",
    options: [requests.declaration], arguments: [file.declaration],
    examples: [
      Example("redirect-emulator plan bad-day.yaml --requests 5", "Tell of five requests:")
    ],
    exitStatuses: [ExitStatus("65", "the file does not hold what it should")])

  @Sendable static func run(_ values: Values) throws(Failure) {
    guard let file = values[file] else { return }
    let text = ScenarioPlan.text(
      try ScenarioFiles(file).load().scenario ?? Scenario(), requests: values[requests])
    // What comes from the file stays on its line.
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    try StandardOutput.write(
      lines.map { ShownText.line(String($0)) }.joined(separator: "\n"))
  }
}
