import Core
import Glibc
import Options
import RedirectEmulator
import Scenarios

/// `redirect-emulator drill -- COMMAND`: runs an app or its tests through bad days, and says on which ones a caller is
/// lost. The guide Drill describes it.
enum DrillCommand {
  private static let group = "The days"
  private static let running = "How days are run"

  static let day = Option.many(
    "day", .text("the name of a day"), valueName: "NAME", defaultNote: "all",
    environment: .none, group: group,
    help: "Run this day; --list shows the names.")
  static let days = Option.many(
    "days", .file, valueName: "FILE", defaultNote: "those that come with the program",
    environment: .none, group: group,
    help: "Run the day of this scenario file, or of each file of this folder.")
  static let list = Option.flag(
    "list", environment: .none, group: group, help: "Print the days, a line each, and end.")
  static let ring = Option.optional(
    "ring", .text("a URL"), valueName: "URL", environment: .none, group: group,
    help: "The command is an app: ring it here, and judge what becomes of the callers.")
  static let keep = Option.flag(
    "keep", environment: .none, group: running,
    help: "Start the app once for all days, not once for each.")
  static let noSkip = Option.flag(
    "no-skip", environment: .none, group: running,
    help: "Do not skip idle time: for apps that redirect after they took the event.")
  static let allTested = Option.flag(
    "all-tested", environment: .none, group: running,
    help: "End with status 1 where a day could not be tested, too.")
  static let dayTimeout = Option.one(
    "day-timeout", .duration, default: DurationText(.seconds(120)), valueName: "DURATION",
    environment: .none, group: running,
    help: "Stop the command, and fail the day, when it takes longer.")
  static let report = Option.many(
    "report", .file, valueName: "FILE", environment: .none, group: running,
    help: "Write the result of each day, as .html, .json, .md, or as JUnit's .xml.")
  static let seed = Option.optional(
    "seed", .wholeNumber(0...Int.max), valueName: "N", defaultNote: "each day's own",
    environment: .none, group: group,
    help: "The seed of what days decide by chance.")
  static let set = ExecCommand.set
  static let command = Argument.command(
    "COMMAND", requiredUnless: ["list"],
    help: "The app or the test run, and its arguments.")

  /// What serve has, and a run of many days cannot have.
  private static let refused = [
    ServeOptions.watch.declaration, ServeOptions.requireRules.declaration,
    ServeOptions.readyFD.declaration,
  ]

  static let declaration = Command(
    "drill", summary: "Run an app or its tests through bad days, and say who loses a caller.",
    discussion: [
      "The command is run once for each day, with a new emulator that has that day's faults. It finds the emulator in its environment, like the command of exec.",
      "With --ring the command is an app: drill starts it, lets calls ring at it as the day says, and stops it. What became of the callers decides the day. Without --ring the command is a test run. Its exit status and what the emulator saw decide the day.",
      "Standard output gets a line for each day, then the story of each failed day. If a day's fault never happened, the day is not tested.",
    ],
    options: [
      ring.declaration, day.declaration, days.declaration, list.declaration, seed.declaration,
      set.declaration, keep.declaration, RungApp.readyTimeout.declaration, noSkip.declaration,
      dayTimeout.declaration, allTested.declaration, report.declaration,
    ]
      + ServeOptions.all(
        port: ServeOptions.port.withDefault(0),
        controlPort: ServeOptions.controlPort.withDefault(0)
      ).filter { option in
        option.name != report.declaration.name && !refused.contains { $0.name == option.name }
      }.map { option in
        // The table is what a user wants to see; a log line for each request hides it.
        option.name == ServeOptions.logLevel.declaration.name
          ? ServeOptions.logLevel.withDefault(.error) : option
      },
    refusedOptions: refused,
    arguments: [command.declaration], readsEnvironment: true, ignoresOuterRun: true,
    variables: [ServeOptions.scenarioText.declaration],
    setsVariables: EmulatorVariables.declared,
    examples: [
      Example(
        "redirect-emulator drill --ring http://localhost:8080/calls -- node app.js",
        "Ring an app on all days:"),
      Example("redirect-emulator drill -- pytest -k redirect", "Run tests through all days:"),
      Example("redirect-emulator drill --list", "See the days:"),
      Example(
        "redirect-emulator drill --day throttled-twice -- npm test", "Run tests through one:"),
      Example(
        "redirect-emulator drill --report drill.xml -- npm test", "Write a report for CI:"),
    ],
    exitStatuses: [
      ExitStatus("0", "every day that was tested is as expected"),
      ExitStatus(
        "1", "a day is not as expected, or no day was tested; with --all-tested: or one was not"),
      ExitStatus("126", "the command cannot be run"),
      ExitStatus("127", "the command does not exist"),
    ] + ServeOptions.exitStatuses.filter { $0.status != "1" },
    judge: { ServeOptions.judgeAllButReports($0) + ExecCommand.judge($0) + judge($0) })

  private static func judge(_ values: Values) -> [Complaint] {
    var complaints: [Complaint] = []
    func refuse(_ option: String, _ message: String) {
      complaints.append(Complaint(option: option, message))
    }
    for path in values[report] where DrillFormat(path) == nil {
      complaints.append(
        Complaint(
          option: "report", value: path.description,
          "expected a name that ends in .html, .json, .md or .xml"))
    }
    if let url = values[ring] {
      do throws(Webhook.Fault) {
        _ = try Webhook(url)
      } catch {
        complaints.append(Complaint(option: "ring", value: url, "expected \(error)"))
      }
    } else {
      for (option, isGiven) in [("keep", values[keep]), ("no-skip", values[noSkip])]
      where isGiven {
        refuse(option, "expected --ring with it")
      }
    }
    if values.isGiven(ServeOptions.watch) {
      refuse("watch", "expected no such option with drill: each day reads its files once")
    }
    if values.isGiven(ServeOptions.requireRules) {
      refuse("require-rules", "expected --all-tested instead: drill has many scenarios")
    }
    if values.isGiven(ServeOptions.readyFD) {
      refuse("ready-fd", "expected --ready-file instead: drill starts many emulators")
    }
    if values[ServeOptions.scenario].contains(ScenarioFiles.standardInput) {
      complaints.append(
        Complaint(
          option: "scenario", value: "-", "expected a file: each day reads the rules again"))
    }
    return complaints
  }

  @Sendable static func run(_ values: Values) throws(Failure) {
    let days = try DrillDays(
      names: values[day].map { ($0, values.subject(of: day, value: Word($0))) },
      files: values[self.days].map {
        ($0, values.subject(of: self.days, value: Word($0.bytes)))
      },
      seed: values[seed])
    if values[list] { return try StandardOutput.write(days.list) }
    // A report that cannot be written is an error before the minutes that the days take.
    for path in values[report] {
      _ = try WritableFile.place(of: path, .replaced, values.subject(of: report))
    }
    let drilled = try DrillRun(values, days.chosen).run()
    for path in values[report] {
      let bytes =
        switch DrillFormat(path) {
        case .json, nil: drilled.json
        case .junit: Array(drilled.junit.utf8)
        case .html: drilled.html
        case .markdown: Array(drilled.markdown.utf8)
        }
      _ = try WrittenFile(
        path, bytes, values.subject(of: report, value: Word(path.bytes)))
    }
    if !drilled.passed(needsAll: values[allTested]) { throw .status(1) }
  }
}

/// The form of a report, by the file's name.
private enum DrillFormat: String, CaseIterable {
  case html, json, junit = "xml"
  case markdown = "md"

  init?(_ path: Path) {
    let name = String(decoding: path.bytes, as: UTF8.self).lowercased()
    guard let form = Self.allCases.first(where: { name.hasSuffix("." + $0.rawValue) }) else {
      return nil
    }
    self = form
  }
}
