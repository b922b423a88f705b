/// A command of a program, declared once.
package struct Command: Sendable {
  package let name: String
  /// One line: what it does.
  package let summary: String
  /// More about it, a paragraph each; may be empty.
  package let discussion: [String]
  /// In the order of the help.
  package let options: [OptionDeclaration]
  /// Options that it refuses, and says what to use instead. Its judge does that; no help and no completion has them.
  package let refusedOptions: [OptionDeclaration]
  package private(set) var arguments: [ArgumentDeclaration]
  /// Whether its options may be given by the environment. A command that reads the environment warns of variables
  /// that have the program's prefix and mean nothing.
  package let readsEnvironment: Bool
  /// Whether what an outer run of the program set for its command counts as not set.
  package let ignoresOuterRun: Bool
  /// What only the environment gives: declared as options are, and read from ``Values`` as they are. The name is the
  /// variable's, in lower case and without the program's prefix.
  package let variables: [OptionDeclaration]
  /// What it sets in the environment of a program that it starts.
  package let setsVariables: [Variable]
  package let examples: [Example]
  package let exitStatuses: [ExitStatus]
  /// Judges values that are right each by itself.
  let judge: @Sendable (Values) -> [Complaint]

  /// - Parameter judge: what is wrong with values that are right each by itself. Called with those that could be read,
  ///   so that all that is wrong is told at once.
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

  /// How many arguments there may be before `--`; nil if there is no end to them.
  var mostArguments: Int? {
    plainArguments.contains { $0.count == .oneOrMore } ? nil : plainArguments.count
  }

  /// What comes after `--`, where the command takes that.
  var terminated: ArgumentDeclaration? { arguments.first { $0.count == .afterTerminator } }

  func option(named name: String) -> OptionDeclaration? { options.first { $0.name == name } }

  /// The same, also of those that it refuses.
  func readOption(named name: String) -> OptionDeclaration? {
    option(named: name) ?? refusedOptions.first { $0.name == name }
  }

  /// All that a value is read from: options, those that are refused, and what only the environment gives.
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

/// A command line that is shown whole, at most 80 columns with its indentation.
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
  /// A number, or words where it is another program's.
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
  /// In the order of the help. The first runs where no command is named.
  package let commands: [Command]
  /// What the names of all its variables begin with.
  package let environmentPrefix: String
  /// The variable in which a run names what it set for its command, separated by commas; nil if none does.
  package let outerRunVariable: String?
  /// Variables with that prefix that no user sets, and of which no command warns. No text shows them.
  package let internalVariables: [String]
  /// What an exit status means where a command says nothing else of it.
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

  /// The variable of an option of this name.
  package func variable(of option: String) -> String {
    environmentPrefix + option.uppercased().map { $0 == "-" ? "_" : String($0) }.joined()
  }

  /// The variable that gives an option of a command; nil if the environment cannot give it.
  package func variable(of option: OptionDeclaration, in command: Command) -> String? {
    guard command.readsEnvironment, option.environment != .none else { return nil }
    return variable(of: option.name)
  }
}
