import Core

/// What a command line asks for.
package enum Invocation: Sendable {
  /// To run a command.
  ///
  /// `warnings` are sentences about variables that mean nothing.
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
  ///   - environment: entries `NAME=VALUE`, as environ(7) has them. Of two of one name the first one counts.
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
    var parse = CommandParse(self, chosen)
    parse.read(arguments.dropFirst(first == nil ? 0 : 1))
    if parse.asksForVersion, parse.problems.isEmpty { return .version }
    let variables = EnvironmentReader(self, environment)
    parse.read(variables)
    return .run(
      chosen, try parse.values(), warnings: chosen.readsEnvironment ? variables.warnings : [])
  }

  static let terminator = Array("--".utf8)

  private func unknownCommand(_ word: Word) -> UsageError.Problem {
    UsageError.Problem(
      "\(word.shown): expected a command: \(listing(commands.map(\.name)))",
      hint: NearestName.suggestion(for: word.shown, among: commands.map(\.name))
        .map { "did you mean \($0)?" })
  }
}

extension Word {
  /// Whether the word begins with a dash and is more than one.
  var looksLikeOption: Bool { bytes.count > 1 && bytes[0] == UInt8(ascii: "-") }
}

/// The reading of one command's words.
private struct CommandParse {
  /// A value, where it came from, and where that is in the order in which problems are told.
  private struct Given {
    var word: Word
    var source: Source
    var isValid: Bool
  }

  private enum Source {
    /// The index of the word that names the option.
    case argument(Int)
    case variable(String)
  }

  private let program: Program
  private let command: Command
  private var options: [String: [Given]] = [:]
  private var plain: [Word] = []
  private var terminated: [Word]?
  private var judged: [(order: Order, problem: UsageError.Problem)] = []
  private(set) var asksForVersion = false

  /// Words by their place, then what is missing, then variables by name.
  private enum Order: Comparable {
    case argument(Int)
    case missing
    case variable(String)
  }

  var problems: [UsageError.Problem] { judged.map(\.problem) }

  init(_ program: Program, _ command: Command) {
    self.program = program
    self.command = command
  }

  // MARK: words

  mutating func read(_ words: ArraySlice<Word>) {
    var index = words.startIndex
    while index < words.endIndex {
      let word = words[index]
      let place = index
      index += 1
      if word.bytes == Program.terminator {
        readAfterTerminator(words[index...], place)
        return
      }
      guard word.looksLikeOption else {
        if !readPlain(word, place, words) { return }
        continue
      }
      guard word.bytes.starts(with: "--".utf8) else {
        refuse(place, "\(word.shown): there is no such option")
        index = afterValue(words, index)
        continue
      }
      let equals = word.bytes.firstIndex(of: UInt8(ascii: "="))
      let name = Word(word.bytes[2..<(equals ?? word.bytes.count)])
      let attached = equals.map { Word(word.bytes[($0 + 1)...]) }
      if name.bytes == Array("version".utf8), attached == nil,
        command.option(named: "version") == nil
      {
        asksForVersion = true
        continue
      }
      guard let text = name.text, let option = command.option(named: text) else {
        refuse(place, "--\(name.shown): there is no such option", hint: hint(for: name))
        if attached == nil { index = afterValue(words, index) }
        continue
      }
      if let attached {
        take(attached, of: option, .argument(place))
      } else if option.isFlag {
        take(Word("true"), of: option, .argument(place))
      } else if index < words.endIndex, canBeValue(words[index]) {
        take(words[index], of: option, .argument(place))
        index += 1
      } else {
        refuse(place, "--\(option.name) needs a value: \(option.expected)")
      }
    }
  }

  /// Passes what may be the value of an option that does not exist, and a secret. A word that looks like an option may
  /// itself be a misspelt one with a secret behind it.
  private func afterValue(_ words: ArraySlice<Word>, _ start: Int) -> Int {
    var index = start
    while index < words.endIndex, canBeValue(words[index]) {
      index += 1
      if !words[index - 1].looksLikeOption { break }
    }
    return index
  }

  /// Whether a word may be the value of an option before it. A value may begin with a dash.
  private func canBeValue(_ word: Word) -> Bool {
    guard word.bytes != Program.terminator else { return false }
    guard word.bytes.starts(with: "--".utf8) else { return true }
    let name = Word(word.bytes.dropFirst(2).prefix { $0 != UInt8(ascii: "=") })
    return name.text.flatMap { command.option(named: $0) } == nil
  }

  /// - Returns: whether to read on.
  private mutating func readPlain(_ word: Word, _ place: Int, _ words: ArraySlice<Word>) -> Bool {
    if let argument = argument(at: plain.count) {
      plain.append(word)
      if !argument.isValid(word) {
        refuse(
          place, "\(word.shown): expected \(argument.expected)",
          hint: nearest(word, argument.completion))
      }
      return true
    }
    let rest = words[place...]
    if command.terminated != nil, !rest.contains(where: { $0.bytes == Program.terminator }) {
      // All that follows is the command's own.
      refuse(
        place, "\(word.shown): expected -- before the command",
        hint: "put -- before the command: \(program.name) \(command.name) -- \(word.shown)")
      return false
    }
    var hint: String?
    if let other = word.text.flatMap({ program.command(named: $0) }) {
      hint = "options of \(other.name) come after \(other.name)"
    }
    refuse(place, "\(word.shown): expected no argument here", hint: hint)
    // Behind another command everything is that one's.
    return hint == nil
  }

  private func nearest(_ word: Word, _ completion: ValueCompletion) -> String? {
    guard case .choices(let words) = completion else { return nil }
    return NearestName.suggestion(for: word.shown, among: words).map { "did you mean \($0)?" }
  }

  private func argument(at index: Int) -> ArgumentDeclaration? {
    let arguments = command.plainArguments
    if index < arguments.count { return arguments[index] }
    return arguments.last.flatMap { $0.count == .oneOrMore ? $0 : nil }
  }

  private mutating func readAfterTerminator(_ words: ArraySlice<Word>, _ place: Int) {
    if command.terminated != nil {
      terminated = Array(words)
      return
    }
    for (offset, word) in words.enumerated() {
      if let argument = argument(at: plain.count) {
        plain.append(word)
        if !argument.isValid(word) {
          refuse(place + 1 + offset, "\(word.shown): expected \(argument.expected)")
        }
      } else {
        let runner = program.commands.first { $0.terminated != nil }
        refuse(
          place + 1 + offset, "\(word.shown): expected no argument here",
          hint: runner.map {
            "to run a command beside it: \(program.name) \($0.name) -- \(word.shown)"
          })
        return
      }
    }
  }

  private func hint(for name: Word) -> String? {
    guard let text = name.text else { return nil }
    let owners = program.commands.filter { $0.option(named: text) != nil }.map(\.name)
    if !owners.isEmpty { return "--\(text) is an option of \(listing(owners, "and"))" }
    return NearestName.suggestion(
      for: text, among: command.options.map(\.name) + ["help", "version"]
    ).map { "did you mean --\($0)?" }
  }

  // MARK: values

  private mutating func take(_ word: Word, of option: OptionDeclaration, _ source: Source) {
    let isValid = option.isValid(word)
    options[option.name, default: []].append(Given(word: word, source: source, isValid: isValid))
    if !isValid { refuse(word, of: option, source, "expected \(option.expected)") }
  }

  private mutating func refuse(
    _ word: Word, of option: OptionDeclaration, _ source: Source, _ message: String
  ) {
    switch source {
    case .argument(let place):
      let subject =
        option.isSecret
        ? "--\(option.name)"
        : option.isFlag ? "--\(option.name)=\(word.shown)" : "--\(option.name) \(word.shown)"
      refuse(place, "\(subject): \(message)")
    case .variable(let name):
      judged.append(
        (
          .variable(name),
          UsageError.Problem("\(option.isSecret ? name : "\(name)=\(word.shown)"): \(message)")
        ))
    }
  }

  private mutating func refuse(_ place: Int, _ message: String, hint: String? = nil) {
    judged.append((.argument(place), UsageError.Problem(message, hint: hint)))
  }

  /// Takes what the environment gives of options that the command line does not.
  mutating func read(_ environment: EnvironmentReader) {
    for option in command.settings where options[option.name] == nil {
      guard let variable = program.variable(of: option, in: command),
        let value = environment[variable]
      else { continue }
      if value.bytes.isEmpty {
        if option.environment == .variableNotEmpty {
          judged.append(
            (
              .variable(variable),
              UsageError.Problem(
                "\(variable) is empty: expected \(option.expected), or the variable not set")
            ))
        }
        continue
      }
      if case .variableUnless(let prefix) = option.environment,
        value.bytes.starts(with: prefix.utf8)
      {
        continue
      }
      if option.repeats {
        for part in value.bytes.split(separator: UInt8(ascii: ",")) {
          take(Word(part), of: option, .variable(variable))
        }
      } else {
        take(value, of: option, .variable(variable))
      }
    }
  }

  /// Judges all, and makes the values of what is right.
  ///
  /// - Throws: ``UsageError`` where anything is wrong.
  mutating func values() throws(UsageError) -> Values {
    refuseMissing()
    let given = options.compactMapValues { given -> [Word]? in
      let valid = given.filter(\.isValid).map(\.word)
      return valid.isEmpty ? nil : valid
    }
    var arguments: [String: [Word]] = [:]
    for (index, word) in plain.enumerated() {
      guard let argument = argument(at: index), argument.isValid(word) else { continue }
      arguments[argument.name, default: []].append(word)
    }
    if let argument = command.terminated { arguments[argument.name] = terminated ?? [] }
    let values = Values(words: given, arguments: arguments, of: command)
    for complaint in command.judge(values) { refuse(complaint) }
    guard judged.isEmpty else {
      // Stable: two problems of one place stay in the order in which they were found.
      let sorted = judged.enumerated().sorted {
        ($0.element.order, $0.offset) < ($1.element.order, $1.offset)
      }
      throw UsageError(
        problems: sorted.map(\.element.problem), help: "\(program.name) help \(command.name)")
    }
    return values
  }

  private mutating func refuseMissing() {
    var index = 0
    for argument in command.plainArguments {
      let isGiven = index < plain.count
      index += 1
      if isGiven || argument.count == .optional || isWaived(argument) { continue }
      judged.append((.missing, UsageError.Problem("expected \(argument.name): \(argument.help)")))
    }
    guard let argument = command.terminated, terminated?.isEmpty ?? true, !isWaived(argument),
      judged.isEmpty || terminated != nil
    else { return }
    judged.append(
      (
        .missing,
        UsageError.Problem(
          "no command: expected -- and a command",
          hint: "put -- before the command: \(program.name) \(command.name) -- pytest")
      ))
  }

  private func isWaived(_ argument: ArgumentDeclaration) -> Bool {
    argument.requiredUnless.contains { name in
      options[name]?.last.map { $0.word.text != "false" } ?? false
    }
  }

  private mutating func refuse(_ complaint: Complaint) {
    guard let option = command.settings.first(where: { $0.name == complaint.option }) else {
      judged.append((.missing, UsageError.Problem("--\(complaint.option): \(complaint.message)")))
      return
    }
    let given = options[option.name] ?? []
    let one = complaint.value.flatMap { value in given.last { $0.word.text == value } }
    guard let found = one ?? given.last else {
      judged.append((.missing, UsageError.Problem("--\(option.name): \(complaint.message)")))
      return
    }
    // A value that was refused by itself is not refused a second time.
    if !found.isValid { return }
    refuse(found.word, of: option, found.source, complaint.message)
  }
}
