/// What was read, judged: first each value by itself, then all of them together.
extension CommandReading {
  /// What is wrong with single words and values.
  var problems: [UsageError.Problem] { (judged + wrongValues).map(\.problem) }

  /// The valid values.
  ///
  /// - Parameter warnings: what an error reports beside its problems.
  /// - Throws: ``UsageError`` if anything is wrong.
  func values(_ warnings: [String]) throws(UsageError) -> Values {
    var arguments: [String: [Word]] = [:]
    for (index, word) in plain.enumerated() {
      guard let argument = argument(at: index), argument.isValid(word) else { continue }
      arguments[argument.name, default: []].append(word)
    }
    if let argument = command.terminated { arguments[argument.name] = terminated ?? [] }
    var words: [String: [Word]] = [:]
    for option in command.settings {
      let valid = options[option.name, default: []].map(\.word).filter(option.isValid)
      if !valid.isEmpty { words[option.name] = valid }
    }
    let values = Values(
      words: words, given: incomplete.union(options.keys),
      variables: options.compactMapValues { $0.last?.source.variable }, arguments: arguments,
      of: command)
    let found =
      judged + wrongValues + missing + command.judge(values).compactMap { problem(for: $0) }
    guard found.isEmpty else {
      // Stable: two problems of one place stay in the order in which they were found.
      let sorted = found.enumerated().sorted {
        ($0.element.order, $0.offset) < ($1.element.order, $1.offset)
      }
      throw UsageError(
        problems: sorted.map(\.element.problem), help: "\(program.name) help \(command.name)",
        warnings: warnings)
    }
    return values
  }

  private var wrongValues: [Judged] {
    command.settings.flatMap { option in
      options[option.name, default: []].filter { !option.isValid($0.word) }.map { given in
        let subject = option.subject(given.word, variable: given.source.variable)
        return (
          given.source.order,
          UsageError.Problem(Self.reason(subject, given.word, option.expected))
        )
      }
    }
  }

  /// The message about a wrong argument.
  func wrong(_ word: Word, _ argument: ArgumentDeclaration) -> String {
    Self.reason(word.bytes.isEmpty ? argument.name : word.shown, word, argument.expected)
  }

  private static func reason(_ subject: String, _ word: Word, _ expected: String) -> String {
    if word.bytes.isEmpty { return "\(subject) is empty: expected \(expected)" }
    if word.text == nil { return "\(subject): it is not UTF-8; expected \(expected)" }
    return "\(subject): expected \(expected)"
  }

  /// The required arguments that are missing.
  private var missing: [Judged] {
    var missing: [Judged] = []
    let example = command.examples.first.map { "for example: \($0.line)" }
    for (index, argument) in command.plainArguments.enumerated()
    where index >= plain.count && argument.count != .optional && !isWaived(argument) {
      missing.append(
        (
          .missing,
          UsageError.Problem(
            "\(argument.name) is missing: \(command.name) needs \(argument.helpInSentence)",
            hint: example)
        ))
    }
    if let argument = command.terminated, terminated?.isEmpty ?? true, !isWaived(argument),
      judged.isEmpty || terminated != nil
    {
      missing.append(
        (
          .missing,
          UsageError.Problem(
            terminated == nil
              ? "no command: expected -- and a command" : "no command: expected one after --",
            hint: example)
        ))
    }
    return missing
  }

  private func isWaived(_ argument: ArgumentDeclaration) -> Bool {
    argument.requiredUnless.contains { name in
      options[name]?.last.flatMap { Kind.truth.read($0.word) } ?? (options[name] != nil)
    }
  }

  /// - Returns: nil if the value alone was refused already: it is not refused twice.
  private func problem(for complaint: Complaint) -> Judged? {
    guard let option = command.settings.first(where: { $0.name == complaint.option }) else {
      return (.missing, UsageError.Problem("--\(complaint.option): \(complaint.message)"))
    }
    let given = options[option.name] ?? []
    let one = complaint.value.flatMap { value in given.last { $0.word.text == value } }
    guard let found = one ?? given.last else {
      // It is already reported as an option that needs a value.
      if incomplete.contains(option.name) { return nil }
      return (.missing, UsageError.Problem("--\(option.name): \(complaint.message)"))
    }
    if !option.isValid(found.word) { return nil }
    let subject = option.subject(found.word, variable: found.source.variable)
    return (found.source.order, UsageError.Problem("\(subject): \(complaint.message)"))
  }
}

extension CommandReading.Source {
  var order: CommandReading.Order {
    switch self {
    case .argument(let place): .argument(place)
    case .variable(let name): .variable(name)
    }
  }

  /// The variable's name; nil for a word of the command line.
  var variable: String? {
    if case .variable(let name) = self { name } else { nil }
  }
}

extension ArgumentDeclaration {
  /// The help as the end of a sentence: `a scenario file, YAML or JSON`.
  fileprivate var helpInSentence: String {
    let text = help.hasSuffix(".") ? help.dropLast() : Substring(help)
    return text.prefix(1).lowercased() + text.dropFirst()
  }
}
