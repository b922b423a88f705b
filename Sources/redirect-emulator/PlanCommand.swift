import Core
import Options
import Scenarios

/// `redirect-emulator plan FILE...`: says what scenarios will do before anything runs.
enum PlanCommand {
  private static let files = Argument.oneOrMore(
    "FILE", .file,
    help:
      "A scenario file, a folder of them, or - for standard input; the rules of several apply in this order."
  )
  private static let requests = Option.one(
    "requests", .wholeNumber(1...100_000), default: 20, valueName: "N", group: "The plan",
    help: "How many requests to predict.")
  private static let attempts = Option.optional(
    "attempts", .wholeNumber(1...10_000), valueName: "N", group: "The plan",
    help: "Predict this many tries of one call instead, and the result of each.")

  static let declaration = Command(
    "plan", summary: "Predict what scenario files do to the first requests.",
    options: [requests.declaration, attempts.declaration], arguments: [files.declaration],
    examples: [
      Example("redirect-emulator plan bad-day.yaml --requests 5", "Predict five requests:"),
      Example(
        "redirect-emulator plan bad-day.yaml --attempts 4", "Predict four tries of one call:"),
    ],
    exitStatuses: [ExitStatus("65", "a file has wrong content")])

  @Sendable static func run(_ values: Values) throws(Failure) {
    var scenario = Scenario()
    for file in values[files] {
      if let more = try ScenarioFiles(file).load().scenario { scenario.append(more) }
    }
    let text =
      if let attempts = values[attempts] {
        ScenarioPlan.text(scenario, attempts: attempts)
      } else {
        ScenarioPlan.text(scenario, requests: values[requests])
      }
    // Text from the file stays on its line.
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    try StandardOutput.write(
      lines.map { ShownText.line(String($0)) }.joined(separator: "\n"))
  }
}
