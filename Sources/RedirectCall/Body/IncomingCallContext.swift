import Core
import Documents

/// Which call a request is about, whether or not its body would pass.
package enum IncomingCallContext {
  /// The most bytes of a body that are looked at.
  private static let longestBody = 64 * 1024

  /// The body's `incomingCallContext`, as far as the body can be read; nil if it has none that is a string.
  ///
  /// - Complexity: O(body), but at most 64 KiB are read.
  package static func find(in body: Span<UInt8>) -> String? {
    guard body.count <= longestBody else { return nil }
    var scanner = JSONScanner(depthLimit: 32)
    return try? find(in: body, by: &scanner)
  }

  private static func find(in body: Span<UInt8>, by scanner: inout JSONScanner) throws(JSONFault)
    -> String?
  {
    guard scanner.peek(body) == ASCII.leftBrace else { return nil }
    try scanner.open()
    var isFirst = true
    while let name = try scanner.nextMember(body, isFirst: isFirst) {
      isFirst = false
      if name.string(in: body) == "incomingCallContext" {
        guard body[scanner.position] == ASCII.quotationMark else { return nil }
        let text = try scanner.string(body).string(in: body)
        return text.isEmpty ? nil : text
      }
      try skip(body, &scanner)
    }
    return nil
  }

  private static func skip(_ body: Span<UInt8>, _ scanner: inout JSONScanner) throws(JSONFault) {
    guard let first = scanner.peek(body) else { return }
    switch first {
    case ASCII.quotationMark: _ = try scanner.string(body)
    case ASCII.leftBrace:
      try scanner.open()
      var isFirst = true
      while try scanner.nextMember(body, isFirst: isFirst) != nil {
        isFirst = false
        try skip(body, &scanner)
      }
    case ASCII.leftBracket:
      try scanner.open()
      var isFirst = true
      while try scanner.nextElement(body, isFirst: isFirst) {
        isFirst = false
        try skip(body, &scanner)
      }
    case UInt8(ascii: "t"), UInt8(ascii: "f"), UInt8(ascii: "n"): try scanner.literal(body)
    default: try scanner.number(body)
    }
  }
}
