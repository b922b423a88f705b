import Core
import Glibc
import Scenarios

/// Options given by the environment: `REDIRECT_EMULATOR_PORT=0` is `--port 0`. The command line wins.
enum EnvironmentOptions {
  private static let prefix = "REDIRECT_EMULATOR_"

  /// An option of `serve` and `exec`.
  private struct Option {
    var name: String
    var isFlag = false
    /// Given as a list parted by commas in the environment.
    var repeats = false

    var variable: String {
      prefix + String(name.map { $0 == "-" ? "_" : Character($0.uppercased()) })
    }
  }

  private static let options: [Option] =
    [
      "host", "port", "ready-file", "access-key", "auth", "token-keys", "calls", "tls-dir",
      "tls-cert",
      "tls-key", "threads", "journal-limit", "max-connections", "max-header", "max-body",
      "idle-timeout", "header-timeout", "control", "control-key", "log-level", "log-format",
    ].map { Option(name: $0) }
    + ["skip-api-version-check", "strict", "require-rules", "watch"].map {
      Option(name: $0, isFlag: true)
    }
    + ["api-version", "scenario", "control-host"].map { Option(name: $0, repeats: true) }

  private static let subcommands: Set<String> = ["serve", "exec", "token", "check", "plan", "help"]

  static func current() -> [String: String] {
    var variables: [String: String] = [:]
    var pointer = environ
    while let entry = pointer.pointee {
      let text = String(cString: entry)
      if text.hasPrefix(prefix), let equals = text.firstIndex(of: "=") {
        variables[String(text[..<equals])] = String(text[text.index(after: equals)...])
      }
      pointer += 1
    }
    return variables
  }

  /// What `exec` tells its command beside what is an option as well.
  private static let outputs = ["ENDPOINT", "HTTPS_ENDPOINT", "TOKEN", "CA_FILE"].map {
    prefix + $0
  }

  /// A line for each variable that is nearly an option's name, and so is likely meant to be one.
  static func misspelled(_ environment: [String: String]) -> [String] {
    // Without the prefix, which would make every two of them look alike.
    let names = options.map { String($0.variable.dropFirst(prefix.count)) }
    return environment.keys.sorted().compactMap { variable in
      let name = String(variable.dropFirst(prefix.count))
      guard !names.contains(name), !outputs.contains(variable),
        let nearest = NearestName.suggestion(for: name, among: names)
      else { return nil }
      return "warning: \(variable) is no option's variable; did you mean \(prefix)\(nearest)?"
    }
  }

  /// Arguments, with the environment's options put in.
  struct Merged {
    var arguments: [String]
    /// The options that the environment gave, each with its variable.
    var added: [(option: String, variable: String)] = []

    /// A line that names the variables of the options that a message speaks of; empty where none of them came from the
    /// environment. Values are not told: some are secrets.
    func origin(of message: String) -> String {
      let words = message.split { !$0.isLetter && $0 != "-" }
      let variables = added.filter { words.contains($0.option[...]) }
        .map { "\($0.option) was given by the environment, as \($0.variable)" }
      return variables.isEmpty ? "" : variables.joined(separator: "; ") + "\n"
    }
  }

  /// The arguments with the environment's options put in, where the command line has none of that name.
  ///
  /// - Throws: ``Failure/usage(_:)`` where a flag's variable is neither true nor false.
  static func merge(_ arguments: [String], environment: [String: String]) throws(Failure)
    -> Merged
  {
    let command = arguments.first.flatMap { subcommands.contains($0) ? $0 : nil }
    guard command == nil || command == "serve" || command == "exec" else {
      return Merged(arguments: arguments)
    }
    let head = command == nil ? [] : [arguments[0]]
    let own = arguments.dropFirst(head.count)
    let options = own.prefix { $0 != "--" }
    var added: [String] = []
    var merged = Merged(arguments: [])
    for option in Self.options {
      guard let value = environment[option.variable], !isOutput(option, value) else { continue }
      let spelled = "--" + option.name
      if options.contains(where: { $0 == spelled || $0.hasPrefix(spelled + "=") }) { continue }
      merged.added.append((spelled, option.variable))
      if option.isFlag {
        switch value.lowercased() {
        case "1", "true", "on", "yes": added.append(spelled)
        case "", "0", "false", "off", "no": break
        default:
          throw .usage(
            "\(option.variable)=\(value): expected true or false (or 1, 0, on, off, yes, no)")
        }
      } else if option.repeats {
        for part in value.split(separator: ",") { added.append("\(spelled)=\(part)") }
      } else {
        added.append("\(spelled)=\(value)")
      }
    }
    merged.arguments = head + added + own
    return merged
  }

  /// `exec` tells its command the control API's address in a variable that is also the option's: an emulator
  /// started by that command must not take the address for a setting.
  private static func isOutput(_ option: Option, _ value: String) -> Bool {
    option.name == "control" && value.hasPrefix("http://")
  }
}
