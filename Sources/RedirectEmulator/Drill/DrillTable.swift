import Core

/// The table of a drill, line by line: for a terminal, and for logs.
package struct DrillTable: Sendable {
  /// How wide the column of names is.
  private let width: Int

  /// - Parameter names: of all days.
  package init(names: [String]) {
    width = max(3, names.map { ShownText.line($0).count }.max() ?? 0)
  }

  package var head: String {
    line(["day", "the caller", "tries", "time", "verdict"])
  }

  /// A day's line.
  package func line(_ report: DayReport) -> String {
    let isTested = report.verdict != .notTested
    return line([
      report.day.name, isTested ? report.callers : "-", isTested ? String(report.tries) : "-",
      Self.text(report.time), report.verdictText(failed: "FAILED"),
    ])
  }

  /// What a terminal shows while a day runs.
  package func progress(_ name: String, _ time: Duration) -> String {
    line([name, "…", "", Self.text(time), "running"])
  }

  private static let callerWidth = 24

  private func line(_ cells: [String]) -> String {
    let widths = [width, Self.callerWidth, 5, 7, 0]
    let padded = zip(cells, widths).enumerated().map { index, pair -> String in
      let text = ShownText.line(pair.0)
      let blanks = String(repeating: " ", count: max(0, pair.1 - text.count))
      // Numbers are read from the right.
      return index == 2 || index == 3 ? blanks + text : text + blanks
    }
    return padded.joined(separator: "  ")
  }

  /// With one decimal: `12.3s`.
  private static func text(_ time: Duration) -> String {
    let tenths = (time.wholeNanoseconds + 50_000_000) / 100_000_000
    return "\(tenths / 10).\(tenths % 10)s"
  }
}
