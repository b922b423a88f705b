import FoundationEssentials
import Testing

/// The guide's examples are run against a server elsewhere; here they are only checked to be examples.
@Suite struct GuideExamplesTests {
  @Test("every json block of the guides is JSON, and every sh block has a response behind it")
  func blocks() throws {
    let guides = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "Sources/RedirectEmulator/Documentation.docc")
    for name in ["ControlAPI.md", "WatchingAndAsserting.md"] {
      let text = try String(contentsOf: guides.appending(path: name), encoding: .utf8)
      var language: Substring?
      var previous: Substring = ""
      var block = ""
      var languages: [Substring] = []
      for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
        if let open = language, line == "```" {
          if open == "json" {
            #expect(throws: Never.self, "\(name): \(block)") {
              try JSONDecoder().decode(AnyJSON.self, from: Data(block.utf8))
            }
          }
          language = nil
          previous = open
        } else if language != nil {
          block += line + "\n"
        } else if line.hasPrefix("```") {
          language = line.dropFirst(3)
          block = ""
          languages.append(line.dropFirst(3))
          if previous == "sh" {
            #expect(line == "```json" || line == "```text", "\(name): \(line)")
          }
        }
      }
      #expect(language == nil)
      #expect(languages.contains("json"))
    }
  }

  /// Any JSON value.
  private struct AnyJSON: Decodable {
    init(from decoder: any Decoder) throws {
      if let object = try? decoder.container(keyedBy: AnyKey.self) {
        for key in object.allKeys { _ = try object.decode(AnyJSON.self, forKey: key) }
      }
    }
  }

  private struct AnyKey: CodingKey {
    var stringValue: String
    var intValue: Int? { nil }
    init?(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }
}
