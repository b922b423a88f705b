import Core
import HTTP1

/// Reads a recorded message's parts again when somebody reads the journal. The head was parsed strictly before it was
/// recorded, so this splits lines and checks nothing.
struct RecordedMessageReader {
  /// The message's bytes. All ranges are offsets in them.
  let bytes: [UInt8]
  private let contentStart: Int
  private(set) var method: Range<Int> = 0..<0
  private(set) var path: Range<Int> = 0..<0
  private(set) var query: Range<Int>?
  private(set) var fields: [FieldLine] = []
  /// Whether the client speaks HTTP/1.0.
  private(set) var isHTTP10 = false

  init(_ message: RecordedMessage) {
    bytes = message.bytes
    contentStart = message.headLength ?? 0
    guard let headLength = message.headLength else { return }
    var position = 0
    while position < headLength {
      let lineEnd = bytes[position..<headLength].firstIndex(of: ASCII.lineFeed) ?? headLength
      let end =
        lineEnd > position && bytes[lineEnd - 1] == ASCII.carriageReturn ? lineEnd - 1 : lineEnd
      readLine(position..<end)
      position = lineEnd + 1
    }
  }

  /// The content; everything if the message could not be read.
  var content: ArraySlice<UInt8> {
    bytes[contentStart...]
  }

  func text(_ range: Range<Int>) -> String {
    String(decoding: bytes[range], as: UTF8.self)
  }

  /// The value of the first field with this name.
  func value(of name: KnownFieldName) -> String? { range(of: name).map(text) }

  /// The value of the first field with this name.
  ///
  /// - Parameter name: in lower case.
  func value(named name: StaticString) -> String? {
    fields.first { bytes.span.holds(ignoringCase: name, in: $0.name) }.map {
      text($0.value)
    }
  }

  /// Where the value of the first field with this name is.
  func range(of name: KnownFieldName) -> Range<Int>? {
    fields.first {
      bytes.span.holds(ignoringCase: name.lowercased, in: $0.name)
    }?.value
  }

  /// The first query parameter with this name, percent-decoded.
  func queryParameter(_ name: StaticString) -> String? {
    var parameters = QueryParameters(query)
    while let parameter = parameters.next(in: bytes.span) {
      if QueryParameters.matches(parameter.name, in: bytes.span, name) {
        return QueryParameters.decoded(parameter.value, in: bytes.span)
      }
    }
    return nil
  }

  private mutating func readLine(_ line: Range<Int>) {
    guard !line.isEmpty else { return }
    if method.isEmpty {
      readRequestLine(line)
      return
    }
    guard let colon = bytes[line].firstIndex(of: ASCII.colon) else { return }
    let value = bytes.span.trimmed((colon + 1)..<line.upperBound)
    fields.append(FieldLine(name: line.lowerBound..<colon, value: value, known: nil))
  }

  private mutating func readRequestLine(_ line: Range<Int>) {
    let methodEnd = bytes[line].firstIndex(of: ASCII.space) ?? line.upperBound
    method = line.lowerBound..<methodEnd
    guard methodEnd < line.upperBound else { return }
    let rest = (methodEnd + 1)..<line.upperBound
    let targetEnd = bytes[rest].firstIndex(of: ASCII.space) ?? line.upperBound
    isHTTP10 = bytes[targetEnd..<line.upperBound].elementsEqual(" HTTP/1.0".utf8)
    var target = rest.lowerBound..<targetEnd
    if let slash = bytes[target].firstIndex(of: ASCII.slash), slash > target.lowerBound,
      slash + 1 < target.upperBound, bytes[slash - 1] == ASCII.colon,
      bytes[slash + 1] == ASCII.slash
    {
      // Absolute form: the path begins after the authority.
      let authority = (slash + 2)..<target.upperBound
      let pathStart =
        bytes[authority].firstIndex { $0 == ASCII.slash || $0 == ASCII.questionMark }
        ?? target.upperBound
      target = pathStart..<target.upperBound
    }
    let mark = bytes[target].firstIndex(of: ASCII.questionMark)
    path = target.lowerBound..<(mark ?? target.upperBound)
    query = mark.map { ($0 + 1)..<target.upperBound }
  }
}
