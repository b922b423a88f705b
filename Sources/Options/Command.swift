/// A command of a program, declared once.
package struct Command: Sendable {
  package let name: String
  /// One line: what it does.
  package let summary: String
  /// More about it, a paragraph each; may be empty.
  package let discussion: [String]
  /// In the order of the help.
  package let options: [OptionDeclaration]
  /// Options that the command refuses. Its judge says what to use instead. Help and completions do not show them.
  package let refusedOptions: [OptionDeclaration]
  package private(set) var arguments: [ArgumentDeclaration]
  /// Whether its options may be given by the environment. A command that reads the environment warns about variables
  /// that have the program's prefix and no meaning.
  package let readsEnvironment: Bool
  /// Whether variables that an outer run of the program set for its command count as not set.
  package let ignoresOuterRun: Bool
  /// Values that only the environment can give. They are declared like options, and read from ``Values`` like options.
  /// The name is the variable's, in lower case and without the program's prefix.
  package let variables: [OptionDeclaration]
  /// Variables that it sets for a program that it starts.
  package let setsVariables: [Variable]
  package let examples: [Example]
  package let exitStatuses: [ExitStatus]
  /// Judges values together that are each valid alone.
  let judge: @Sendable (Values) -> [Complaint]

  /// - Parameter judge: what is wrong with values that are each valid alone. It gets the values that could be read, so
  ///   that all problems are reported at once.
  package init(
    _ name: String, summary: String, discussion: [String] = [], options: [OptionDeclaration] = [],
    refusedOptions: [OptionDeclaration] = [],
    arguments: [ArgumentDeclaration] = [], readsEnvironment: Bool = false,
    ignoresOuterRun: Bool = false,
    variables: [OptionDeclaration] = [], setsVariables: [Variable] = [], examples: [Example],
    exitStatuses: [ExitStatus] = [],
    judge: @escaping @Sendable (Values) -> [Complaint] = { _ in [] }
  ) {
    self.name = name
    self.summary = summary
    self.discussion = discussion
    self.options = options
    self.refusedOptions = refusedOptions
    self.arguments = arguments
    self.readsEnvironment = readsEnvironment
    self.ignoresOuterRun = ignoresOuterRun
    self.variables = variables
    self.setsVariables = setsVariables
    self.examples = examples
    self.exitStatuses = exitStatuses
    self.judge = judge
  }

  fileprivate func resolved(commands names: [String]) -> Command {
    var resolved = self
    resolved.arguments = arguments.map { $0.resolved(commands: names) }
    return resolved
  }

  /// The arguments before `--`.
  var plainArguments: [ArgumentDeclaration] { arguments.filter { $0.count != .afterTerminator } }

  /// How many arguments there may be before `--`; nil if there is no limit.
  var mostArguments: Int? {
    plainArguments.contains { $0.count == .oneOrMore } ? nil : plainArguments.count
  }

  /// What comes after `--`, if the command takes that.
  var terminated: ArgumentDeclaration? { arguments.first { $0.count == .afterTerminator } }

  func option(named name: String) -> OptionDeclaration? { options.first { $0.name == name } }

  /// The same, also for options that the command refuses.
  func readOption(named name: String) -> OptionDeclaration? {
    option(named: name) ?? refusedOptions.first { $0.name == name }
  }

  /// Everything that a value is read from: options, refused options, and what only the environment gives.
  var settings: [OptionDeclaration] { options + refusedOptions + variables }
}

/// A variable of the environment.
package struct Variable: Sendable {
  package let name: String
  package let help: String

  package init(_ name: String, _ help: String) {
    self.name = name
    self.help = help
  }
}

/// A command line that is shown on one line, at most 80 columns with its indentation.
package struct Example: Sendable {
  package let line: String
  /// What it does.
  package let help: String

  package init(_ line: String, _ help: String) {
    self.line = line
    self.help = help
  }
}

/// What an exit status means.
package struct ExitStatus: Sendable, Equatable {
  /// A number, or words if it is another program's status.
  package let status: String
  package let meaning: String

  package init(_ status: String, _ meaning: String) {
    self.status = status
    self.meaning = meaning
  }
}

/// What is wrong with a value that has the right form.
package struct Complaint: Sendable {
  /// The option's name, without dashes.
  let option: String
  /// Which value of an option that repeats; nil for the one in effect.
  let value: String?
  let message: String

  /// - Parameter message: what was expected: `expected a numeric address, or localhost`.
  package init(option: String, value: String? = nil, _ message: String) {
    self.option = option
    self.value = value
    self.message = message
  }
}

/// A program's command line: its commands, and what they have in common.
package struct Program: Sendable {
  package let name: String
  /// One sentence.
  package let summary: String
  /// More about it for the man page, a paragraph each.
  package let description: [String]
  package let version: String
  /// The version's date, `2026-11-28`.
  package let date: String
  /// In the order of the help. The first one runs if no command is named.
  package let commands: [Command]
  /// What the names of all its variables begin with.
  package let environmentPrefix: String
  /// The variable in which a run lists the variables that it set for its command, separated by commas; nil if there is
  /// none.
  package let outerRunVariable: String?
  /// Variables with that prefix that no user sets. No command warns about them, and no text shows them.
  package let internalVariables: [String]
  /// What an exit status means, unless a command says otherwise.
  package let exitStatuses: [ExitStatus]
  package let examples: [Example]
  /// Files that it reads or writes.
  package let files: [(path: String, meaning: String)]
  /// The man page's last section.
  package let seeAlso: String

  package init(
    _ name: String, summary: String, description: [String], version: String, date: String,
    environmentPrefix: String, outerRunVariable: String? = nil, internalVariables: [String] = [],
    exitStatuses: [ExitStatus] = [], examples: [Example],
    files: [(path: String, meaning: String)], seeAlso: String, commands: [Command]
  ) {
    self.name = name
    self.summary = summary
    self.description = description
    self.version = version
    self.date = date
    self.environmentPrefix = environmentPrefix
    self.outerRunVariable = outerRunVariable
    self.internalVariables = internalVariables
    self.exitStatuses = exitStatuses
    self.examples = examples
    self.files = files
    self.seeAlso = seeAlso
    self.commands = commands.map { $0.resolved(commands: commands.map(\.name)) }
  }

  func command(named name: String) -> Command? { commands.first { $0.name == name } }

  /// The variable of an option with this name.
  package func variable(of option: String) -> String {
    environmentPrefix + option.uppercased().map { $0 == "-" ? "_" : String($0) }.joined()
  }

  /// The variable that gives an option of a command; nil if the environment cannot give it.
  package func variable(of option: OptionDeclaration, in command: Command) -> String? {
    guard command.readsEnvironment, option.environment != .none else { return nil }
    return variable(of: option.name)
  }
}
