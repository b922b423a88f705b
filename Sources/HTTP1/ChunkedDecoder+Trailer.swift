import Core

extension ChunkedDecoder {
  /// The field lines after the last chunk, and the empty line that ends the body. RFC 9112 §7.1.2.
  mutating func trailerStep(_ byte: UInt8) throws(HTTPError) {
    trailerBytes += 1
    guard trailerBytes <= limits.maxTrailer else {
      throw HTTPError(
        .trailerTooLarge,
        "trailer section: larger than the \(limits.maxTrailer) bytes that are allowed")
    }
    switch phase {
    case .trailerStart:
      if byte == ASCII.carriageReturn {
        phase = .lastLineFeed
        return
      }
      guard ASCII.isTokenByte(byte) else { throw badTrailer(byte, "where a name was expected") }
      guard trailerLines < limits.maxFields else {
        throw HTTPError(
          .trailerTooLarge,
          "trailer section: more than the \(limits.maxFields) field lines allowed")
      }
      trailerLines += 1
      name.removeAll(keepingCapacity: true)
      name.append(byte)
      phase = .trailerName
    case .trailerName:
      if ASCII.isTokenByte(byte) {
        name.append(byte)
        return
      }
      guard byte == ASCII.colon else { throw badTrailer(byte, "in the name") }
      guard !Self.isForbidden(name.span) else {
        throw HTTPError(
          .invalidTrailer,
          "trailer field \(trailerLines): \(String(decoding: name, as: UTF8.self)) is not allowed after the content"
        )
      }
      phase = .trailerValue
    case .trailerValue:
      if ASCII.isFieldValueByte(byte) { return }
      guard byte == ASCII.carriageReturn else { throw badTrailer(byte, "in the value") }
      phase = .trailerLineFeed
    case .trailerLineFeed:
      guard byte == ASCII.lineFeed else { throw bareCarriageReturn(byte, in: "trailer section") }
      phase = .trailerStart
    default:
      guard byte == ASCII.lineFeed else { throw bareCarriageReturn(byte, in: "trailer section") }
      phase = .complete
    }
  }

  private func badTrailer(_ byte: UInt8, _ place: String) -> HTTPError {
    byte == ASCII.lineFeed
      ? HTTPError(.invalidLineEnding, "trailer section: a bare LF, expected CR LF")
      : HTTPError(
        .invalidTrailer, "trailer field \(trailerLines): \(ASCII.name(byte)) \(place)")
  }

  /// Whether the field would change how the message is framed, routed, authenticated or read, so that it
  /// comes too late after the content: RFC 9110 §6.5.1, and every field that the emulator reads.
  private static func isForbidden(_ name: Span<UInt8>) -> Bool {
    if KnownFieldName(name, token: 0..<name.count) != nil { return true }
    for forbidden in forbiddenNames
    where name.holds(ignoringCase: forbidden, in: 0..<name.count) { return true }
    return false
  }

  private static let forbiddenNames: [StaticString] = [
    "trailer", "te", "keep-alive", "proxy-connection", "upgrade",
    "cache-control", "max-forwards", "pragma", "range", "if-match", "if-none-match",
    "if-modified-since", "if-unmodified-since", "if-range",
    "proxy-authorization", "proxy-authenticate", "www-authenticate", "cookie", "set-cookie",
    "content-encoding", "content-range", "content-location",
  ]
}
