import Core

extension Report {
  /// The live page as a file, with this data.
  var html: [UInt8] { PageDocument.shared.file(with: json, orText: text) }

  /// The page's text for browsers that cannot run its script: the counts of the calls by verdict, and the stories of
  /// those with a problem.
  private var text: String {
    var lines: [String] = []
    for part in parts {
      if parts.count > 1 { lines += [part.name, ""] }
      lines += [part.counts]
      let problems = part.calls.filter(\.verdict.isProblem)
      lines += problems.prefix(Self.rowLimit).map { call in
        "\(call.id): \(call.story)\(call.advice.map { " " + $0 } ?? "")"
      }
      if problems.count > Self.rowLimit {
        lines.append("… and \(problems.count - Self.rowLimit) more.")
      }
      lines.append("")
    }
    return lines.map { ShownText.line($0) }.joined(separator: "\n")
  }
}

extension PageDocument {
  /// The live page as a file: the same document, with a policy that allows no requests, and with the data in an element
  /// that no browser runs.
  ///
  /// - Parameters:
  ///   - json: the data, as ``Report`` writes it.
  ///   - text: the same in short, for browsers that run no script.
  func file(with json: [UInt8], orText text: String) -> [UInt8] {
    let policy = "<meta http-equiv=\"Content-Security-Policy\" content=\"\(filePolicy)\">"
    var output: [UInt8] = []
    output.reserveCapacity(html.count + json.count + 65_536)
    let head = Array("<head>".utf8)
    let script = Array("<script>".utf8)
    // It is the part between the style and the script.
    guard let headRange = html.firstRange(of: head),
      let noscript = html.firstRange(of: Array("<noscript>".utf8)),
      let scriptRange = html.firstRange(of: script), noscript.upperBound <= scriptRange.lowerBound
    else { return html }
    output += html[..<headRange.upperBound]
    output += policy.utf8
    output += html[headRange.upperBound..<noscript.lowerBound]
    output +=
      "<noscript><p>This page shows more where JavaScript may run. In short:</p>\n<pre>".utf8
    output += Self.escaped(text).utf8
    output += "</pre></noscript>\n".utf8
    output += "<script type=\"application/json\" id=\"data\">".utf8
    // No text in it ends the element, or begins a comment.
    for byte in json {
      if byte == UInt8(ascii: "<") {
        output += "\\u003c".utf8
      } else {
        output.append(byte)
      }
    }
    output += "</script>\n".utf8
    output += html[scriptRange.lowerBound...]
    return output
  }

  /// Text as the content of an element. HTML, 13.1.2.
  private static func escaped(_ text: String) -> String {
    var output = ""
    for character in text {
      switch character {
      case "&": output += "&amp;"
      case "<": output += "&lt;"
      case ">": output += "&gt;"
      default: output.append(character)
      }
    }
    return output
  }
}
