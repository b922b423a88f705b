import Core
import Documents
import Glibc

/// How log lines look as bytes.
package enum LogFormat: String, CaseIterable, Sendable {
  /// For people: a clock's time, then what they look for first.
  case text
  /// For programs: an object a line.
  case json

  /// A line of the log, with its end.
  package func bytes(of line: LogLine, hasColours: Bool = false) -> [UInt8] {
    switch self {
    case .json:
      var writer = JSONLogLine(at: line.instant, line.level, line.message)
      for field in line.fields { writer.member(field.name, field.value) }
      return writer.finished()
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
    var isPlain = true
    for index in text.indices {
      let byte = text[index]
      if byte < ASCII.space || byte >= ASCII.delete
        || quotes && (byte == ASCII.quotationMark || byte == ASCII.backslash)
      {
        isPlain = false
        break
      }
    }
    if isPlain {
      output.append(text)
      return
    }
    for scalar in text.string(in: 0..<text.count).unicodeScalars {
      if isHidden(scalar) || quotes && (scalar == "\"" || scalar == "\\") {
        JSONString.appendEscape(of: scalar, to: &output)
      } else {
        output.append(contentsOf: String(scalar).utf8)
      }
    }
  }

  /// Appends what a client sent, cut to about as much as messages show of it.
  static func append(value text: Span<UInt8>, to output: inout [UInt8]) {
    guard text.count > ShownText.limit else { return append(text, to: &output) }
    var end = ShownText.limit
    // Not within a character: its further bytes begin with 10 (RFC 3629 §3).
    while end > 0, text[end] & 0xC0 == 0x80 { end -= 1 }
    append(text.extracting(first: end), to: &output)
    output.append("…")
  }

  /// Whether a scalar is a control character (C0, DEL, C1), a mark of writing direction, or a separator of lines.
  private static func isHidden(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x00...0x1F, 0x7F...0x9F, 0x61C, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069: true
    default: false
    }
  }
}

/// A line as one JSON object, while it is written.
struct JSONLogLine {
  private(set) var bytes: [UInt8] = []

  init(at instant: Instant, _ level: LogLine.Level, _ message: String) {
    bytes.reserveCapacity(512)
    bytes.append(#"{"time":""#)
    Timestamp.append(instant, to: &bytes)
    bytes.append(#"","level":""#)
    bytes.append(contentsOf: level.rawValue.utf8)
    bytes.append(#"","message":"#)
    quote(message.utf8.span)
  }

  mutating func member(_ name: String, _ value: LogLine.Value) {
    begin(name)
    switch value {
    case .text(let text): quote(text.utf8.span)
    case .integer(let number): bytes.append(contentsOf: String(number).utf8)
    case .decimal(let number):
      if number.isFinite {
        bytes.append(contentsOf: String(number).utf8)
      } else {
        bytes.append("null")
      }
    }
  }

  mutating func member(_ name: String, _ text: String?) {
    begin(name)
    if let text { quote(text.utf8.span) } else { bytes.append("null") }
  }

  /// A part of a message; null where there is none.
  mutating func member(_ name: String, _ message: Span<UInt8>, _ range: Range<Int>?) {
    begin(name)
    if let part = message.part(range) { quote(part) } else { bytes.append("null") }
  }

  mutating func member(_ name: String, _ number: UInt64?) {
    begin(name)
    if let number { bytes.appendDecimal(Int(clamping: number)) } else { bytes.append("null") }
  }

  mutating func member(_ name: String, milliseconds nanoseconds: Int64?) {
    begin(name)
    if let nanoseconds {
      bytes.appendMilliseconds(nanoseconds)
    } else {
      bytes.append("null")
    }
  }

  mutating func finished() -> [UInt8] {
    bytes.append("}\n")
    return bytes
  }

  private mutating func begin(_ name: String) {
    bytes.append(#",""#)
    bytes.append(contentsOf: name.utf8)
    bytes.append(#"":"#)
  }

  private mutating func quote(_ text: Span<UInt8>) {
    bytes.append(ASCII.quotationMark)
    LogText.append(text, to: &bytes, quotes: true)
    bytes.append(ASCII.quotationMark)
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

  /// Two blanks: what stands between two parts of a line.
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

/// The time of day where the program runs.
enum LocalTime {
  /// Appends `23:08:47.021`.
  static func append(_ instant: Instant, to output: inout [UInt8]) {
    var time = time_t(instant.seconds)
    var parts = tm()
    localtime_r(&time, &parts)
    let remainder = instant.nanoseconds % 1_000_000_000
    let milliseconds = (remainder < 0 ? remainder + 1_000_000_000 : remainder) / 1_000_000
    output.appendDecimal(Int64(parts.tm_hour), digits: 2)
    output.append(ASCII.colon)
    output.appendDecimal(Int64(parts.tm_min), digits: 2)
    output.append(ASCII.colon)
    output.appendDecimal(Int64(parts.tm_sec), digits: 2)
    output.append(ASCII.fullStop)
    output.appendDecimal(milliseconds, digits: 3)
  }
}

extension Span<UInt8> {
  /// The bytes of a range; nil where there is none, or where it is not within these.
  @_lifetime(copy self)
  func part(_ range: Range<Int>?) -> Span<UInt8>? {
    guard let range, range.lowerBound >= 0, range.upperBound <= count else { return nil }
    return extracting(range)
  }
}
