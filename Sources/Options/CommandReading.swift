import Core

/// Reads one command's words, and the variables that it reads.
struct CommandReading {
  /// A value, and where it came from.
  struct Given {
    var word: Word
    var source: Source
  }

  enum Source {
    /// The index of the word that names the option.
    case argument(Int)
    case variable(String)
  }

  /// Words by their place, then what is missing, then variables by name.
  enum Order: Comparable {
    case argument(Int)
    case missing
    case variable(String)
  }

  /// A problem, and its place in the order in which problems are reported.
  typealias Judged = (order: Order, problem: UsageError.Problem)

  let program: Program
  let command: Command
  /// Whether the command line names the command.
  private let isNamed: Bool
  /// The values of each option that are in effect: all values of an option that repeats, else the last one.
  private(set) var options: [String: [Given]] = [:]
  /// Options that the command line names without the value that they need.
  private(set) var incomplete: Set<String> = []
  private(set) var plain: [Word] = []
  private(set) var terminated: [Word]?
  /// What is wrong, except options' values.
  private(set) var judged: [Judged] = []
  private(set) var asksForVersion = false

  init(_ program: Program, _ command: Command, isNamed: Bool) {
    self.program = program
    self.command = command
    self.isNamed = isNamed
  }

  /// Reads the words after the command's name.
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
      let name = word.assignment?.name ?? word
      let attached = word.assignment?.value
      if name.bytes == Array("--version".utf8), attached == nil,
        command.option(named: "version") == nil
      {
        asksForVersion = true
        continue
      }
      guard let option = option(name) else {
        judged.append((.argument(place), noSuchOption(name, hasValue: attached != nil)))
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
        incomplete.insert(option.name)
        refuse(place, "--\(option.name) needs a value: \(option.expected)")
      }
    }
  }

  /// The options read so far, each after a space, as they can be given again; without the values of secrets.
  private var givenOptions: String {
    let given = command.settings.flatMap { option in
      options[option.name, default: []].filter { $0.source.variable == nil }.map { given in
        let value =
          option.isFlag && given.word == Word("true")
          ? "" : option.isSecret ? " …" : " \(given.word.shown)"
        return (given.source.order, " --\(option.name)\(value)")
      }
    }
    return given.sorted { $0.0 < $1.0 }.map(\.1).joined()
  }

  /// The option that a word with its dashes names.
  private func option(_ name: Word) -> OptionDeclaration? {
    guard name.bytes.starts(with: "--".utf8) else { return nil }
    return Word(name.bytes.dropFirst(2)).text.flatMap { command.readOption(named: $0) }
  }

  /// Skips a word that may be the value of an option that does not exist, because it may be a secret. A word that looks
  /// like an option may itself be a misspelt option with a secret after it.
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
    let name = word.assignment?.name ?? word
    return word.bytes != Program.terminator && option(name) == nil
      && !["--help", "-h", "--version"].contains(name.text)
  }

  /// Words as a line of a message has them; of many words the first.
  private static func shown(_ words: ArraySlice<Word>) -> String {
    let most = 12
    return words.prefix(most).map(\.shown).joined(separator: " ") + (words.count > most ? " …" : "")
  }

  /// - Returns: whether to read on.
  private mutating func readPlain(_ word: Word, _ place: Int, _ words: ArraySlice<Word>) -> Bool {
    if let argument = argument(at: plain.count) {
      plain.append(word)
      if !argument.isValid(word) {
        refuse(place, wrong(word, argument), hint: nearest(word, argument.completion))
      }
      return true
    }
    if let flag = flag(before: place, words), flag.isValid(word),
      command.terminated == nil || words[place...].contains(where: Self.isTerminator)
    {
      refuse(
        place, "\(word.shown): expected no argument here",
        hint: "write --\(flag.name)=\(word.shown)")
      return true
    }
    if command.terminated != nil, !words[place...].contains(where: Self.isTerminator) {
      // All that follows is the command's own.
      refuse(
        place, "\(word.shown): expected -- before the command",
        hint:
          "put -- before the command: \(program.name) \(command.name)\(givenOptions) -- \(Self.shown(words[place...]))"
      )
      return false
    }
    if command.terminated != nil {
      // A word before -- looks like the beginning of the command.
      refuse(
        place, "\(word.shown): expected no argument here",
        hint:
          "put the command after --: \(program.name) \(command.name)\(givenOptions) -- \(word.shown)"
      )
      return true
    }
    guard !isNamed, let other = word.text.flatMap({ program.command(named: $0) }) else {
      refuse(place, "\(word.shown): expected no argument here")
      return true
    }
    refuse(
      place, "\(word.shown): expected no argument here",
      hint: "options of \(other.name) come after \(other.name)")
    // After another command's name everything belongs to that command.
    return false
  }

  private static func isTerminator(_ word: Word) -> Bool { word.bytes == Program.terminator }

  /// The flag without a value that the previous word names.
  private func flag(before place: Int, _ words: ArraySlice<Word>) -> OptionDeclaration? {
    guard place > words.startIndex, let option = option(words[place - 1]), option.isFlag
    else { return nil }
    return option
  }

  private func nearest(_ word: Word, _ completion: ValueCompletion) -> String? {
    guard case .choices(let words) = completion else { return nil }
    return NearestName.suggestion(for: word.shown, among: words).map { "did you mean \($0)?" }
  }

  func argument(at index: Int) -> ArgumentDeclaration? {
    let arguments = command.plainArguments
    if index < arguments.count { return arguments[index] }
    return arguments.last.flatMap { $0.count == .oneOrMore ? $0 : nil }
  }

  private mutating func readAfterTerminator(_ words: ArraySlice<Word>, _ place: Int) {
    if let argument = command.terminated {
      terminated = Array(words)
      if let first = words.first, first.bytes.isEmpty {
        refuse(words.startIndex, wrong(first, argument))
      }
      return
    }
    for (place, word) in zip(words.indices, words) {
      if let argument = argument(at: plain.count) {
        plain.append(word)
        if !argument.isValid(word) { refuse(place, wrong(word, argument)) }
      } else {
        let runner = program.commands.first { $0.terminated != nil }
        refuse(
          place, "\(word.shown): expected no argument here",
          hint: runner.map {
            "to run a command beside it: \(program.name) \($0.name) -- \(word.shown)"
          })
        return
      }
    }
  }

  // MARK: options that do not exist

  /// - Parameter name: with its dashes, without what follows an equals sign.
  private func noSuchOption(_ name: Word, hasValue: Bool) -> UsageError.Problem {
    if hasValue, ["--help", "-h", "--version"].contains(name.text) {
      return UsageError.Problem("\(name.shown) takes no value")
    }
    let isLong = name.bytes.starts(with: "--".utf8)
    let text = Word(name.bytes.dropFirst(isLong ? 2 : 1)).text
    let hint = (text?.count ?? 0) > 1 || isLong ? text.flatMap(hint) : nil
    // A short option's letter may be followed by its value, which may be a secret.
    let isWhole = isLong || hint != nil || name.bytes.count == 2
    let shown = isWhole ? name.shown : "-\(text?.prefix(1) ?? "")…"
    return UsageError.Problem("\(shown): there is no such option", hint: hint)
  }

  private func hint(for name: String) -> String? {
    func owners(_ name: String) -> String? {
      let owners = program.commands.filter { $0.option(named: name) != nil }.map(\.name)
      return owners.isEmpty ? nil : "--\(name) is an option of \(listing(owners, "and"))"
    }
    let own = command.options.map(\.name) + ["help", "version"]
    if !own.contains(name), let owners = owners(name) { return owners }
    if let nearest = NearestName.suggestion(for: name, among: own) {
      return "did you mean --\(nearest)?"
    }
    return NearestName.suggestion(
      for: name, among: program.commands.flatMap(\.options).map(\.name)
    ).flatMap(owners)
  }

  // MARK: values

  private mutating func take(_ word: Word, of option: OptionDeclaration, _ source: Source) {
    let given = Given(word: word, source: source)
    if option.repeats {
      options[option.name, default: []].append(given)
    } else {
      options[option.name] = [given]
    }
  }

  private mutating func refuse(_ place: Int, _ message: String, hint: String? = nil) {
    judged.append((.argument(place), UsageError.Problem(message, hint: hint)))
  }

  /// Reads options from the environment that the command line does not give.
  mutating func read(_ environment: EnvironmentReader) {
    for option in command.settings
    where options[option.name] == nil && !incomplete.contains(option.name) {
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
      if case .variableNotOneOf(let words) = option.environment,
        words.contains(where: { value.bytes.elementsEqual($0.utf8) })
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
}
