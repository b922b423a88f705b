import FoundationEssentials
import Testing

/// What the guide says of the code is so.
@Suite("The Architecture guide")
struct ArchitectureGuideTests {
  @Test("each file that it names exists")
  func files() throws {
    let guide = try ScenarioGuidesTests.guide("Architecture")
    let named = guide.split(separator: "`").filter {
      ($0.hasPrefix("Sources/") || $0.hasPrefix("fixtures/")) && !$0.contains("\n")
    }
    #expect(named.count > 10)
    for path in named { #expect(Fixture.exists(String(path)), "\(path)") }
  }

  @Test("a request's way is ten lines, each of one file")
  func way() throws {
    let guide = try ScenarioGuidesTests.guide("Architecture")
    let steps = guide.split(separator: "\n").filter { $0.wholeMatch(of: /\d+\. .*/) != nil }
    #expect(steps.count == 10)
    for (index, step) in steps.enumerated() {
      #expect(step.hasPrefix("\(index + 1). `Sources/"), "\(step)")
    }
  }
}
