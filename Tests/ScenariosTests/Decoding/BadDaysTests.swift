import Documents
import Foundation
import Scenarios
import Testing

/// The files of `fixtures/days`.
@Suite struct BadDaysTests {
  private static var files: [String] {
    get throws { try Fixture.days() }
  }

  @Test("each day decodes without a warning, is called as its file, and has a plan")
  func days() throws {
    let files = try Self.files
    #expect(files.count == 30)
    var names: Set<String> = []
    for file in files {
      let scenario = try ScenarioDecoder.decode(Fixture.text("fixtures/days/\(file).yaml"))
      #expect(ScenarioChecker.warnings(scenario) == [], "\(file)")
      let day = try #require(scenario.day, "\(file)")
      #expect(day.isNamed(file))
      names.insert(day.name)
      for plan in [
        ScenarioPlan.text(scenario, requests: 5), ScenarioPlan.text(scenario, attempts: 5),
      ] {
        #expect(plan.contains("Assumed: "), "\(file)")
      }
      #expect(day.expect.redirects != nil && !day.expect.caller.isEmpty, "\(file)")
    }
    #expect(names.count == files.count)
  }

  @Test(
    "a day on which an app redirects lets one of five tries through, and one of no redirects none")
  func outcomes() throws {
    for file in try Self.files {
      let scenario = try ScenarioDecoder.decode(Fixture.text("fixtures/days/\(file).yaml"))
      let day = try #require(scenario.day)
      // Bad certificates are shown to connections, of which tries know nothing.
      if day.kind == .attack {
        #expect(!scenario.connections.isEmpty, "\(file)")
        continue
      }
      let tries = ScenarioPlan.text(scenario, attempts: 5)
      // A day of one kind of credential leaves the others alone.
      let part = tries.components(separatedBy: "Tries of one call that fits").last ?? tries
      let isExecuted = part.split(separator: "\n").contains {
        $0.hasSuffix(" executed") && !$0.hasSuffix(" not executed")
      }
      #expect(isExecuted == (day.expect.redirects == 1), "\(file): \(tries)")
    }
  }

  @Test("what goes wrong on a day goes wrong for calls that ring and for those of tests alike")
  func both() throws {
    for file in try Self.files {
      let scenario = try ScenarioDecoder.decode(Fixture.text("fixtures/days/\(file).yaml"))
      let ofRinging = scenario.rules.filter { $0.conditions.ofCall != nil && $0.outcome != .pass }
      let ofTests = scenario.rules.filter { $0.conditions.attempts != nil }
      for rule in ofRinging {
        #expect(
          ofTests.contains {
            $0.outcome == rule.outcome && $0.conditions.attempts == rule.conditions.ofCall
          }, "\(file): \(rule.name)")
      }
    }
  }
}
