import Core

/// What a command line asks for.
package enum Invocation: Sendable {
  /// To run a command.
  ///
  /// `warnings` are sentences about variables that have no meaning.
  case run(Command, Values, warnings: [String])
  /// To show the help of a command; nil for the program's own.
  case help(Command?)
  /// To show the version.
  case version
}

extension Program {
  /// Reads a command line and the environment.
  ///
  /// - Parameters:
  ///   - arguments: the words after the program's name.
  ///   - environment: entries `NAME=VALUE`, as in environ(7). If two have the same name, the first one counts.
  /// - Throws: ``UsageError`` with all that is wrong.
  package func parse(_ arguments: [Word], environment: [Word]) throws(UsageError) -> Invocation {
    let first = arguments.first?.text.flatMap { command(named: $0) }
    let asksForHelp = arguments.prefix { $0.bytes != Self.terminator }
      .contains { $0.bytes == Array("-h".utf8) || $0.bytes == Array("--help".utf8) }
    if asksForHelp { return .help(first) }
    if let word = arguments.first, first == nil, !word.looksLikeOption {
      throw UsageError(problems: [unknownCommand(word)], help: "\(name) help")
    }
    let chosen = first ?? commands[0]
    var reading = CommandReading(self, chosen, isNamed: first != nil)
    reading.read(arguments.dropFirst(first == nil ? 0 : 1))
    if reading.asksForVersion, reading.problems.isEmpty { return .version }
    let variables = EnvironmentReader(
      self, environment, ignoresOuterRun: chosen.ignoresOuterRun)
    reading.read(variables)
    let warnings = chosen.readsEnvironment ? variables.warnings : []
    return .run(chosen, try reading.values(warnings), warnings: warnings)
  }

  static let terminator = Array("--".utf8)

  private func unknownCommand(_ word: Word) -> UsageError.Problem {
    UsageError.Problem(
      "\(word.shown): expected a command: \(listing(commands.map(\.name)))",
      hint: NearestName.suggestion(for: word.shown, among: commands.map(\.name))
        .map { "did you mean \($0)?" })
  }
}
