/// Refuses, before the YAML reader sees them, texts that would make it recurse without bound: it goes one call
/// deeper for each level and expands what aliases stand for.
enum DocumentShape {
  private static let deepestIndentation = 400
  private static let mostAliases = 32

  /// Counts brackets, indentation, `- - -` and `*alias`, wherever they stand: also within quotes and comments, so
  /// that the bounds are far above what a scenario needs.
  static func fault(in text: String) -> ScenarioIssue? {
    var line = 1
    var column = 0
    var depth = 0
    var indicators = 0
    var aliases = 0
    var isLeading = true
    var isAfterGap = false
    var previous: UInt8 = 0x0A
    for byte in text.utf8 {
      column += 1
      switch byte {
      case 0x0A:
        line += 1
        column = 0
        indicators = 0
        isLeading = true
      case 0x5B, 0x7B:
        depth += 1
        isLeading = false
      case 0x5D, 0x7D:
        depth = max(depth - 1, 0)
        isLeading = false
      case 0x20: break
      case 0x2D, 0x3F: if isLeading { indicators += 1 }
      default:
        isLeading = false
        if previous == 0x2A, isAfterGap, byte != 0x2A { aliases += 1 }
      }
      if byte == 0x2A {
        isAfterGap = [0x20, 0x0A, 0x2C, 0x5B, 0x7B, 0x3A].contains(previous)
      }
      previous = byte
      let reason: String? =
        if depth > Document.deepest || indicators > Document.deepest
          || (isLeading && column > deepestIndentation)
        {
          "nested deeper than \(Document.deepest) levels"
        } else if aliases > mostAliases {
          "made of more than \(mostAliases) aliases"
        } else {
          nil
        }
      if let reason {
        return ScenarioIssue(
          message: "The document is \(reason).", line: line, column: max(column, 1), target: "")
      }
    }
    return nil
  }
}
