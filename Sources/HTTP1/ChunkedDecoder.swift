/// Decodes content in chunked transfer coding, as often as bytes come. Extensions and trailers are read by their
/// grammar, bounded, and dropped. RFC 9112 §7.1.
package struct ChunkedDecoder: Sendable {
  private enum State: Equatable {
    case sizeLine
    case data(left: Int)
    case dataEnd
    case trailers
    case finished
  }

  /// Bytes of all the extensions of one message.
  private static let extensionLimit = 4 * 1024
  /// Bytes of one chunk's line that are scanned for its end: a size, and what extensions are left.
  private static let sizeDigits = 16

  private let limits: HTTPLimits
  private var state = State.sizeLine
  private var decoded = 0
  private var extensionBytes = 0
  private var trailerBytes = 0
  private var trailerCount = 0

  package init(limits: HTTPLimits) {
    self.limits = limits
  }

  /// Decodes what can be.
  ///
  /// - Parameters:
  ///   - bytes: the message; what stands before `offset` is not looked at.
  ///   - offset: where the last call ended.
  ///   - body: what the content is appended to.
  /// - Returns: how many bytes from `offset` on were used up, and whether the last trailer line was among them.
  package mutating func decode(_ bytes: Span<UInt8>, from offset: Int, into body: inout [UInt8])
    throws(HTTPError) -> (consumed: Int, finished: Bool)
  {
    var index = offset
    while state != .finished {
      switch state {
      case .sizeLine:
        guard
          let end = try endOfLine(
            bytes, index, limit: Self.sizeDigits + Self.extensionLimit, "chunk size")
        else { return (index - offset, false) }
        let size = try readSize(bytes, index..<end)
        index = end + 2
        state = size == 0 ? .trailers : .data(left: size)
      case .data(let left):
        let count = min(left, bytes.count - index)
        if count == 0 { return (index - offset, false) }
        bytes.extracting(index..<(index + count)).withUnsafeBufferPointer {
          body.append(contentsOf: $0)
        }
        index += count
        state = count == left ? .dataEnd : .data(left: left - count)
      case .dataEnd:
        guard bytes.count > index else { return (index - offset, false) }
        guard bytes[index] == 0x0D else { throw badEnd() }
        guard bytes.count > index + 1 else { return (index - offset, false) }
        guard bytes[index + 1] == 0x0A else { throw badEnd() }
        index += 2
        state = .sizeLine
      case .trailers:
        guard let end = try endOfLine(bytes, index, limit: limits.maxHeader, "trailer")
        else { return (index - offset, false) }
        if end == index {
          state = .finished
        } else {
          try readTrailer(bytes, index..<end)
        }
        index = end + 2
      case .finished: break
      }
    }
    return (index - offset, true)
  }

  private func endOfLine(_ bytes: Span<UInt8>, _ start: Int, limit: Int, _ place: String)
    throws(HTTPError) -> Int?
  {
    var index = start
    while index < bytes.count {
      let byte = bytes[index]
      if byte == 0x0D {
        guard index + 1 < bytes.count else { return nil }
        guard bytes[index + 1] == 0x0A else {
          throw HTTPError(.badRequest, "\(place): CR without LF; a line ends with CRLF")
        }
        return index
      }
      guard ByteClass.fieldValue.contains(byte) else {
        throw HTTPError(
          .badRequest, "\(place): control character 0x\(String(byte, radix: 16))")
      }
      if index - start >= limit {
        throw HTTPError(
          .fieldsTooLarge, "\(place): the line has more than the \(limit) bytes allowed")
      }
      index += 1
    }
    return nil
  }

  /// `chunk-size [ chunk-ext ]`: hexadecimal digits, without sign, space or prefix.
  private mutating func readSize(_ bytes: Span<UInt8>, _ line: Range<Int>) throws(HTTPError) -> Int
  {
    var index = line.lowerBound
    var size = 0
    while index < line.upperBound, let digit = ASCII.hexValue(bytes[index]) {
      let (product, overflow) = size.multipliedReportingOverflow(by: 16)
      if overflow || index - line.lowerBound >= Self.sizeDigits {
        throw HTTPError(
          .contentTooLarge, "chunk size: more than the \(limits.maxBody) bytes allowed")
      }
      size = product | Int(digit)
      index += 1
    }
    guard index > line.lowerBound else {
      throw HTTPError(.badRequest, "chunk size: expected hexadecimal digits")
    }
    extensionBytes += line.upperBound - index
    if extensionBytes > Self.extensionLimit {
      throw HTTPError(
        .fieldsTooLarge,
        "chunk extensions: more than the \(Self.extensionLimit) bytes allowed in a message")
    }
    try ChunkExtensions.check(bytes, index..<line.upperBound)
    decoded = decoded.addingReportingOverflow(size).partialValue
    if decoded > limits.maxBody || decoded < 0 {
      throw HTTPError(
        .contentTooLarge, "the content has more than the \(limits.maxBody) bytes allowed")
    }
    return size
  }

  /// A trailer is a field line that is dropped (RFC 9110 §6.5.1); one that would change how the message is read
  /// is refused.
  private mutating func readTrailer(_ bytes: Span<UInt8>, _ line: Range<Int>) throws(HTTPError) {
    trailerBytes += line.count + 2
    trailerCount += 1
    if trailerBytes > limits.maxHeader || trailerCount > limits.maxFields {
      throw HTTPError(.fieldsTooLarge, "trailers: more than the limits of a head allow")
    }
    var index = line.lowerBound
    while index < line.upperBound, ByteClass.token.contains(bytes[index]) { index += 1 }
    guard index > line.lowerBound, index < line.upperBound, bytes[index] == 0x3A else {
      throw HTTPError(.badRequest, "trailer \(trailerCount): expected Name: value")
    }
    switch KnownFieldName(bytes, in: line.lowerBound..<index) {
    case .contentLength, .transferEncoding, .host, .authorization, .expect, .contentType,
      .connection:
      throw HTTPError(
        .badRequest,
        "trailer \(trailerCount): \(ASCII.string(bytes, line.lowerBound..<index)) may not stand in a trailer (RFC 9110 §6.5.1)"
      )
    default: break
    }
  }

  private func badEnd() -> HTTPError {
    HTTPError(.badRequest, "chunk: expected CRLF behind its data")
  }
}
