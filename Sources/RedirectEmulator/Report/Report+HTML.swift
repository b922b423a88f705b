import Core

extension Report {
  /// The live page as a file, with this data.
  var html: [UInt8] { PageDocument.shared.file(with: json) }
}

extension PageDocument {
  /// The live page as a file: the same document, with a policy that lets it ask nobody, and with the data in an element that
  /// no browser runs.
  ///
  /// - Parameter json: the data, as ``Report`` writes it.
  func file(with json: [UInt8]) -> [UInt8] {
    let policy = "<meta http-equiv=\"Content-Security-Policy\" content=\"\(filePolicy)\">"
    var output: [UInt8] = []
    output.reserveCapacity(html.count + json.count + 65_536)
    let head = Array("<head>".utf8)
    let script = Array("<script>".utf8)
    guard let headRange = html.firstRange(of: head),
      let scriptRange = html.firstRange(of: script)
    else { return html }
    output += html[..<headRange.upperBound]
    output += policy.utf8
    output += html[headRange.upperBound..<scriptRange.lowerBound]
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
}
