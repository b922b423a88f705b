import HTTP1
import RedirectCall

/// How log lines look as bytes.
package enum LogFormat: String, CaseIterable, Sendable {
  case text, json

  /// A line of the log, with its end.
  package func bytes(of line: LogLine) -> [UInt8] {
    var writer = LogLineWriter(self, at: line.instant, line.level, line.message)
    for field in line.fields { writer.field(field.name, field.value.description) }
    return writer.finished()
  }
}

/// Writes one log line as bytes: the parts that every line has, then fields in order of their names.
struct LogLineWriter {
  private(set) var bytes: [UInt8]
  private let format: LogFormat

  init(_ format: LogFormat, at instant: Instant, _ level: LogLine.Level, _ message: String) {
    self.format = format
    bytes = []
    bytes.reserveCapacity(384)
    switch format {
    case .text:
      Timestamp.append(instant, to: &bytes)
      bytes.append(0x20)
      bytes.append(contentsOf: level.rawValue.utf8)
      bytes.append(0x20)
      bytes.append(contentsOf: message.utf8)
    case .json:
      append(#"{"time":""#)
      Timestamp.append(instant, to: &bytes)
      append(#"","level":""#)
      bytes.append(contentsOf: level.rawValue.utf8)
      append(#"","message":"#)
      quote(message)
    }
  }

  mutating func field(_ name: String, _ value: String) {
    begin(name)
    if format == .json || !Self.isWord(value.utf8) {
      quote(value)
    } else {
      bytes.append(contentsOf: value.utf8)
    }
  }

  /// A field whose value is a part of a message; `-` for nil.
  mutating func field(_ name: String, _ message: Span<UInt8>, _ range: Range<Int>?) {
    guard let range, range.lowerBound >= 0, range.upperBound <= message.count else {
      return field(name, "-")
    }
    var isWord = !range.isEmpty
    for index in range {
      let byte = message[index]
      // A quote, an equals sign, or what is no printable ASCII.
      if byte <= 0x20 || byte >= 0x7F || byte == 0x22 || byte == 0x3D || byte == 0x5C {
        isWord = false
        break
      }
    }
    guard isWord else { return field(name, ASCII.string(message, range)) }
    begin(name)
    if format == .json { bytes.append(0x22) }
    for index in range { bytes.append(message[index]) }
    if format == .json { bytes.append(0x22) }
  }

  mutating func field(_ name: String, _ value: Int64) {
    begin(name)
    if format == .json { bytes.append(0x22) }
    append(number: UInt64(clamping: value), digits: 1)
    if format == .json { bytes.append(0x22) }
  }

  /// Milliseconds with three decimals at most and one at least, as Swift writes a `Double`.
  mutating func field(_ name: String, milliseconds nanoseconds: Int64) {
    begin(name)
    if format == .json { bytes.append(0x22) }
    let microseconds = UInt64(clamping: nanoseconds / 1_000)
    append(number: microseconds / 1_000, digits: 1)
    bytes.append(0x2E)
    var fraction = microseconds % 1_000
    var digits = 3
    while digits > 1, fraction % 10 == 0 {
      fraction /= 10
      digits -= 1
    }
    append(number: fraction, digits: digits)
    if format == .json { bytes.append(0x22) }
  }

  mutating func finished() -> [UInt8] {
    if format == .json { bytes.append(0x7D) }
    bytes.append(0x0A)
    return bytes
  }

  private mutating func begin(_ name: String) {
    switch format {
    case .text:
      bytes.append(0x20)
      bytes.append(contentsOf: name.utf8)
      bytes.append(0x3D)
    case .json:
      bytes.append(0x2C)
      bytes.append(0x22)
      bytes.append(contentsOf: name.utf8)
      bytes.append(0x22)
      bytes.append(0x3A)
    }
  }

  private mutating func append(_ text: StaticString) {
    text.withUTF8Buffer { bytes.append(contentsOf: $0) }
  }

  private mutating func append(number: UInt64, digits: Int) {
    var place: UInt64 = 1
    var least = digits
    while least > 1 || number / place >= 10 {
      place *= 10
      least -= 1
    }
    while place > 0 {
      bytes.append(0x30 + UInt8(truncatingIfNeeded: number / place % 10))
      place /= 10
    }
  }

  /// Whether a value reads as one word.
  private static func isWord(_ text: String.UTF8View) -> Bool {
    !text.isEmpty && text.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != 0x22 && $0 != 0x3D }
  }

  private mutating func quote(_ text: String) {
    bytes.append(0x22)
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": append(#"\""#)
      case "\\": append(#"\\"#)
      case "\n": append(#"\n"#)
      case "\r": append(#"\r"#)
      case "\t": append(#"\t"#)
      case _ where scalar.value < 0x20 || scalar.value == 0x7F:
        let digits = String(scalar.value, radix: 16)
        append(#"\u"#)
        for _ in digits.utf8.count..<4 { bytes.append(0x30) }
        bytes.append(contentsOf: digits.utf8)
      default: bytes.append(contentsOf: String(scalar).utf8)
      }
    }
    bytes.append(0x22)
  }
}
