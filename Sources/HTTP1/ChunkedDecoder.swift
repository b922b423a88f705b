import Core

/// Decodes the chunked transfer coding of a body as it arrives, in pieces cut anywhere. Extensions are read and
/// dropped; the trailer section is checked like a head's field lines and dropped. RFC 9112 §7.1.
package struct ChunkedDecoder: Sendable {
  let limits: HTTPLimits
  var phase = Phase.size
  /// The size line's value; then the bytes of the chunk that are still to come.
  var remaining = 0
  var sizeDigits = 0
  var extensionBytes = 0
  /// White space came after an extension's name or value: the line may not end after it.
  private var hasTrailingSpace = false
  var trailerBytes = 0
  var trailerLines = 0
  /// The name of the trailer field that is being read; bounded by `HTTPLimits.maxTrailer`.
  var name: [UInt8] = []
  /// Bytes of content decoded so far.
  package private(set) var decodedCount = 0

  enum Phase: UInt8, Sendable {
    case size, beforeExtension, extensionStart, extensionName, afterName, valueStart, valueToken
    case quoted, quotedPair, afterValue, sizeEnd
    case data, dataEnd, dataLineFeed
    case trailerStart, trailerName, trailerValue, trailerLineFeed, lastLineFeed
    case complete
  }

  package init(limits: HTTPLimits) {
    self.limits = limits
  }

  /// Prepares for the next body.
  package mutating func reset() {
    self = ChunkedDecoder(limits: limits)
  }

  /// Decodes what has arrived. After an error, send its status and close the connection.
  ///
  /// - Parameters:
  ///   - bytes: what was received; bytes before `offset` are ignored.
  ///   - offset: where to continue: the first byte that no earlier call has consumed.
  ///   - body: the content's bytes are appended here.
  /// - Returns: how many bytes from `offset` on were consumed (all of them, unless the body has ended), and
  ///   whether the body is complete, with its trailer section.
  package mutating func decode(
    _ bytes: Span<UInt8>, from offset: Int, into body: inout [UInt8]
  ) throws(HTTPError) -> (consumed: Int, finished: Bool) {
    var index = offset
    while index < bytes.count, phase != .complete {
      if phase == .data {
        let piece = index..<(index + min(remaining, bytes.count - index))
        body.append(bytes, piece)
        decodedCount += piece.count
        remaining -= piece.count
        index = piece.upperBound
        if remaining == 0 { phase = .dataEnd }
      } else if phase.rawValue < Phase.trailerStart.rawValue {
        try step(bytes[index])
        index += 1
      } else {
        try trailerStep(bytes[index])
        index += 1
      }
    }
    return (index - offset, phase == .complete)
  }

  /// `chunk-size [ chunk-ext ] CRLF`, and the CRLF after a chunk's data.
  private mutating func step(_ byte: UInt8) throws(HTTPError) {
    switch phase {
    case .size:
      if let digit = Hexadecimal.value(byte) { return try addSizeDigit(digit) }
      guard sizeDigits > 0 else {
        throw HTTPError(
          .invalidChunk,
          "chunk size: \(ASCII.name(byte)) where hexadecimal digits were expected")
      }
      switch byte {
      case ASCII.carriageReturn: phase = .sizeEnd
      case ASCII.semicolon: try enterExtension(.extensionStart)
      case ASCII.space, ASCII.horizontalTab: try enterExtension(.beforeExtension)
      default: throw badLine(.invalidChunk, byte, "in the chunk size")
      }
    case .sizeEnd:
      guard byte == ASCII.lineFeed else { throw bareCarriageReturn(byte, in: "chunk size") }
      sizeDigits = 0
      phase = remaining == 0 ? .trailerStart : .data
    case .dataEnd:
      guard byte == ASCII.carriageReturn else {
        throw HTTPError(
          .invalidChunk,
          "chunk data: \(ASCII.name(byte)) after the chunk's last byte, expected CR LF")
      }
      phase = .dataLineFeed
    case .dataLineFeed:
      guard byte == ASCII.lineFeed else { throw bareCarriageReturn(byte, in: "chunk data") }
      phase = .size
    default:
      try extensionStep(byte)
    }
  }

  private mutating func addSizeDigit(_ digit: UInt8) throws(HTTPError) {
    sizeDigits += 1
    guard sizeDigits <= 16 else {
      throw HTTPError(.invalidChunk, "chunk size: more than 16 digits")
    }
    let (shifted, first) = remaining.multipliedReportingOverflow(by: 16)
    let (size, second) = shifted.addingReportingOverflow(Int(digit))
    guard !first, !second, size <= limits.maxBody - decodedCount else {
      throw HTTPError(
        .bodyTooLarge,
        "chunk size: the content is above the \(limits.maxBody) bytes that are allowed")
    }
    remaining = size
  }

  /// `*( BWS ";" BWS chunk-ext-name [ BWS "=" BWS chunk-ext-val ] )`. RFC 9112 §7.1.1.
  private mutating func extensionStep(_ byte: UInt8) throws(HTTPError) {
    let isSpace = ASCII.isWhitespace(byte)
    switch phase {
    case .beforeExtension:
      if isSpace { return try enterExtension(.beforeExtension) }
      guard byte == ASCII.semicolon else {
        throw badLine(.invalidChunk, byte, "after white space behind the chunk size")
      }
      try enterExtension(.extensionStart)
    case .extensionStart:
      if isSpace { return try enterExtension(.extensionStart) }
      guard ASCII.isTokenByte(byte) else { throw badExtension(byte, "where a name was expected") }
      try enterExtension(.extensionName)
    case .extensionName:
      if ASCII.isTokenByte(byte) { return try enterExtension(.extensionName) }
      try leaveExtensionPart(byte, isSpace ? .afterName : nil, allowsValue: true)
    case .afterName:
      if isSpace { return try enterExtension(.afterName) }
      guard byte != ASCII.carriageReturn else { throw badExtension(byte, "after white space") }
      try leaveExtensionPart(byte, nil, allowsValue: true)
    case .valueStart:
      if isSpace { return try enterExtension(.valueStart) }
      if byte == ASCII.quotationMark { return try enterExtension(.quoted) }
      guard ASCII.isTokenByte(byte) else { throw badExtension(byte, "where a value was expected") }
      try enterExtension(.valueToken)
    case .valueToken:
      if ASCII.isTokenByte(byte) { return try enterExtension(.valueToken) }
      try leaveExtensionPart(byte, isSpace ? .afterValue : nil, allowsValue: false)
    case .quoted:
      switch byte {
      case ASCII.quotationMark: try enterExtension(.afterValue)
      case ASCII.backslash: try enterExtension(.quotedPair)
      default:
        guard ASCII.isFieldValueByte(byte) else {
          throw badExtension(byte, "in a quoted string")
        }
        try enterExtension(.quoted)
      }
    case .quotedPair:
      guard ASCII.isFieldValueByte(byte) else { throw badExtension(byte, "after a backslash") }
      try enterExtension(.quoted)
    default:
      if isSpace {
        hasTrailingSpace = true
        return try enterExtension(.afterValue)
      }
      guard !hasTrailingSpace || byte != ASCII.carriageReturn else {
        throw badExtension(byte, "after white space")
      }
      try leaveExtensionPart(byte, nil, allowsValue: false)
    }
  }

  private mutating func leaveExtensionPart(
    _ byte: UInt8, _ afterSpace: Phase?, allowsValue: Bool
  ) throws(HTTPError) {
    if let afterSpace {
      hasTrailingSpace = true
      return try enterExtension(afterSpace)
    }
    hasTrailingSpace = false
    switch byte {
    case ASCII.carriageReturn: phase = .sizeEnd
    case ASCII.semicolon: try enterExtension(.extensionStart)
    case ASCII.equalsSign where allowsValue: try enterExtension(.valueStart)
    default: throw badExtension(byte, "expected a token, ';', '=' or CR LF")
    }
  }

  /// Counts a byte of an extension and changes to `next`.
  private mutating func enterExtension(_ next: Phase) throws(HTTPError) {
    extensionBytes += 1
    guard extensionBytes <= limits.maxChunkExtensions else {
      throw HTTPError(
        .chunkExtensionsTooLarge,
        "chunk extension: more than the \(limits.maxChunkExtensions) bytes allowed in a message")
    }
    phase = next
  }

  private func badExtension(_ byte: UInt8, _ what: String) -> HTTPError {
    badLine(.invalidChunkExtension, byte, "in a chunk extension, \(what)")
  }

  private func badLine(_ reason: HTTPError.Reason, _ byte: UInt8, _ place: String) -> HTTPError {
    byte == ASCII.lineFeed
      ? HTTPError(.invalidLineEnding, "chunk size: a bare LF ends the line, expected CR LF")
      : HTTPError(reason, "chunk size: \(ASCII.name(byte)) \(place)")
  }

  func bareCarriageReturn(_ next: UInt8, in place: String) -> HTTPError {
    HTTPError(
      .invalidLineEnding, "\(place): CR followed by \(ASCII.name(next)), expected CR LF")
  }
}
