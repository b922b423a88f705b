import Core
import Documents

/// The result of a drill: the lines of its table, and its reports for programs.
package struct DrillReport: Sendable {
  package let days: [DayReport]

  /// How many days were not run, since no call can ring at the app.
  package let notRun: Int

  package init(_ days: [DayReport], notRun: Int = 0) {
    (self.days, self.notRun) = (days, notRun)
  }

  package func days(_ verdict: DayJudge.Verdict) -> [DayReport] {
    days.filter { $0.verdict == verdict }
  }

  /// Whether every day that was tested is as expected.
  ///
  /// A drill in which no day was tested says nothing of the app, and is not as expected.
  ///
  /// - Parameter needsAll: whether a day that was not tested is not as expected.
  package func passed(needsAll: Bool) -> Bool {
    guard days(.failed).isEmpty else { return false }
    return needsAll ? days(.notTested).isEmpty : !days(.passed).isEmpty
  }

  /// `28 days passed, 1 failed, 1 not tested`, and a list of the failed ones.
  package var summary: String {
    var text = "\(CountText(days(.passed).count, "day")) passed"
    let (failed, notTested) = (days(.failed), days(.notTested))
    text += ", \(failed.count) failed, \(notTested.count) not tested"
    if notRun > 0 { text += ", \(notRun) not run since no call can ring at the app" }
    if !failed.isEmpty {
      text += "; failed: " + failed.map(\.day.name).joined(separator: ", ")
    }
    if days(.passed).isEmpty, failed.isEmpty { text += "; expected at least one that is tested" }
    return ShownText.line(text)
  }

  /// What is said below the failed days, a paragraph each.
  package var remarks: [String] { [doubt].compactMap(\.self) + advice }

  /// The days with a paragraph below the table: those that were failed, and the first one on which the command ended with
  /// an error before it sent a request. Its output says why, most often of all such days.
  package var explained: [DayReport] {
    days(.failed) + days(.notTested).filter { !$0.output.isEmpty }.prefix(1)
  }

  /// What is said of days that were passed with advice: the first call with its story, and the days that have the same advice.
  package var advice: [String] {
    var alike: [(advice: String, day: String, call: Call, others: [String])] = []
    for report in days {
      for call in report.advised {
        guard let advice = call.advice else { continue }
        let name = report.day.name
        guard let place = alike.firstIndex(where: { $0.advice == advice }) else {
          alike.append((advice, name, call, []))
          continue
        }
        if alike[place].day != name, alike[place].others.last != name {
          alike[place].others.append(name)
        }
      }
    }
    let unfired = days.compactMap { report in
      report.neverFiredWords.map {
        ShownText.line("Advice, although \(report.day.name) is ok: \($0)")
      }
    }
    return alike.map { item in
      let others =
        item.others.isEmpty ? "" : " The same advice on: \(item.others.joined(separator: ", "))."
      return ShownText.line(
        "Advice, although \(item.day) is ok: \(item.call.id): \(item.call.story) \(item.advice)\(others)"
      )
    } + unfired
  }

  /// Of which failed days the verdict may be untrue, since time was skipped in which the app may have wanted to redirect;
  /// nil if there are none.
  package var doubt: String? {
    let names = days.filter { $0.skipped > .zero }.map(\.day.name)
    guard let first = names.first else { return nil }
    let (listed, them) =
      names.count == 1
      ? ("of the day \(first)", "it") : ("of these days: " + names.joined(separator: ", "), "them")
    return ShownText.line(
      "Time was skipped after the app had answered the event \(listed). If the app redirects in the background, run \(them) again with --no-skip to be sure."
    )
  }

  /// `{"passed","failed","notTested","days":[…]}`.
  package var json: [UInt8] {
    var writer = JSONWriter()
    write(to: &writer)
    return writer.bytes + [ASCII.lineFeed]
  }

  func write(to writer: inout JSONWriter) {
    writer.object { writer in
      writer.member("passed", days(.passed).count)
      writer.member("failed", days(.failed).count)
      writer.member("notTested", days(.notTested).count)
      if notRun > 0 { writer.member("notRun", notRun) }
      writer.member("days") { writer in
        writer.array { writer in
          for day in days { day.write(to: &writer) }
        }
      }
      writer.member("doubt", doubt)
      writer.member("advice") { writer in
        writer.array { writer in
          for text in advice { writer.value(text) }
        }
      }
    }
  }

  /// A document of JUnit's form, as CI systems read it: a test case for each day.
  package var junit: String {
    let time = days.reduce(Duration.zero) { $0 + $1.time }
    let counts =
      "tests=\"\(days.count)\" failures=\"\(days(.failed).count)\" errors=\"0\" skipped=\"\(days(.notTested).count)\" time=\"\(Self.seconds(time))\""
    var text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites \(counts)>\n"
    text += "<testsuite name=\"redirect-emulator drill\" \(counts)>\n"
    for day in days { text += Self.testCase(day) }
    return text + "</testsuite>\n</testsuites>\n"
  }

  private static func testCase(_ report: DayReport) -> String {
    var text =
      "<testcase classname=\"redirect-emulator.drill.\(report.day.kind.rawValue)\" name=\"\(escaped(report.day.name))\" time=\"\(seconds(report.time))\">"
    let message = report.findings.joined(separator: " ")
    switch report.verdict {
    case .passed:
      var lines = report.remark.map { ["the caller: \(report.callers); \($0)"] } ?? []
      lines += report.advised.prefix(DayReport.mostStories).map {
        "\($0.id): \($0.story) \($0.advice ?? "")"
      }
      if !lines.isEmpty {
        text += "<system-out>\(escaped(lines.joined(separator: "\n")))</system-out>"
      }
    case .notTested: text += "<skipped message=\"\(escaped(message))\"/>"
    case .failed:
      let lines = report.findings + report.stories.map { "\($0.call.id): \($0.text)" }
      text += "<failure message=\"\(escaped(message))\" type=\"day\">"
      text += escaped(lines.joined(separator: "\n")) + "</failure>"
      if !report.output.isEmpty {
        text += "<system-out>\(escaped(report.output))</system-out>"
      }
    }
    return text + "</testcase>\n"
  }

  private static func seconds(_ time: Duration) -> String {
    let milliseconds = time.wholeNanoseconds / 1_000_000
    let thousandths = String(milliseconds % 1_000)
    let zeros = String(repeating: "0", count: 3 - thousandths.utf8.count)
    return "\(milliseconds / 1_000).\(zeros)\(thousandths)"
  }

  /// What XML takes in text and in attributes: its own characters as entities, and without those that no XML
  /// document may have (XML 1.0, 2.2).
  package static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "\n", "\t", "\r": result += "&#\(scalar.value);"
      case "\u{0}"..."\u{1F}", "\u{FFFE}", "\u{FFFF}": result += "\u{FFFD}"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
