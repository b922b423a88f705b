import Core

/// Writes JSON text, RFC 8259, member by member in the order of the calls. It cannot write a wrong comma or quote. The
/// caller has to make sure that no name is repeated.
@usableFromInline package struct JSONWriter: Sendable {
  /// What was written.
  package private(set) var bytes: [UInt8] = []
  private var needsComma = false
  private let hidesMarks: Bool
  /// Whether a member with the value nil is left out, instead of being written as null.
  @usableFromInline package var omitsNull = false

  /// - Parameters:
  ///   - capacity: bytes to make room for.
  ///   - hidesMarks: whether texts are escaped for a log, as in
  ///     ``JSONString/appendEscaped(_:escapesQuotes:hidesMarks:to:)``.
  package init(capacity: Int = 0, hidesMarks: Bool = false) {
    self.hidesMarks = hidesMarks
    bytes.reserveCapacity(capacity)
  }

  /// Appends an object. `members` writes its members.
  package mutating func object(_ members: (inout JSONWriter) -> Void) {
    enclosed(by: ASCII.leftBrace, ASCII.rightBrace, members)
  }

  /// Appends an array. `elements` writes its elements.
  package mutating func array(_ elements: (inout JSONWriter) -> Void) {
    enclosed(by: ASCII.leftBracket, ASCII.rightBracket, elements)
  }

  package mutating func value(_ text: String) {
    value(text.utf8.span)
  }

  /// A text as bytes.
  package mutating func value(_ text: Span<UInt8>) {
    separate()
    JSONString.append(text, hidesMarks: hidesMarks, to: &bytes)
  }

  @inlinable
  package mutating func value(_ number: some BinaryInteger) {
    if let number = Int(exactly: number) { decimal(number) } else { token(String(number)) }
  }

  /// A number; null if it is not finite, which JSON does not have.
  package mutating func value(_ number: Double) {
    token(number.isFinite ? "\(number)" : "null")
  }

  package mutating func value(_ flag: Bool) {
    token(flag ? "true" : "false")
  }

  @usableFromInline package mutating func null() {
    token("null")
  }

  /// A moment as RFC 3339 writes it, in UTC with milliseconds.
  package mutating func value(_ instant: Instant) {
    separate()
    bytes.append(ASCII.quotationMark)
    Timestamp.append(instant, to: &bytes)
    bytes.append(ASCII.quotationMark)
  }

  /// A value of a document.
  package mutating func value(_ node: DocumentNode) {
    switch node.content {
    case .null: null()
    case .bool(let flag): value(flag)
    case .integer(let number): value(number)
    case .number(let number): value(number)
    case .string(let text): value(text)
    case .array(let elements):
      array { writer in
        for element in elements { writer.value(element) }
      }
    case .object(let members):
      object { writer in
        for member in members { writer.member(member.name) { $0.value(member.value) } }
      }
    }
  }

  /// A value that is JSON text already: one value, as another writer wrote it.
  package mutating func value(json text: [UInt8]) {
    separate()
    bytes += text
  }

  /// Appends a member. `value` writes its value, exactly one.
  @inlinable @inline(__always)
  package mutating func member(_ name: String, _ value: (inout JSONWriter) -> Void) {
    begin(name)
    value(&self)
    end()
  }

  package mutating func member(_ name: String, _ text: String?) {
    optional(name, text) { $0.value($1) }
  }

  /// A member that `write` writes if there is a value; otherwise it is null, or left out.
  @inlinable
  package mutating func optional<Value>(
    _ name: String, _ value: Value?, _ write: (inout JSONWriter, Value) -> Void
  ) {
    if value == nil, omitsNull { return }
    member(name) { writer in
      if let value { write(&writer, value) } else { writer.null() }
    }
  }

  /// A text as bytes.
  package mutating func member(_ name: String, _ text: Span<UInt8>?) {
    member(name) { writer in
      if let text { writer.value(text) } else { writer.null() }
    }
  }

  @inlinable
  package mutating func member(_ name: String, _ number: (some BinaryInteger)?) {
    optional(name, number) { $0.value($1) }
  }

  package mutating func member(_ name: String, _ flag: Bool?) {
    optional(name, flag) { $0.value($1) }
  }

  package mutating func member(_ name: String, _ instant: Instant?) {
    optional(name, instant) { $0.value($1) }
  }

  /// A duration as a number of milliseconds, with up to three decimals.
  package mutating func member(_ name: String, milliseconds nanoseconds: Int64?) {
    optional(name, nanoseconds) { writer, nanoseconds in
      writer.separate()
      writer.bytes.appendMilliseconds(nanoseconds)
    }
  }

  /// A member with bytes: `NAME` as a string if they are UTF-8, else `NAMEBase64`.
  package mutating func textOrBase64(_ name: String, _ content: [UInt8]) {
    if let text = String(validating: content, as: UTF8.self) {
      member(name, text)
    } else {
      member(name + "Base64", Base64.standard.encode(content.span))
    }
  }

  /// Ends a line, for output with one value on each line.
  package mutating func endLine() {
    bytes.append(ASCII.lineFeed)
    needsComma = false
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
    if needsComma { bytes.append(ASCII.comma) }
    needsComma = true
  }

  @usableFromInline
  mutating func begin(_ name: String) {
    value(name)
    bytes.append(ASCII.colon)
    needsComma = false
  }

  @usableFromInline
  mutating func end() {
    needsComma = true
  }

  @usableFromInline
  mutating func decimal(_ number: Int) {
    separate()
    bytes.appendDecimal(number)
  }

  @usableFromInline
  mutating func token(_ text: String) {
    separate()
    bytes.append(contentsOf: text.utf8)
  }
}
