import Foundation
import Testing

/// The Contract guide tells facts, and how sure each is.
@Suite struct ContractGuideTests {
  @Test("each row of the Contract guide says that it is documented, recorded or ours")
  func sources() throws {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    let file = root.appending(path: "Sources/RedirectEmulator/Documentation.docc/Contract.md")
    let lines = try String(contentsOf: file, encoding: .utf8).components(separatedBy: "\n")
    let first = try #require(lines.firstIndex { $0.hasPrefix("## 1.") })
    var rows = 0
    for index in lines.indices where index > first && lines[index].hasPrefix("| ") {
      let cells = lines[index].components(separatedBy: " | ")
      let source = cells.last?.dropLast(2) ?? ""
      if lines[index + 1].hasPrefix("|---") {
        #expect(source == "source", "\(lines[index])")
        continue
      }
      rows += 1
      #expect(
        ["documented", "recorded", "ours"].contains { source.contains($0) }, "\(lines[index])")
    }
    #expect(rows > 100)
  }
}
