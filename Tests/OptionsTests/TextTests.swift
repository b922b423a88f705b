import Options
import Testing

@Suite("Help, manual page and completions: each declared thing is in them")
struct TextTests {
  static let program = Sample.program

  @Test("help fits the width, and shows all that is declared", arguments: [20, 40, 80, 100, 200])
  func width(_ width: Int) {
    for command in Self.program.commands.map(Optional.some) + [nil] {
      let help = Self.program.help(command, width: width)
      let examples = Set((command?.examples ?? Self.program.examples).map { "    " + $0.line })
      for line in help.split(separator: "\n") where !examples.contains(String(line)) {
        #expect(line.count <= min(width, 100), "\(line)")
      }
    }
  }

  @Test("without a terminal help is 80 columns wide")
  func noTerminal() {
    #expect(
      Self.program.help(Sample.serve, width: nil) == Self.program.help(Sample.serve, width: 80))
  }

  @Test("the default, the choices, the variable and whether it repeats are said of each option")
  func notes() {
    let help = Self.program.help(Sample.serve, width: 100)
    for text in [
      "(0 to 65535; default: 4010; TOOL_PORT)", "(fast, slow; default: fast; TOOL_MODE)",
      "(default: none; repeatable; TOOL_NAME)", "(default: off; TOOL_STRICT)",
      "(default: 60s; TOOL_TIME)", "(256 to 4KiB; default: 1KiB; TOOL_SIZE)",
      "(-5 to 64; default: 1; TOOL_NUMBER)", "A size is a number of bytes",
      "A duration is a number with a unit",
    ] { #expect(help.contains(text), "\(text) in \(help)") }
    #expect(
      Self.program.help(Sample.exec, width: 100).contains("(0 to 65535; default: 0; TOOL_PORT)"))
  }

  @Test("the manual page says both defaults where two commands differ")
  func defaults() {
    #expect(
      Self.program.manualPage.contains(
        "(0 to 65535; default: serve: 4010, exec: 0, health: 4010; TOOL_PORT)"))
    #expect(Self.program.manualPage.contains("serve: ended by a signal"))
    #expect(Self.program.manualPage.contains(#".TH "TOOL" 1 "2026-11-28" "tool 1.2.3""#))
  }

  @Test("a manual page has each variable once, and none that only the project's own tools set")
  func variables() {
    let page = Self.program.manualPage
    #expect(!page.contains("TOOL_BINARY"))
    for name in ["TOOL_CONTROL", "TOOL_PORT", "TOOL_TOKEN"] {
      #expect(page.ranges(of: "\n\\fB\(name)\\fR\n").count == 1, "\(name)")
    }
    #expect(page.contains("Gives \\-\\-control.\n.br\nSet by exec: The address."))
    #expect(page.ranges(of: "A size is a number of bytes").count == 1)
  }

  @Test("text that roff would read as its own is escaped")
  func roff() {
    let command = Command(
      "run", summary: #".run 'it' \with -dashes"#,
      examples: [Example(".dot", "'quoted")])
    let program = Program(
      "t", summary: "It's t.", description: [".begin"], version: "1", date: "2026-01-02",
      environmentPrefix: "T_", examples: [], files: [], seeAlso: "a(1)",
      commands: [command])
    let lines = program.manualPage.split(separator: "\n").map(String.init)
    #expect(lines.contains(#"\&.run \(aqit\(aq \ewith \-dashes"#))
    #expect(
      lines.contains(#"\&.dot"#) && lines.contains(#"\(aqquoted"#) && lines.contains(#"\&.begin"#))
    // Nothing but macros begins with a dot.
    #expect(lines.allSatisfy { !$0.hasPrefix("'") })
  }
}
