import Core
import Documents

/// How log lines look as bytes.
package enum LogFormat: String, CaseIterable, Sendable {
  /// For people: the time of day, then what they look for first.
  case text
  /// For programs: one object per line.
  case json

  /// A line of the log, with its end.
  package func bytes(of line: LogLine, hasColours: Bool = false) -> [UInt8] {
    switch self {
    case .json:
      return JSONWriter.logLine(at: line.instant, line.level, line.message) { writer in
        for field in line.fields { writer.member(field.name, field.value) }
      }
    case .text:
      var writer = TextLogLine(at: line.instant, hasColours: hasColours)
      writer.column()
      writer.append(line.level.rawValue, in: line.level >= .warning ? .yellow : .faint)
      writer.column()
      LogText.append(line.message.utf8.span, to: &writer.bytes)
      for field in line.fields {
        writer.column()
        writer.append("\(field.name) ")
        LogText.append(field.value.description.utf8.span, to: &writer.bytes)
      }
      return writer.finished()
    }
  }
}

/// Text in log lines: what could change a terminal or the look of a line is escaped, in both formats.
enum LogText {
  /// Appends text, escaped as in JSON (RFC 8259 §7), without quotation marks. Bytes that are not UTF-8 are U+FFFD.
  static func append(_ text: Span<UInt8>, to output: inout [UInt8], quotes: Bool = false) {
    JSONString.appendEscaped(text, escapesQuotes: quotes, hidesMarks: true, to: &output)
  }

  /// Appends what a client sent, cut to about as much as messages show of it.
  static func append(value text: Span<UInt8>, to output: inout [UInt8]) {
    guard text.count > ShownText.limit else { return append(text, to: &output) }
    var end = ShownText.limit
    // Not inside a character: its further bytes begin with 10 (RFC 3629 §3).
    while end > 0, text[end] & 0xC0 == 0x80 { end -= 1 }
    append(text.extracting(first: end), to: &output)
    output.append("…")
  }
}

extension JSONWriter {
  /// A line as one JSON object.
  static func logLine(
    at instant: Instant, _ level: LogLine.Level, _ message: String,
    _ members: (inout JSONWriter) -> Void
  ) -> [UInt8] {
    var writer = JSONWriter(capacity: 512, hidesMarks: true)
    writer.object { writer in
      writer.member("time", instant)
      writer.member("level", level.rawValue)
      writer.member("message", message)
      members(&writer)
    }
    writer.endLine()
    return writer.bytes
  }

  mutating func member(_ name: String, _ value: LogLine.Value) {
    member(name) { writer in
      switch value {
      case .text(let text): writer.value(text)
      case .integer(let number): writer.value(number)
      case .decimal(let number): writer.value(number)
      }
    }
  }
}

/// A line for people, while it is written.
struct TextLogLine {
  var bytes: [UInt8] = []
  private let hasColours: Bool

  /// Select Graphic Rendition, ECMA-48 §8.3.117.
  enum Colour: String {
    case green = "32"
    case yellow = "33"
    case red = "31"
    case faint = "2"
  }

  init(at instant: Instant, hasColours: Bool) {
    self.hasColours = hasColours
    bytes.reserveCapacity(256)
    begin(.faint)
    LocalTime.append(instant, to: &bytes)
    end()
  }

  /// Two spaces: the separator between two parts of a line.
  mutating func column() {
    bytes.append(ASCII.space)
    bytes.append(ASCII.space)
  }

  mutating func append(_ text: String) {
    bytes.append(contentsOf: text.utf8)
  }

  mutating func append(_ text: String, in colour: Colour) {
    begin(colour)
    append(text)
    end()
  }

  mutating func begin(_ colour: Colour) {
    if hasColours { append("\u{1B}[\(colour.rawValue)m") }
  }

  mutating func end() {
    if hasColours { append("\u{1B}[0m") }
  }

  mutating func finished() -> [UInt8] {
    bytes.append(ASCII.lineFeed)
    return bytes
  }
}

extension Span<UInt8> {
  /// The bytes of a range; nil if there is none, or if it is not within these bytes.
  @_lifetime(copy self)
  func part(_ range: Range<Int>?) -> Span<UInt8>? {
    guard let range, range.lowerBound >= 0, range.upperBound <= count else { return nil }
    return extracting(range)
  }
}
