/// The values from a command line and the environment, judged: every value that is read from here is valid.
package struct Values: Sendable {
  private let words: [String: [Word]]
  private let arguments: [String: [Word]]
  private let given: Set<String>
  /// The names of options that were given without a valid value.
  private let wrong: Set<String>
  private let variables: [String: String]
  private let command: Command

  /// - Parameters:
  ///   - words: by option's name; only valid ones that are in effect.
  ///   - given: the names of the options that were given, also if the value is wrong.
  ///   - variables: by option's name, the variable that gave it.
  ///   - arguments: by argument's name; only valid ones.
  ///   - command: its defaults apply where nothing is given.
  init(
    words: [String: [Word]], given: Set<String>, variables: [String: String],
    arguments: [String: [Word]], of command: Command
  ) {
    var all = words
    for option in command.settings where all[option.name] == nil {
      all[option.name] = option.defaultText.map { [Word($0)] } ?? []
    }
    self.words = all
    self.given = given
    wrong = given.subtracting(words.keys)
    self.variables = variables
    self.arguments = arguments
    self.command = command
  }

  /// The option's value: given, or the command's default.
  package subscript<Value>(option: Option<Value>) -> Value {
    guard let words = words[option.declaration.name], let value = option.read(words) else {
      // No command line leads here: the parser keeps valid words only.
      preconditionFailure("--\(option.declaration.name) is not an option of this command")
    }
    return value
  }

  /// The argument's value.
  package subscript<Value>(argument: Argument<Value>) -> Value {
    argument.read(arguments[argument.declaration.name] ?? [])
  }

  /// Whether the command line or the environment gave the option.
  package func isGiven<Value>(_ option: Option<Value>) -> Bool {
    given.contains(option.declaration.name)
  }

  /// Whether the command line gave the option.
  package func isGivenByArgument<Value>(_ option: Option<Value>) -> Bool {
    isGiven(option) && variables[option.declaration.name] == nil
  }

  /// Whether the option was given without a valid value. Reading it from here then gives its default.
  package func isWrong<Value>(_ option: Option<Value>) -> Bool {
    wrong.contains(option.declaration.name)
  }

  /// How messages name an option and its value: `--file /x`, or `TOOL_FILE=/x` if that variable gave it. The value is
  /// clipped and escaped. A secret one is left out.
  ///
  /// - Parameters:
  ///   - name: the option's, without dashes.
  ///   - value: which value of an option that repeats; nil for the one in effect.
  package func subject(of name: String, value: Word? = nil) -> String {
    guard let option = command.settings.first(where: { $0.name == name }) else {
      return "--\(name)\(value.map { " \($0.shown)" } ?? "")"
    }
    return option.subject(value ?? words[name]?.last, variable: variables[name])
  }

  /// The same for a declared option.
  package func subject<Value>(of option: Option<Value>, value: Word? = nil) -> String {
    subject(of: option.declaration.name, value: value)
  }
}
