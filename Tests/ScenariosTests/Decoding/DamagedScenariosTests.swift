import Documents
import Scenarios
import Testing

@Suite struct DamagedScenariosTests {
  @Test("no more issues are kept than anybody reads")
  func bounded() throws {
    let text = "rules: [" + String(repeating: "{fault: x},", count: 500) + "]"
    #expect {
      try ScenarioDecoder.decode(text)
    } throws: { error in
      (error as? DocumentErrors)?.issues.count == IssueList.most
    }
  }

  @Test(
    "a damaged scenario is refused or read, and never a trap",
    arguments: Fixture.scenarios)
  func damage(_ name: String) throws {
    let bytes = Array(try Fixture.scenario(name).utf8)
    var random = SeededRandom(seed: 5)
    for _ in 0..<60 {
      var damaged = bytes
      for _ in 0..<3 {
        let index = Int(random.next() % UInt64(damaged.count))
        switch random.next() % 3 {
        case 0: damaged[index] = UInt8(truncatingIfNeeded: random.next() % 128)
        case 1: damaged.remove(at: index)
        default:
          damaged.insert(contentsOf: "{[:-*&\"'|>%!?,]}".utf8.shuffled(using: &random), at: index)
        }
      }
      _ = try? ScenarioDecoder.decode(String(decoding: damaged, as: UTF8.self))
    }
  }
}
