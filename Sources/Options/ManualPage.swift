extension Program {
  /// The manual page of the program: man(7) macros, section 1.
  package var manualPage: String {
    var page = Roff()
    page.line(
      ".TH \(Roff.quoted(name.uppercased())) 1 \"\(date)\" \(Roff.quoted("\(name) \(version)"))")
    page.section("NAME")
    page.text("\(name) - \(manualSummary)")
    page.section("SYNOPSIS")
    for (index, command) in commands.enumerated() {
      if index > 0 { page.line(".br") }
      page.text(usage(of: command))
    }
    page.section("DESCRIPTION")
    page.paragraphs(description)
    page.section("COMMANDS")
    for command in commands {
      page.entry(command.name, [command.summary] + command.discussion)
    }
    addOptions(to: &page)
    addEnvironment(to: &page)
    page.section("FILES")
    for file in files { page.entry(file.path, [file.meaning]) }
    page.section("EXIT STATUS")
    for (status, meanings) in allExitStatuses { page.entry(status, [meanings]) }
    page.section("EXAMPLES")
    for example in allExamples { page.example(example.help, example.line) }
    page.section("SEE ALSO")
    page.text(seeAlso)
    return page.output
  }

  /// The summary without its full stop and the program's own name.
  private var manualSummary: String {
    let text = summary.hasSuffix(".") ? String(summary.dropLast()) : summary
    return text.prefix(1).lowercased() + text.dropFirst()
  }

  /// The options, each once. If several commands have an option, it is under all their names.
  private var sharedOptions: [(commands: [Command], options: [OptionDeclaration])] {
    var found: [(commands: [Command], options: [OptionDeclaration])] = []
    var seen: [OptionDeclaration] = []
    for command in commands {
      for option in command.options where !seen.contains(where: { $0.isSame(as: option) }) {
        seen.append(option)
        let owners = commands.filter { owner in
          owner.options.contains { $0.isSame(as: option) }
        }
        let names = owners.map(\.name)
        if let index = found.firstIndex(where: { $0.commands.map(\.name) == names }) {
          found[index].options.append(option)
        } else {
          found.append((owners, [option]))
        }
      }
    }
    return found
  }

  private func addOptions(to page: inout Roff) {
    page.section("OPTIONS")
    page.entry("--help, -h", ["Show the help of a command, or of the program, and end."])
    page.entry("--version", ["Show the version, and end."])
    var forms: Set<String> = []
    for form in commands.flatMap(\.forms) where forms.insert(form).inserted {
      page.paragraphs([form])
    }
    for (owners, options) in sharedOptions {
      page.subsection("Options of \(listing(owners.map(\.name), "and"))")
      for option in options {
        page.entry(option.spelling, [option.help, manualNotes(of: option, owners)])
      }
    }
  }

  /// As ``notes(of:in:)``, with the default of each command where they differ.
  private func manualNotes(of option: OptionDeclaration, _ owners: [Command]) -> String {
    let defaults = owners.compactMap { owner in
      owner.option(named: option.name).map { (owner.name, $0.shownDefault) }
    }
    guard Set(defaults.map(\.1)).count > 1 else {
      return "(\(notes(of: option, in: owners[0])))"
    }
    let text = defaults.map { "\($0.0): \($0.1)" }.joined(separator: ", ")
    var merged = option
    merged.defaultText = text
    return "(\(notes(of: merged, in: owners[0])))"
  }

  /// Each variable once, with everything that the commands do with it.
  private func addEnvironment(to page: inout Roff) {
    page.section("ENVIRONMENT")
    var entries: [(name: String, texts: [String])] = []
    func add(_ name: String, _ text: String) {
      let index =
        entries.firstIndex { $0.name == name }
        ?? {
          entries.append((name, []))
          return entries.count - 1
        }()
      if !entries[index].texts.contains(text) { entries[index].texts.append(text) }
    }
    for command in commands {
      for option in command.options {
        guard let variable = variable(of: option, in: command) else { continue }
        let form =
          option.isFlag ? ": \(option.expected)" : option.repeats ? ", separated by commas" : ""
        add(variable, "Gives --\(option.name)\(form).")
      }
    }
    for command in commands {
      for option in command.variables { add(variable(of: option.name), option.help) }
      for variable in command.setsVariables {
        add(variable.name, "Set by \(command.name): \(variable.help)")
      }
    }
    for entry in entries { page.entry(entry.name, entry.texts) }
  }

  /// The exit statuses of all commands. If meanings differ, each is shown with its commands.
  private var allExitStatuses: [(String, String)] {
    var statuses: [(status: String, meanings: [(text: String, commands: [String])])] = []
    for command in commands {
      for status in exitStatuses(of: command) {
        let index =
          statuses.firstIndex { $0.status == status.status }
          ?? {
            statuses.append((status.status, []))
            return statuses.count - 1
          }()
        if let known = statuses[index].meanings.firstIndex(where: { $0.text == status.meaning }) {
          statuses[index].meanings[known].commands.append(command.name)
        } else {
          statuses[index].meanings.append((status.meaning, [command.name]))
        }
      }
    }
    return statuses.enumerated().sorted { a, b in
      (Int(a.element.status) ?? .max, a.offset) < (Int(b.element.status) ?? .max, b.offset)
    }.map { _, entry in
      let isOfAll = entry.meanings.count == 1 && entry.meanings[0].commands.count == commands.count
      let text = entry.meanings.map { meaning in
        isOfAll
          ? meaning.text : "\(listing(meaning.commands, "and")): \(meaning.text)"
      }
      return (entry.status, text.joined(separator: "; ") + ".")
    }
  }

  private var allExamples: [Example] {
    var seen: Set<String> = []
    return (examples + commands.flatMap(\.examples)).filter { seen.insert($0.line).inserted }
  }
}

/// A page in the language of roff(7), with the macros of man(7).
private struct Roff {
  private(set) var output = ""
  /// A paragraph may not be the first thing of a section.
  private var atStart = true

  mutating func line(_ text: String) { output += text + "\n" }

  mutating func section(_ title: String) {
    line(".SH \(title)")
    atStart = true
  }

  mutating func subsection(_ title: String) {
    line(".SS \(Self.escaped(title))")
    atStart = true
  }

  mutating func text(_ text: String) {
    line(Self.escaped(text))
    atStart = false
  }

  mutating func paragraphs(_ texts: [String]) {
    for text in texts {
      if !atStart { line(".PP") }
      self.text(text)
    }
  }

  /// A name, and its meaning under it, indented.
  mutating func entry(_ name: String, _ texts: [String]) {
    line(".TP")
    line("\\fB\(Self.escaped(name, isInside: true))\\fR")
    for (index, text) in texts.enumerated() where !text.isEmpty {
      if index > 0 { line(".br") }
      line(Self.escaped(text))
    }
    atStart = false
  }

  mutating func example(_ help: String, _ example: String) {
    if !atStart { line(".PP") }
    line(Self.escaped(help))
    line(".PP")
    line(".nf")
    line(".RS")
    line(Self.escaped(example))
    line(".RE")
    line(".fi")
    atStart = false
  }

  /// Text as roff sets it: `-` is a minus that can be copied, and no line begins like a request.
  ///
  /// - Parameter isInside: whether the text continues a line, so that it does not begin one.
  static func escaped(_ text: String, isInside: Bool = false) -> String {
    var result = ""
    for character in text {
      switch character {
      case "\\": result += "\\e"
      case "-": result += "\\-"
      case "'": result += "\\(aq"
      case "`": result += "\\(ga"
      case "^": result += "\\(ha"
      case "~": result += "\\(ti"
      default: result.append(character)
      }
    }
    if !isInside, result.hasPrefix(".") { result = "\\&" + result }
    return result
  }

  static func quoted(_ text: String) -> String {
    "\"\(escaped(text, isInside: true).split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\\(dq"))\""
  }
}
