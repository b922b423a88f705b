import Scenarios
import Testing

/// What the guides say of scenarios is what the code does.
@Suite struct ScenarioGuidesTests {
  static func guide(_ name: String) throws -> String {
    try Fixture.text("Sources/RedirectEmulator/Documentation.docc/\(name).md")
  }

  struct Block {
    var language: String
    /// The words behind the language.
    var name: String
    var text: String
  }

  static func blocks(_ guide: String) -> [Block] {
    var blocks: [Block] = []
    var open: Block?
    for line in guide.split(separator: "\n", omittingEmptySubsequences: false) {
      if line.hasPrefix("```"), let block = open {
        blocks.append(block)
        open = nil
      } else if line.hasPrefix("```") {
        let words = line.dropFirst(3).split(separator: " ")
        open = Block(
          language: String(words.first ?? ""), name: words.dropFirst().joined(separator: " "),
          text: "")
      } else {
        open?.text += line + "\n"
      }
    }
    return blocks
  }

  @Test("an example decodes, without a warning", arguments: ["Scenarios", "ScriptingABadDay"])
  func examples(_ name: String) throws {
    let examples = Self.blocks(try Self.guide(name)).filter { $0.language == "yaml" }
    #expect(examples.count >= 3)
    for example in examples {
      let scenario = try ScenarioDecoder.decode(example.text)
      #expect(ScenarioChecker.warnings(scenario) == [], "\(example.text)")
    }
  }

  @Test("the tutorial shows each ready scenario as it is")
  func readyScenarios() throws {
    let examples = Self.blocks(try Self.guide("ScriptingABadDay")).filter { !$0.name.isEmpty }
    #expect(Set(examples.map(\.name)) == Set(Fixture.scenarios))
    for example in examples {
      let file = try Fixture.scenario(example.name)
      let rules =
        file.split(separator: "\n").filter { !$0.hasPrefix("#") }
        .joined(separator: "\n") + "\n"
      #expect(example.name == "chaos" ? rules.hasPrefix(example.text) : rules == example.text)
    }
  }

  @Test("the tutorial's plans are the scenarios'")
  func plans() throws {
    let blocks = Self.blocks(try Self.guide("ScriptingABadDay"))
    var scenario: Scenario?
    for block in blocks {
      if block.language == "yaml" {
        scenario = try ScenarioDecoder.decode(block.text)
      } else if block.language == "text", let scenario {
        let last = block.text.split(separator: "\n").last?.split(separator: " ").first
        let requests = Int(last?.split(separator: "–").last ?? "0")
        let plan = ScenarioPlan.text(scenario, requests: requests ?? 0)
        #expect(plan.hasPrefix(block.text))
      }
    }
  }

  @Test("the guides' tables have every fault, as the table of faults has it")
  func faults() throws {
    let reference = try Self.guide("Scenarios")
    let tutorial = try Self.guide("ScriptingABadDay")
    for row in FaultTable.rows {
      let parameters = row.parameters.map { "`\($0.name)`: \($0.form)" }.joined(separator: "; ")
      let line = "| `\(row.name)` | \(parameters) | \(row.sees) |\n"
      #expect(reference.contains(line), "\(line)")
      let short = "| `\(row.name)` | \(row.sees) |\n"
      #expect(tutorial.contains(short), "\(short)")
    }
  }

  @Test("the reference names every member")
  func members() throws {
    let reference = try Self.guide("Scenarios")
    let names =
      ScenarioNames.scenario + ScenarioNames.rule + ScenarioNames.match + ScenarioNames.over
      + ScenarioNames.respond + ScenarioNames.pace + ScenarioNames.delay + ScenarioNames.step
      + ScenarioNames.error + ScenarioNames.eventRule + ScenarioNames.day
      + ScenarioNames.ring + ScenarioNames.expect
    for name in names {
      #expect(reference.contains("`\(name)") || reference.contains("{ \(name)"), "\(name)")
    }
  }
}
