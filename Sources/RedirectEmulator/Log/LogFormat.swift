import Core
import Glibc
import RedirectCall

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
      if byte < 0x20 || byte >= 0x7F || quotes && (byte == 0x22 || byte == 0x5C) {
        isPlain = false
        break
      }
    }
    if isPlain {
      for index in text.indices { output.append(text[index]) }
      return
    }
    var copy: [UInt8] = []
    copy.reserveCapacity(text.count)
    for index in text.indices { copy.append(text[index]) }
    for scalar in String(decoding: copy, as: UTF8.self).unicodeScalars {
      append(scalar, to: &output, quotes: quotes)
    }
  }

  private static func append(_ scalar: Unicode.Scalar, to output: inout [UInt8], quotes: Bool) {
    switch scalar {
    case "\"" where quotes: output.append(contentsOf: #"\""#.utf8)
    case "\\" where quotes: output.append(contentsOf: #"\\"#.utf8)
    case "\n": output.append(contentsOf: #"\n"#.utf8)
    case "\r": output.append(contentsOf: #"\r"#.utf8)
    case "\t": output.append(contentsOf: #"\t"#.utf8)
    case _ where isHidden(scalar):
      let digits = String(scalar.value, radix: 16)
      output.append(contentsOf: #"\u"#.utf8)
      for _ in min(digits.utf8.count, 4)..<4 { output.append(0x30) }
      output.append(contentsOf: digits.utf8)
    default: output.append(contentsOf: String(scalar).utf8)
    }
  }

  /// Whether a scalar is a control character (C0, DEL, C1), a mark of writing direction, or a separator of lines.
  private static func isHidden(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x00...0x1F, 0x7F...0x9F, 0x61C, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069: true
    default: false
    }
  }

  static func append(number: UInt64, digits: Int = 1, to output: inout [UInt8]) {
    var place: UInt64 = 1
    var least = digits
    while least > 1 || number / place >= 10 {
      place *= 10
      least -= 1
    }
    while place > 0 {
      output.append(0x30 + UInt8(truncatingIfNeeded: number / place % 10))
      place /= 10
    }
  }

  /// Milliseconds, with three decimals at most.
  static func append(milliseconds nanoseconds: Int64, to output: inout [UInt8]) {
    let microseconds = UInt64(clamping: nanoseconds / 1_000)
    append(number: microseconds / 1_000, to: &output)
    var (fraction, digits) = (microseconds % 1_000, 3)
    guard fraction > 0 else { return }
    while fraction % 10 == 0 {
      fraction /= 10
      digits -= 1
    }
    output.append(0x2E)
    append(number: fraction, digits: digits, to: &output)
  }
}

/// A line as one JSON object, while it is written.
struct JSONLogLine {
  private(set) var bytes: [UInt8] = []

  init(at instant: Instant, _ level: LogLine.Level, _ message: String) {
    bytes.reserveCapacity(512)
    append(#"{"time":""#)
    Timestamp.append(instant, to: &bytes)
    append(#"","level":""#)
    bytes.append(contentsOf: level.rawValue.utf8)
    append(#"","message":"#)
    quote(message.utf8.span)
  }

  mutating func member(_ name: String, _ value: LogLine.Value) {
    begin(name)
    switch value {
    case .text(let text): quote(text.utf8.span)
    case .integer(let number): bytes.append(contentsOf: String(number).utf8)
    case .decimal(let number):
      if number.isFinite { bytes.append(contentsOf: String(number).utf8) } else { append("null") }
    }
  }

  mutating func member(_ name: String, _ text: String?) {
    begin(name)
    if let text { quote(text.utf8.span) } else { append("null") }
  }

  /// A part of a message; null where there is none.
  mutating func member(_ name: String, _ message: Span<UInt8>, _ range: Range<Int>?) {
    begin(name)
    if let part = message.part(range) { quote(part) } else { append("null") }
  }

  mutating func member(_ name: String, _ number: UInt64?) {
    begin(name)
    if let number { LogText.append(number: number, to: &bytes) } else { append("null") }
  }

  mutating func member(_ name: String, milliseconds nanoseconds: Int64?) {
    begin(name)
    if let nanoseconds {
      LogText.append(milliseconds: nanoseconds, to: &bytes)
    } else {
      append("null")
    }
  }

  mutating func finished() -> [UInt8] {
    append("}\n")
    return bytes
  }

  private mutating func begin(_ name: String) {
    append(#",""#)
    bytes.append(contentsOf: name.utf8)
    append(#"":"#)
  }

  private mutating func quote(_ text: Span<UInt8>) {
    bytes.append(0x22)
    LogText.append(text, to: &bytes, quotes: true)
    bytes.append(0x22)
  }

  private mutating func append(_ text: StaticString) {
    text.withUTF8Buffer { bytes.append(contentsOf: $0) }
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
    bytes.append(0x20)
    bytes.append(0x20)
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
    bytes.append(0x0A)
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
    let milliseconds = UInt64(remainder < 0 ? remainder + 1_000_000_000 : remainder) / 1_000_000
    LogText.append(number: UInt64(clamping: parts.tm_hour), digits: 2, to: &output)
    output.append(0x3A)
    LogText.append(number: UInt64(clamping: parts.tm_min), digits: 2, to: &output)
    output.append(0x3A)
    LogText.append(number: UInt64(clamping: parts.tm_sec), digits: 2, to: &output)
    output.append(0x2E)
    LogText.append(number: milliseconds, digits: 3, to: &output)
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
