import FoundationEssentials
import RedirectEmulator
import Testing

/// The guide ControlAPI lists the calls in tables, one under each heading; these hold them to ``ControlRoute/all``.
@Suite struct ControlGuideTests {
  /// A row of a table of calls, but for its last cell, which is free text.
  struct Row: Equatable, CustomStringConvertible {
    var group: String
    var cells: [String]

    var description: String { group + ": " + cells.joined(separator: " | ") }
  }

  static let heading = ["call", "parameters", "body", "response"]

  /// The guide's rows, in its order.
  static func guide() throws -> [Row] {
    let root = #filePath.split(separator: "/").dropLast(4).joined(separator: "/")
    let url = URL(
      filePath: "/\(root)/Sources/RedirectEmulator/Documentation.docc/ControlAPI.md")
    var rows: [Row] = []
    var group = ""
    var isInside = false
    for line in try String(contentsOf: url, encoding: .utf8).split(
      separator: "\n", omittingEmptySubsequences: false)
    {
      if line.hasPrefix("## ") { group = String(line.dropFirst(3)) }
      // A bar in a cell is written \|.
      let cells = line.replacing("\\|", with: "").split(
        separator: "|", omittingEmptySubsequences: false
      ).map { $0.trimmingPrefix(" ").description }.map { text in
        text.hasSuffix(" ") ? String(text.dropLast()) : text
      }
      let named = Array(cells.dropFirst().prefix(4))
      if named == heading {
        isInside = true
      } else if !line.hasPrefix("|") {
        isInside = false
      } else if isInside, !line.hasPrefix("|---") {
        #expect(cells.count == 7 && !cells[5].isEmpty, "\(line)")
        rows.append(Row(group: group, cells: named))
      }
    }
    return rows
  }

  static func row(_ route: ControlRoute) -> Row {
    func content(_ content: ControlRoute.Content) -> String {
      "`" + (content.schema ?? content.mediaTypes.joined(separator: ", ")) + "`"
    }
    let statuses = route.response.statuses.map(String.init).joined(separator: ", ")
    return Row(
      group: route.group,
      cells: [
        "`" + route.call + "`",
        route.parameters.map { "`" + $0.name + "`" }.joined(separator: ", "),
        route.body.map { content($0.content) + ($0.isRequired ? "" : " or none") } ?? "",
        statuses + (route.response.content.map { " " + content($0) } ?? ""),
      ])
  }

  @Test("the guide's tables are the table of routes, in its order")
  func tables() throws {
    let rows = try Self.guide()
    let expected = ControlRoute.all.map(Self.row)
    for (row, expected) in zip(rows, expected) { #expect(row == expected) }
    #expect(rows.count == expected.count)
  }

  @Test("the parameters of the journal are explained in the guide, and no others")
  func parameters() throws {
    let root = #filePath.split(separator: "/").dropLast(4).joined(separator: "/")
    let text = try String(
      contentsOf: URL(
        filePath: "/\(root)/Sources/RedirectEmulator/Documentation.docc/ControlAPI.md"),
      encoding: .utf8)
    let table = try #require(text.firstRange(of: "| parameter | accepts |\n|---|---|\n"))
    let names = text[table.upperBound...].split(separator: "\n", omittingEmptySubsequences: false)
      .prefix { $0.hasPrefix("| `") }.map { $0.split(separator: "`")[1] }
    #expect(names.map(String.init) == ControlParameter.journalPage.map(\.name))
  }
}
