import Core
import Documents
import EventLoop

/// A drill's report for people: as a page that opens as a file, and for a pull request.
extension DrillReport {
  /// The live page as a file: its view "Drill" has the days, and each failed day is a resource with its calls and their
  /// requests, redacted as the journal is.
  package var html: [UInt8] {
    var writer = JSONWriter()
    writer.object { writer in
      writer.member("version", Emulator.version)
      writer.member("at", Instant(nanoseconds: Int64(clamping: SystemCall.realtimeNow())))
      writer.member("drill") { write(to: &$0) }
      writer.member("resources") { writer in
        writer.array { writer in
          for day in days where !day.resource.isEmpty { writer.value(json: day.resource) }
        }
      }
    }
    return PageDocument.shared.file(with: writer.bytes, orText: text)
  }

  /// The table, the failed days and the totals, as `drill` prints them.
  package var text: String {
    let table = DrillTable(names: days.map(\.day.name))
    let lines = [table.head] + days.map(table.line)
    return lines.joined(separator: "\n") + "\n"
      + explained.map { "\n" + $0.paragraph }.joined()
      + remarks.map { "\n" + $0 + "\n" }.joined() + "\n" + summary + "\n"
  }

  /// A table of the days, and of each failed one the reasons, the stories and the output.
  package var markdown: String {
    var lines = [
      "# Drill: \(Report.escaped(summary))", "", "| day | the caller | tries | verdict |",
      "|---|---|---|---|",
    ]
    for report in days {
      let verdict =
        report.verdict == .failed
        ? "**failed**" : Report.escaped(report.verdictText(failed: ""))
      let isTested = report.verdict != .notTested
      lines.append(
        "| \(Report.escaped(report.day.name)) | \(isTested ? report.callers : "") | \(isTested ? String(report.tries) : "") | \(verdict) |"
      )
    }
    for report in explained {
      lines += [
        "", "## \(Report.escaped(report.day.name))", "", Report.escaped(report.day.about), "",
      ]
      lines += report.findings.map { "- " + Report.escaped($0) }
      lines += report.stories.map { "- \($0.call.id): \(Report.escaped($0.text))" }
      if !report.output.isEmpty {
        lines += ["", "The end of its output:", ""]
        lines += report.shownOutput.map { "    " + ShownText.line($0) }
      }
    }
    for remark in remarks { lines += ["", Report.escaped(remark)] }
    return (lines + ["", "redirect-emulator \(Emulator.version)", ""]).joined(separator: "\n")
  }
}
