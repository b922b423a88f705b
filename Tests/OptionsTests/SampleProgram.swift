import Core
import Options

/// A command line with all that can be declared: three commands of one program in which one name means different
/// things.
enum Sample {
  enum Mode: String, CaseIterable, Sendable {
    case fast, slow
  }

  static let port = Option.one(
    "port", .port, default: 4010, valueName: "PORT", group: "Serving", help: "Listen here.")
  static let host = Option.one(
    "host", .text(), default: "127.0.0.1", valueName: "ADDRESS", group: "Serving",
    help: "Listen on this address.")
  static let mode = Option.one(
    "mode", Kind<Mode>.choice, default: .fast, valueName: "MODE", group: "Serving",
    help: "How fast it is.")
  static let size = Option.one(
    "size", .size(256...4_096), default: ByteCount(bytes: 1_024), valueName: "SIZE",
    group: "Serving", help: "How large it is.")
  static let time = Option.one(
    "time", .duration, default: DurationText(.seconds(60)), valueName: "DURATION",
    group: "Serving", help: "How long it takes.")
  static let number = Option.one(
    "number", .wholeNumber(-5...64), default: 1, valueName: "N", group: "Serving",
    help: "How many there are.")
  static let strict = Option.flag("strict", group: "Serving", help: "Reject more.")
  static let key = Option.optional(
    "key", .text("a key"), valueName: "KEY", isSecret: true, environment: .variableNotEmpty,
    group: "Serving", help: "Ask for this key.")
  static let file = Option.optional(
    "file", .file, valueName: "PATH", group: "Serving", help: "Write this file.")
  static let name = Option.many(
    "name", .text(), valueName: "NAME", group: "Serving", help: "A name.")
  static let control = Option.one(
    "control", Kind<Switch>.choice, default: .on, valueName: "SWITCH",
    environment: .variableUnless(prefix: "http://"), group: "Serving", help: "Control it.")

  enum Switch: String, CaseIterable, Sendable {
    case on, off
  }

  static let serve = Command(
    "serve", summary: "Serve.",
    options: [
      host.declaration, port.declaration, mode.declaration, size.declaration, time.declaration,
      number.declaration, strict.declaration, key.declaration, file.declaration, name.declaration,
      control.declaration,
    ],
    readsEnvironment: true, ignoresOuterRun: true,
    examples: [Example("tool serve", "Serve:")],
    exitStatuses: [ExitStatus("0", "ended by a signal"), ExitStatus("69", "it is taken")],
    judge: { values in
      var complaints: [Complaint] = []
      if values[host] == "nowhere" {
        complaints.append(Complaint(option: "host", "expected a place"))
      }
      for name in values[name] where name == "bad" {
        complaints.append(Complaint(option: "name", value: name, "expected a good one"))
      }
      if values[key] == "short" {
        complaints.append(Complaint(option: "key", "expected a long key"))
      }
      return complaints
    })

  static let command = Argument.command(
    "COMMAND", requiredUnless: ["print-env"], help: "The command.")
  static let printEnv = Option.flag(
    "print-env", environment: .none, group: "Running", help: "Print, and end.")
  static let set = Option.many(
    "set", .assignment, valueName: "NAME=TEMPLATE", environment: .none, group: "Running",
    help: "Set a variable.")

  static let exec = Command(
    "exec", summary: "Run a command.",
    options: [
      port.withDefault(0), strict.declaration, printEnv.declaration, set.declaration,
      control.declaration,
    ],
    arguments: [command.declaration], readsEnvironment: true,
    setsVariables: [
      Variable("TOOL_TOKEN", "A token."), Variable("CA", "A file."),
      Variable("TOOL_CONTROL", "The address."), Variable("TOOL_SET", "Names."),
    ],
    examples: [Example("tool exec -- make", "Run make:")])

  /// `ring`'s `--control` is an address, `serve`'s a switch.
  static let ringControl = Option.optional(
    "control", .text("an address"), valueName: "URL", group: "Ringing",
    help: "The emulator's address.")
  static let to = Argument.one(
    "URL", .text("an address"), requiredUnless: ["print"], help: "The webhook.")
  static let ringPrint = Option.flag("print", group: "Ringing", help: "Print, and send nothing.")
  static let header = Option.many(
    "header", .header, valueName: "NAME:VALUE", group: "Ringing", help: "A header to send.")

  static let ring = Command(
    "ring", summary: "Ring.",
    options: [ringControl.declaration, ringPrint.declaration, header.declaration],
    arguments: [to.declaration], examples: [Example("tool ring http://localhost/", "Ring:")])

  static let controlPort = Option.optional(
    "control-port", .port, valueName: "PORT", group: "", help: "Where to ask.")

  static let healthControl = Option.optional(
    "control", .text("an address"), valueName: "URL",
    environment: .variableNotOneOf(["on", "off"]),
    group: "", help: "Where to ask, as a URL.")

  /// `health` reads variables that it has no options for.
  static let health = Command(
    "health", summary: "Ask whether it is well.", options: [port.declaration],
    readsEnvironment: true, variables: [controlPort.declaration, healthControl.declaration],
    examples: [Example("tool health", "Ask:")])

  static let depth = Option.one(
    "depth", .wholeNumber(1...9), default: 3, valueName: "N", environment: .none,
    group: "Checking", help: "How deep to look.")
  static let files = Argument.oneOrMore("FILE", .file, help: "A file.")
  static let check = Command(
    "check", summary: "Check files.", options: [depth.declaration], arguments: [files.declaration],
    examples: [Example("tool check a.yaml", "Check a file:")])

  static let topic = Argument.commandName("COMMAND", help: "A command.")
  static let help = Command(
    "help", summary: "Help.", arguments: [topic.declaration],
    examples: [Example("tool help ring", "Help with ring:")])

  static let program = Program(
    "tool", summary: "A tool.", description: ["It is a tool."], version: "1.2.3",
    date: "2026-11-28", environmentPrefix: "TOOL_", outerRunVariable: "TOOL_SET",
    internalVariables: ["TOOL_BINARY"],
    exitStatuses: [ExitStatus("0", "it did so"), ExitStatus("64", "wrong usage")],
    examples: [Example("tool", "Serve:")], files: [("PATH of --file", "A file.")],
    seeAlso: "make(1)", commands: [serve, exec, ring, health, check, help])

  /// Reads a command line as typed, in words without blanks.
  static func parse(_ arguments: [String], _ environment: [String] = []) throws(UsageError)
    -> Invocation
  {
    try program.parse(arguments.map { Word($0) }, environment: environment.map { Word($0) })
  }

  /// What a command that runs was given.
  static func values(_ arguments: [String], _ environment: [String] = []) throws -> Values {
    guard case .run(_, let values, _) = try parse(arguments, environment) else {
      throw NotRun()
    }
    return values
  }

  struct NotRun: Error {}
}
