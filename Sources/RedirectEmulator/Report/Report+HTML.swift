import Core

extension Report {
  /// The live page as a file: the same document, with a policy that lets it ask nobody, and with the data in an element that
  /// no browser runs.
  var html: [UInt8] {
    let page = PageDocument.shared
    let policy =
      "<meta http-equiv=\"Content-Security-Policy\" content=\"\(page.filePolicy)\">"
    var output: [UInt8] = []
    output.reserveCapacity(page.html.count + 65_536)
    let head = Array("<head>".utf8)
    let script = Array("<script>".utf8)
    guard let headRange = page.html.firstRange(of: head),
      let scriptRange = page.html.firstRange(of: script)
    else { return page.html }
    output += page.html[..<headRange.upperBound]
    output += policy.utf8
    output += page.html[headRange.upperBound..<scriptRange.lowerBound]
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
    output += page.html[scriptRange.lowerBound...]
    return output
  }
}
