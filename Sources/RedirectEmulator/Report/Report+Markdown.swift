import Core

extension Report {
  /// For a pull request: how many calls have which verdict, and what happened to those with a problem.
  var markdown: String {
    var lines = ["# Redirect Call: what became of the calls", ""]
    for part in parts {
      if parts.count > 1 { lines += ["## \(Self.escaped(part.name))", ""] }
      lines += part.markdown
    }
    lines += [
      "redirect-emulator \(Emulator.version), \(Timestamp.text(secondsSince1970: time.seconds))",
      "",
    ]
    return lines.joined(separator: "\n")
  }

  /// The most calls that are reported one by one.
  static let rowLimit = 100

  /// A client's text in a cell: the special characters of Markdown and HTML are escaped.
  static func escaped(_ text: String) -> String {
    var output = ""
    for character in ShownText.line(text) {
      switch character {
      case "<": output += "&lt;"
      case ">": output += "&gt;"
      case "&": output += "&amp;"
      case "\\", "`", "*", "_", "[", "]", "|", "#", "~", "!", "@":
        output.append("\\")
        output.append(character)
      default: output.append(character)
      }
    }
    return output
  }

  fileprivate static func rows(_ calls: [Call], _ form: CallForm) -> [String] {
    var lines = [
      "| verdict | call | tries | what happened | what to do |", "|---|---|---|---|---|",
    ]
    for call in calls.prefix(rowLimit) {
      let tries = call.attempts.map { $0.status.map(String.init) ?? $0.end?.rawValue ?? "open" }
      lines.append(
        "| \(call.verdict.rawValue) | \(call.id) | \(tries.joined(separator: ", ")) | \(escaped(call.story)) | \(escaped(call.advice ?? "")) |"
      )
    }
    if calls.count > rowLimit { lines += ["", "… and \(calls.count - rowLimit) more."] }
    return lines
  }
}

extension Report.Part {
  /// How many calls have which verdict, as a sentence.
  var counts: String {
    if calls.isEmpty { return "No call." }
    let counts = Call.Verdict.allCases.compactMap { verdict in
      let count = calls.count { $0.verdict == verdict }
      return count == 0 ? nil : "\(count) \(verdict.rawValue)"
    }
    return counts.joined(separator: ", ") + "."
  }

  fileprivate var markdown: [String] {
    var lines = [counts, ""]
    if omitted > 0 || dropped > 0 {
      lines += ["\(UInt64(omitted) + dropped) older calls are left out.", ""]
    }
    let problems = calls.filter(\.verdict.isProblem)
    if !problems.isEmpty { lines += Report.rows(problems, form) + [""] }
    return lines
  }
}
