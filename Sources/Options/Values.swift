/// What a command line and the environment gave, judged: every value that is read from here is right.
package struct Values: Sendable {
  private let words: [String: [Word]]
  private let arguments: [String: [Word]]
  private let given: Set<String>

  /// - Parameters:
  ///   - words: by option's name; only valid ones.
  ///   - arguments: by argument's name; only valid ones.
  ///   - command: whose defaults hold where nothing is given.
  init(words: [String: [Word]], arguments: [String: [Word]], of command: Command) {
    var all = words
    for option in command.settings where all[option.name] == nil {
      all[option.name] = option.defaultText.map { [Word($0)] } ?? []
    }
    self.words = all
    self.arguments = arguments
    given = Set(words.keys)
  }

  /// The option's value: given, or the command's default.
  package subscript<Value>(option: Option<Value>) -> Value {
    guard let words = words[option.declaration.name], let value = option.read(words) else {
      // Not reached by what anybody types: the parser keeps valid words only.
      preconditionFailure("--\(option.declaration.name) is no option of this command")
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
}
