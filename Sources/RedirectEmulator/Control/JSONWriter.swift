import Core
import LibCrypto
import RedirectCall

/// Writes JSON text, RFC 8259, member by member in the order called. It cannot make a wrong comma or quote;
/// that names are not repeated is the caller's part.
package struct JSONWriter: Sendable {
  /// What was written.
  package private(set) var bytes: [UInt8] = []
  private var needsComma = false

  package init() {}

  /// Appends an object whose members `members` writes.
  package mutating func object(_ members: (inout JSONWriter) -> Void) {
    enclosed(by: 0x7B, 0x7D, members)
  }

  /// Appends an array whose elements `elements` writes.
  package mutating func array(_ elements: (inout JSONWriter) -> Void) {
    enclosed(by: 0x5B, 0x5D, elements)
  }

  package mutating func value(_ text: String) {
    separate()
    appendString(text)
  }

  package mutating func value(_ number: some BinaryInteger) {
    token(String(number))
  }

  package mutating func value(_ flag: Bool) {
    token(flag ? "true" : "false")
  }

  package mutating func null() {
    token("null")
  }

  /// A moment as RFC 3339 writes it, in UTC with milliseconds.
  package mutating func value(_ instant: Instant) {
    separate()
    bytes.append(0x22)
    Timestamp.append(instant, to: &bytes)
    bytes.append(0x22)
  }

  /// Appends a member whose value `value` writes: exactly one.
  package mutating func member(_ name: String, _ value: (inout JSONWriter) -> Void) {
    separate()
    appendString(name)
    bytes.append(0x3A)
    needsComma = false
    value(&self)
    needsComma = true
  }

  package mutating func member(_ name: String, _ text: String?) {
    member(name) { writer in
      if let text { writer.value(text) } else { writer.null() }
    }
  }

  package mutating func member(_ name: String, _ number: (some BinaryInteger)?) {
    member(name) { writer in
      if let number { writer.value(number) } else { writer.null() }
    }
  }

  package mutating func member(_ name: String, _ flag: Bool) {
    member(name) { $0.value(flag) }
  }

  package mutating func member(_ name: String, _ instant: Instant) {
    member(name) { $0.value(instant) }
  }

  /// A duration as a number of milliseconds, with up to three decimals.
  package mutating func member(_ name: String, milliseconds nanoseconds: Int64?) {
    member(name) { writer in
      if let nanoseconds {
        writer.token(Self.milliseconds(nanoseconds))
      } else {
        writer.null()
      }
    }
  }

  /// A member with bytes: `NAME` as a string where they are UTF-8, else `NAMEBase64`.
  package mutating func textOrBase64(_ name: String, _ content: [UInt8]) {
    if let text = String(validating: content, as: UTF8.self) {
      member(name, text)
    } else {
      member(name + "Base64", Base64.standard.encode(content.span))
    }
  }

  private static func milliseconds(_ nanoseconds: Int64) -> String {
    let microseconds = nanoseconds.magnitude / 1_000
    let fraction = microseconds % 1_000
    var text = (nanoseconds < 0 ? "-" : "") + String(microseconds / 1_000)
    guard fraction > 0 else { return text }
    let digits = String(fraction)
    text += "." + String(repeating: "0", count: 3 - digits.count) + digits
    while text.hasSuffix("0") { text.removeLast() }
    return text
  }

  private mutating func enclosed(
    by open: UInt8, _ close: UInt8, _ content: (inout JSONWriter) -> Void
  ) {
    separate()
    bytes.append(open)
    needsComma = false
    content(&self)
    bytes.append(close)
    needsComma = true
  }

  private mutating func separate() {
    if needsComma { bytes.append(0x2C) }
    needsComma = true
  }

  private mutating func token(_ text: String) {
    separate()
    bytes.append(contentsOf: text.utf8)
  }

  private mutating func appendString(_ text: String) {
    bytes.append(0x22)
    for byte in text.utf8 {
      switch byte {
      case 0x22, 0x5C:
        bytes.append(0x5C)
        bytes.append(byte)
      case 0x0A: bytes.append(contentsOf: [0x5C, 0x6E])
      case 0x0D: bytes.append(contentsOf: [0x5C, 0x72])
      case 0x09: bytes.append(contentsOf: [0x5C, 0x74])
      case 0x00..<0x20:
        bytes.append(contentsOf: [0x5C, 0x75, 0x30, 0x30, 0x30 + (byte >> 4)])
        bytes.append(Self.hexDigit(byte & 0x0F))
      default: bytes.append(byte)
      }
    }
    bytes.append(0x22)
  }

  private static func hexDigit(_ value: UInt8) -> UInt8 {
    value < 10 ? 0x30 + value : 0x61 + value - 10
  }
}
