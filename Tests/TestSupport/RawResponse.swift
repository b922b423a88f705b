/// A response as it was on the wire.
package struct RawResponse: Sendable {
  package var statusLine: String
  package var status: Int
  /// Names as sent, in order.
  package var fields: [(name: String, value: String)]
  package var body: [UInt8]

  /// Its bytes on the wire, of a response that writes its fields as `Name: value`.
  package var wireLength: Int {
    fields.reduce(statusLine.utf8.count + 4 + body.count) {
      $0 + $1.name.utf8.count + $1.value.utf8.count + 4
    }
  }

  package var text: String { String(decoding: body, as: UTF8.self) }

  /// The value of the first field with this name, compared without case.
  package subscript(name: String) -> String? {
    fields.first { $0.name.lowercased() == name.lowercased() }?.value
  }

  /// The text of a member in the body: enough for `"code":"8523"` without decoding all of it.
  package func member(_ name: String) -> String? {
    guard let range = text.firstRange(of: "\"\(name)\":\"") else { return nil }
    var result = ""
    var escaped = false
    for character in text[range.upperBound...] {
      if escaped {
        result.append(character)
        escaped = false
      } else if character == "\\" {
        escaped = true
      } else if character == "\"" {
        return result
      } else {
        result.append(character)
      }
    }
    return nil
  }

  /// A figure without labels in the text of `/metrics`, by its name without what all begin with.
  package func metric(_ name: String) throws -> Int {
    for line in text.split(separator: "\n") {
      let parts = line.split(separator: " ")
      if parts.first == "redirect_emulator_" + name, let value = parts.last.flatMap({ Int($0) }) {
        return value
      }
    }
    throw Malformed(description: "no figure \(name) in: \(text)")
  }

  struct Malformed: Error, CustomStringConvertible {
    let description: String
  }

  /// - Returns: the first response in `bytes` and its length, or nil while it is not whole.
  static func parse(_ bytes: [UInt8], toHEAD: Bool, ended: Bool) throws -> (RawResponse, Int)? {
    guard let headEnd = Self.endOfHead(bytes) else { return nil }
    let lines = String(decoding: bytes[..<(headEnd - 4)], as: UTF8.self)
      .split(separator: "\r\n", omittingEmptySubsequences: false).map(String.init)
    let statusLine = lines[0]
    let parts = statusLine.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false)
    guard parts.count >= 2, parts[0].hasPrefix("HTTP/1."), let status = Int(parts[1]) else {
      throw Malformed(description: "no status line: \(statusLine)")
    }
    var fields: [(name: String, value: String)] = []
    for line in lines.dropFirst() {
      guard let colon = line.firstIndex(of: ":") else {
        throw Malformed(description: "no field line: \(line)")
      }
      var value = line[line.index(after: colon)...]
      while value.first == " " { value.removeFirst() }
      fields.append((String(line[..<colon]), String(value)))
    }
    var answer = RawResponse(statusLine: statusLine, status: status, fields: fields, body: [])
    if toHEAD || status < 200 || status == 204 || status == 304 { return (answer, headEnd) }
    if let text = answer["Content-Length"] {
      guard let length = Int(text) else { throw Malformed(description: "Content-Length: \(text)") }
      guard bytes.count >= headEnd + length else { return nil }
      answer.body = Array(bytes[headEnd..<(headEnd + length)])
      return (answer, headEnd + length)
    }
    // Without a length the content ends with the connection (RFC 9112 §6.3).
    guard ended else { return nil }
    answer.body = Array(bytes[headEnd...])
    return (answer, bytes.count)
  }

  private static func endOfHead(_ bytes: [UInt8]) -> Int? {
    var index = 0
    while index + 4 <= bytes.count {
      if bytes[index] == 13, bytes[index + 1] == 10, bytes[index + 2] == 13, bytes[index + 3] == 10
      {
        return index + 4
      }
      index += 1
    }
    return nil
  }
}
