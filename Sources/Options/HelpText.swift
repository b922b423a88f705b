/// Text for a terminal: lines that are no longer than its width.
struct HelpText {
  private(set) var lines: [String] = []
  private let width: Int

  /// The column in which the text beside a name begins.
  private static let column = 26
  /// The greatest width of the text, also in a wider terminal: longer lines are hard to read.
  static let widest = 100
  /// The least width of the text, also in a narrower terminal.
  static let narrowest = 20

  /// - Parameter width: of the terminal, in columns; nil if there is none, which means 80.
  init(width: Int?) {
    self.width = min(max(width ?? 80, Self.narrowest), Self.widest)
  }

  mutating func paragraph(_ text: String, indent: Int = 0) {
    for line in Self.wrapped(text, width - indent) { add(line, indent) }
  }

  mutating func gap() {
    if let last = lines.last, !last.isEmpty { lines.append("") }
  }

  /// A line that is never broken.
  mutating func whole(_ text: String, indent: Int) {
    add(text, indent)
  }

  /// A name, and its meaning beside it; under it if there is no room.
  mutating func entry(_ name: String, _ texts: [String], column: Int = column) {
    let fits = name.count + 4 <= column
    let isNarrow = width < column + 30
    let indent = isNarrow ? min(6, width / 4) : column
    var body = texts.filter { !$0.isEmpty }.flatMap { Self.wrapped($0, width - indent) }
    if fits, !isNarrow, !body.isEmpty {
      let padding = String(repeating: " ", count: column - 2 - name.count)
      add(name + padding + body.removeFirst(), 2)
    } else {
      for (index, line) in Self.wrapped(name, width - 4).enumerated() {
        add(line, index == 0 ? 2 : 4)
      }
    }
    for line in body { add(line, indent) }
  }

  private mutating func add(_ line: String, _ indent: Int) {
    lines.append(line.isEmpty ? "" : String(repeating: " ", count: indent) + line)
  }

  /// Lines of at most `width` characters, broken at blanks; a longer word is broken at the width.
  static func wrapped(_ text: String, _ width: Int) -> [String] {
    let width = max(width, 4)
    var lines: [String] = []
    var line = ""
    for word in text.split(separator: " ") {
      var word = word
      if !line.isEmpty {
        if line.count + 1 + word.count <= width {
          line += " " + word
          continue
        }
        lines.append(line)
        line = ""
      }
      while word.count > width {
        lines.append(String(word.prefix(width)))
        word = word.dropFirst(width)
      }
      line = String(word)
    }
    if !line.isEmpty { lines.append(line) }
    return lines
  }
}

extension Program {
  /// The help of a command, or the program's own.
  ///
  /// - Parameters:
  ///   - command: nil for the program's own: its commands, and how to read on.
  ///   - width: of the terminal, in columns; nil if there is none.
  /// - Returns: lines, each with its end. Only an example's line may be longer than the width, which is 100 at most.
  package func help(_ command: Command?, width: Int?) -> String {
    var text = HelpText(width: width)
    if let command { addHelp(command, to: &text) } else { addHelp(to: &text) }
    return text.lines.joined(separator: "\n") + "\n"
  }

  private func addHelp(to text: inout HelpText) {
    text.paragraph(summary)
    text.gap()
    text.paragraph("Usage: \(name) [COMMAND] [OPTIONS]")
    text.gap()
    text.paragraph("Commands:")
    for command in commands {
      let isDefault = command.name == commands[0].name
      text.entry(
        command.name, [command.summary + (isDefault ? " (The default.)" : "")], column: 14)
    }
    addExamples(examples, to: &text)
    text.gap()
    text.paragraph("Read on:")
    for (line, meaning) in [
      ("\(name) help COMMAND", "a command's options, examples and exit statuses"),
      ("\(name) manual | man -l -", "all of it, as a manual page"),
      ("\(name) completion SHELL", "completions for bash, zsh or fish"),
      ("\(name) --version", "the version"),
    ] {
      text.entry(line, [meaning], column: 42)
    }
  }

  private func addHelp(_ command: Command, to text: inout HelpText) {
    text.paragraph(command.summary)
    for paragraph in command.discussion {
      text.gap()
      text.paragraph(paragraph)
    }
    text.gap()
    text.paragraph("Usage: " + usage(of: command))
    if !command.arguments.isEmpty {
      text.gap()
      text.paragraph("Arguments:")
      for argument in command.arguments { text.entry(argument.name, [argument.help]) }
    }
    for (group, options) in command.groups {
      text.gap()
      text.paragraph(group + ":")
      for option in options {
        text.entry(option.spelling, [option.help, "(\(notes(of: option, in: command)))"])
      }
    }
    if !command.forms.isEmpty {
      text.gap()
      text.paragraph("Values:")
      for form in command.forms { text.paragraph(form, indent: 2) }
    }
    if !command.variables.isEmpty || !command.setsVariables.isEmpty {
      text.gap()
      text.paragraph("Variables:")
      for option in command.variables {
        let name = variable(of: option.name)
        text.entry(name, [option.help, "(default: \(option.shownDefault))"])
      }
      for variable in command.setsVariables { text.entry(variable.name, [variable.help]) }
    }
    addExamples(command.examples, to: &text)
    text.gap()
    text.paragraph("Exit status:")
    for status in exitStatuses(of: command) {
      text.entry(status.status, [status.meaning], column: status.status.count > 6 ? 26 : 8)
    }
  }

  private func addExamples(_ examples: [Example], to text: inout HelpText) {
    guard !examples.isEmpty else { return }
    text.gap()
    text.paragraph("Examples:")
    for example in examples {
      text.paragraph(example.help, indent: 2)
      text.whole(example.line, indent: 4)
    }
  }

  /// One line: the command with what it takes.
  func usage(of command: Command) -> String {
    var parts = [name]
    parts.append(command.name == commands[0].name ? "[\(command.name)]" : command.name)
    if !command.options.isEmpty { parts.append("[OPTIONS]") }
    for argument in command.arguments {
      switch argument.count {
      case .optional: parts.append("[\(argument.name)]")
      case .one: parts.append(argument.name)
      case .oneOrMore: parts.append("\(argument.name) ...")
      case .afterTerminator: parts.append("-- \(argument.name) [ARG ...]")
      }
    }
    return parts.joined(separator: " ")
  }

  /// The notes beside an option's line: choices, default, whether it repeats, its variable.
  func notes(of option: OptionDeclaration, in command: Command) -> String {
    var notes: [String] = []
    if case .choices(let words) = option.completion, !option.isFlag {
      notes.append(words.joined(separator: ", "))
    }
    if let range = option.range { notes.append(range) }
    notes.append("default: \(option.shownDefault)")
    if option.repeats { notes.append("repeatable") }
    if let variable = variable(of: option, in: command) { notes.append(variable) }
    return notes.joined(separator: "; ")
  }

  /// The command's exit statuses, with those that every command has.
  func exitStatuses(of command: Command) -> [ExitStatus] {
    let own = command.exitStatuses
    let common = exitStatuses.filter { status in !own.contains { $0.status == status.status } }
    return (own + common).enumerated().sorted { a, b in
      let (left, right) = (Int(a.element.status) ?? .max, Int(b.element.status) ?? .max)
      return (left, a.offset) < (right, b.offset)
    }.map(\.element)
  }
}

extension Command {
  /// How values of its options are written, each sentence once.
  var forms: [String] {
    var seen: Set<String> = []
    return options.compactMap(\.form).filter { seen.insert($0).inserted }
  }

  /// The options under their headings, in the order declared.
  var groups: [(name: String, options: [OptionDeclaration])] {
    var groups: [(name: String, options: [OptionDeclaration])] = []
    for option in options {
      if let index = groups.firstIndex(where: { $0.name == option.group }) {
        groups[index].options.append(option)
      } else {
        groups.append((option.group, [option]))
      }
    }
    return groups
  }
}

extension OptionDeclaration {
  /// `--port PORT`, or `--strict`.
  var spelling: String { valueName.map { "--\(name) \($0)" } ?? "--\(name)" }
}
