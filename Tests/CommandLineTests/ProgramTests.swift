import Foundation
import Options
import Testing
import redirect_emulator

@Suite("The program's declarations: every text has every command and option")
struct ProgramTests {
  static let program = Program.redirectEmulator
  static let options = program.commands.flatMap { command in
    command.options.map { (command, $0) }
  }

  @Test("help shows every option with its default, its choices and its variable")
  func help() {
    for (command, option) in Self.options {
      let help = Self.program.help(command, width: nil)
      // Another option's name may begin so.
      let entry =
        [" ", "\n"].lazy.compactMap {
          help.components(separatedBy: "\n  --\(option.name)\($0)").dropFirst().first
        }.first ?? ""
      let own = Self.joined(entry.components(separatedBy: "\n  --").first ?? "")
      #expect(own.contains(option.help), "\(command.name) --\(option.name): \(own)")
      #expect(own.contains("default: \(option.shownDefault)"), "\(own)")
      if case .choices(let words) = option.completion, !option.isFlag {
        #expect(own.contains(words.joined(separator: ", ")), "\(own)")
      }
      #expect(own.contains("repeatable") == option.repeats, "\(own)")
      if let variable = Self.program.variable(of: option, in: command) {
        #expect(own.contains(variable), "\(own)")
      }
    }
  }

  private static func joined(_ text: String) -> String {
    text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }

  @Test("help shows every command, example, exit status and variable")
  func commands() {
    let whole = Self.joined(Self.program.help(nil, width: nil))
    for command in Self.program.commands {
      #expect(whole.contains("\(command.name) \(command.summary)"))
      let help = Self.program.help(command, width: nil)
      #expect(!command.examples.isEmpty, "\(command.name) has no example")
      for example in command.examples {
        #expect(help.contains("\n    \(example.line)\n") && example.line.count + 4 <= 80)
      }
      for status in command.exitStatuses {
        #expect(Self.joined(help).contains("\(status.status) \(status.meaning)"))
      }
      for name in command.variables.map({ Self.program.variable(of: $0.name) })
        + command.setsVariables.map(\.name)
      { #expect(help.contains("  \(name)")) }
      for argument in command.arguments { #expect(help.contains("  \(argument.name)")) }
    }
  }

  @Test("no line of help is longer than the terminal, but an example")
  func width() {
    for width in [20, 40, 60, 80, 100] {
      for command in Self.program.commands.map(Optional.some) + [nil] {
        let examples = Set(
          (command?.examples ?? Self.program.examples).map { "    " + $0.line })
        for line in Self.program.help(command, width: width).split(separator: "\n")
        where !examples.contains(String(line)) {
          #expect(line.count <= width, "\(line)")
        }
      }
    }
  }

  @Test("a group of options is 24 lines at most, and the first has what is used most")
  func groups() throws {
    for command in Self.program.commands where !command.options.isEmpty {
      let help = Self.program.help(command, width: 80)
      let blocks = help.components(separatedBy: "\n\n").filter { $0.contains("\n  --") }
      for block in blocks {
        #expect(block.split(separator: "\n").count <= 24, "\(block)")
      }
      guard command.name == "serve" || command.name == "exec" else { continue }
      let first = try #require(blocks.first)
      for name in ["host", "port", "ready-file", "scenario"] {
        #expect(first.contains("\n  --\(name) "), "--\(name)")
      }
    }
  }

  @Test("every default is a value that its option takes")
  func defaults() throws {
    for (command, option) in Self.options {
      guard let text = option.defaultText else { continue }
      var words = [Word(command.name), Word("--\(option.name)=\(text)")]
      if command.arguments.contains(where: { $0.count == .afterTerminator }) {
        words += [Word("--"), Word("true")]
      } else {
        words += command.arguments.map { _ in Word("x") }
      }
      _ = try Self.program.parse(words, environment: [])
    }
  }

  @Test("the completions of every shell have every command and option")
  func completions() {
    for (shell, script) in [
      ("bash", Self.program.bashCompletion), ("zsh", Self.program.zshCompletion),
      ("fish", Self.program.fishCompletion),
    ] {
      #expect(!script.hasPrefix("#!"))
      for command in Self.program.commands {
        #expect(script.contains(command.name), "\(shell): \(command.name)")
      }
      for (command, option) in Self.options {
        let isThere =
          switch shell {
          case "fish":
            script.contains(" \(command.name)") && script.contains("-l \(option.name) ")
          case "zsh": script.contains("--\(option.name)\(option.isFlag ? "=-[" : "=[")")
          default: script.contains(" --\(option.name) ") || script.contains("'--\(option.name) ")
          }
        #expect(isThere, "\(shell): \(command.name) --\(option.name)")
        if case .choices(let words) = option.completion, !option.isFlag {
          #expect(script.contains(words.joined(separator: " ")), "\(shell): --\(option.name)")
        }
      }
    }
  }

  @Test("the manual page has every command, option, variable and exit status, in its sections")
  func manual() {
    let page = Self.program.manualPage.components(separatedBy: "\\-").joined(separator: "-")
    var sections: [String: String] = [:]
    for section in page.components(separatedBy: "\n.SH ").dropFirst() {
      let title = section.prefix { $0 != "\n" }
      sections[String(title)] = String(section.dropFirst(title.count))
    }
    let titles = [
      "NAME", "SYNOPSIS", "DESCRIPTION", "COMMANDS", "OPTIONS", "ENVIRONMENT", "FILES",
      "EXIT STATUS", "EXAMPLES", "SEE ALSO",
    ]
    #expect(Set(sections.keys) == Set(titles))
    for command in Self.program.commands {
      #expect(sections["COMMANDS"]?.contains("\\fB\(command.name)\\fR") == true)
      for option in command.options {
        #expect(sections["OPTIONS"]?.contains("\\fB--\(option.name)") == true, "--\(option.name)")
        if let variable = Self.program.variable(of: option, in: command) {
          #expect(sections["ENVIRONMENT"]?.contains("\\fB\(variable)\\fR") == true)
        }
      }
      for status in command.exitStatuses {
        #expect(
          sections["EXIT STATUS"]?.contains(
            "\\fB\(status.status.components(separatedBy: "'").joined(separator: "\\(aq"))\\fR")
            == true)
      }
      for example in command.examples {
        let text = example.line.components(separatedBy: "~").joined(separator: "\\(ti")
        #expect(sections["EXAMPLES"]?.contains(text) == true, "\(example.line)")
      }
    }
  }

  @Test("the guide's table has each option with its value, default and whether it repeats")
  func guide() throws {
    let text = try String(contentsOf: Guide.commandLine, encoding: .utf8)
    let shared = Self.program.commands.first { $0.name == "serve" }?.options ?? []
    for command in Self.program.commands where !command.options.isEmpty {
      // The options that exec and drill have in common with serve are in serve's table, and all of those are.
      let isLikeServe = ["exec", "drill"].contains(command.name)
      if isLikeServe {
        let known = (command.options + command.refusedOptions).map(\.name)
        #expect(Set(shared.map(\.name)).isSubset(of: known))
      }
      let title = command.name
      let options = command.options.filter { option in
        !isLikeServe || !shared.contains { $0.name == option.name && $0.help == option.help }
      }
      let expected = options.map { option -> String in
        let value = option.valueName.map { "`\($0)`" } ?? ""
        return
          "| `--\(option.name)` | \(value) | \(title == "serve" ? Self.defaults(option) : option.shownDefault) | \(option.repeats ? "yes" : "no") |"
      }
      let table = Guide.rows(text, under: title)
      #expect(table.map(\.columns) == expected, "the table of \(title)")
      #expect(table.allSatisfy { $0.meaning.count > 3 })
    }
  }

  @Test("the guide's table of exit statuses has each that a command declares, and no other")
  func statuses() throws {
    let text = try String(contentsOf: Guide.commandLine, encoding: .utf8)
    let section = text.components(separatedBy: "\n## Exit status\n").dropFirst().first ?? ""
    let listed = section.components(separatedBy: "\n").filter { $0.hasPrefix("| ") }.dropFirst()
      .map { $0.split(separator: "|")[0].trimmingCharacters(in: .whitespaces) }
    let declared = Self.program.commands.flatMap(\.exitStatuses) + Self.program.exitStatuses
    #expect(Set(listed) == Set(declared.map(\.status)))
    #expect(Set(listed).count == listed.count)
    for command in Self.program.commands {
      let help = Self.program.help(command, width: 80)
      for status in Self.program.exitStatuses { #expect(help.contains("\n  \(status.status) ")) }
    }
  }

  @Test("variables that only the project's own tools set are in no text")
  func variables() {
    let texts =
      [Self.program.manualPage] + Self.program.commands.map { Self.program.help($0, width: 80) }
    for name in Self.program.internalVariables {
      #expect(texts.allSatisfy { !$0.contains(name) }, "\(name)")
    }
  }

  /// What the guide says of an option's default: that of each command, where they differ.
  private static func defaults(_ option: OptionDeclaration) -> String {
    let all = program.commands.filter { ["serve", "exec"].contains($0.name) }
      .compactMap { command in command.options.first { $0.name == option.name } }
    guard Set(all.map(\.shownDefault)).count > 1 else { return option.shownDefault }
    return "serve: \(all[0].shownDefault), exec: \(all[1].shownDefault)"
  }
}
