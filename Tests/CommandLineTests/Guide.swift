import Foundation

/// The guide CommandLine, as its test reads it.
enum Guide {
  static let commandLine = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "Sources/RedirectEmulator/Documentation.docc/CommandLine.md")

  /// A row of an options table: `| option | value | default | repeatable | meaning |`.
  struct Row {
    /// All columns but the meaning.
    var columns: String
    var meaning: String
  }

  /// The rows of the table under the heading that begins with `Options of COMMAND`.
  static func rows(_ text: String, under command: String) -> [Row] {
    guard let start = text.range(of: "## Options of \(command)") else { return [] }
    let section = text[start.upperBound...].components(separatedBy: "\n## ")[0]
    return section.split(separator: "\n").filter { $0.hasPrefix("| `--") }.map { line in
      let cells = line.split(separator: "|", omittingEmptySubsequences: true)
      return Row(
        columns: "|" + cells.prefix(4).joined(separator: "|") + "|",
        meaning: cells.dropFirst(4).joined().trimmingCharacters(in: .whitespaces))
    }
  }
}
