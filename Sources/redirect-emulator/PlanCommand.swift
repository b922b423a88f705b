import ArgumentParser
import Scenarios

/// `redirect-emulator plan FILE`: tells what a scenario will do before anything runs.
struct PlanCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan",
    abstract: "Tell what a scenario file will do to the first requests.")

  @Argument(help: ArgumentHelp("A scenario file, YAML or JSON.", valueName: "file"))
  var file: String

  @Option(
    help: ArgumentHelp("How many requests (default: 20).", valueName: "n"),
    transform: OptionValue.wholeNumber)
  var requests = 20

  func run() throws {
    guard (1...100_000).contains(requests) else {
      throw Failure.usage("--requests \(requests): expected a whole number from 1 to 100000")
    }
    StandardOutput.write(ScenarioPlan.text(try ScenarioFiles.load(file), requests: requests))
  }
}
