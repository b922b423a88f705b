import Foundation
import Testing

/// Swift code in the guides is code that the tests compile and run.
@Suite("The guides' Swift blocks")
struct SwiftBlocksTests {
  /// The guide whose blocks are the files of a package of their own, which `scripts/example` builds and tests.
  private static let package = "EmbeddingInSwift"

  private static func lines(_ text: String) -> [Substring] {
    text.split(separator: "\n").map { $0.drop { $0 == " " } }
  }

  @Test("each names a file, and that file has its lines")
  func code() throws {
    var count = 0
    for guide in try Fixture.guides() where guide != Self.package {
      for block in ScenarioGuidesTests.blocks(try ScenarioGuidesTests.guide(guide))
      where block.language == "swift" {
        count += 1
        try #require(Fixture.exists(block.name), "\(guide): \(block.name)\n\(block.text)")
        let file = Self.lines(try Fixture.text(block.name))
        let lines = Self.lines(block.text)
        #expect(
          file.indices.contains { file[$0...].starts(with: lines) },
          "\(guide): \(block.name) does not have:\n\(block.text)")
      }
    }
    #expect(count >= 10)
  }
}
