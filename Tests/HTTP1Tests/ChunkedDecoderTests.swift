import HTTP1
import Testing

@Suite("ChunkedDecoder")
struct ChunkedDecoderTests {
  /// Decodes `text`, in pieces of `size` bytes.
  private func decode(_ text: String, piecesOf size: Int, limits: HTTPLimits = HTTPLimits())
    throws(HTTPError) -> (body: String, consumed: Int, finished: Bool)
  {
    let bytes = Array(text.utf8)
    var decoder = ChunkedDecoder(limits: limits)
    var body: [UInt8] = []
    var offset = 0
    var finished = false
    var received = 0
    while received < bytes.count, !finished {
      received = min(received + size, bytes.count)
      let result = try decoder.decode(
        bytes.span.extracting(first: received), from: offset, into: &body)
      offset += result.consumed
      finished = result.finished
    }
    #expect(decoder.decodedCount == body.count)
    return (String(decoding: body, as: UTF8.self), offset, finished)
  }

  @Test("what follows the body is not consumed", arguments: 1...40)
  func consumed(_ size: Int) throws {
    let text = "5;a=b\r\nhello\r\n6\r\n world\r\n0\r\nX: y\r\n\r\n"
    let result = try decode(text + "POST", piecesOf: size)
    #expect(result.body == "hello world")
    #expect(result.consumed == text.utf8.count)
    #expect(result.finished)
  }

  @Test(
    "each limit refuses with its status at the byte above it, not before",
    arguments: [
      (HTTPLimits(maxBody: 5), "5\r\nhello\r\n0\r\n\r\n", nil),
      (HTTPLimits(maxBody: 5), "6", HTTPError.Reason.bodyTooLarge),
      (HTTPLimits(maxBody: 5), "5\r\nhello\r\n1", .bodyTooLarge),
      (HTTPLimits(maxBody: .max), "7fffffffffffffff\r\n", nil),
      (HTTPLimits(maxBody: .max), "8000000000000000", .bodyTooLarge),
      (HTTPLimits(maxChunkExtensions: 4), "1;abc\r\na\r\n0\r\n\r\n", nil),
      (HTTPLimits(maxChunkExtensions: 4), "1;abcd", .chunkExtensionsTooLarge),
      (HTTPLimits(maxChunkExtensions: 4), "1;a\r\na\r\n1;a\r\nb\r\n0;", .chunkExtensionsTooLarge),
      (HTTPLimits(maxTrailer: 8), "0\r\nA: b\r\n\r\n", nil),
      (HTTPLimits(maxTrailer: 8), "0\r\nA: bc\r\n\r\n", .trailerTooLarge),
      (HTTPLimits(maxFields: 1), "0\r\nA: b\r\n\r\n", nil),
      (HTTPLimits(maxFields: 1), "0\r\nA: b\r\nB", .trailerTooLarge),
    ] as [(HTTPLimits, String, HTTPError.Reason?)])
  func limits(_ limits: HTTPLimits, _ text: String, _ reason: HTTPError.Reason?) {
    for size in [1, 3, 100] {
      var seen: HTTPError.Reason?
      do throws(HTTPError) {
        _ = try decode(text, piecesOf: size, limits: limits)
      } catch {
        seen = error.reason
      }
      #expect(seen == reason)
    }
  }

  @Test(
    "every field that the emulator reads is refused in a trailer",
    arguments: KnownFieldName.allCases)
  func knownTrailers(_ name: KnownFieldName) {
    #expect(throws: HTTPError.self) {
      try decode("0\r\n\(name.lowercased): 1\r\n\r\n", piecesOf: 7)
    }
  }

  @Test("a decoder reads one body after another")
  func reset() throws {
    var decoder = ChunkedDecoder(limits: HTTPLimits(maxBody: 5))
    for _ in 0..<3 {
      var body: [UInt8] = []
      let bytes = Array("5\r\nhello\r\n0\r\n\r\n".utf8)
      let result = try decoder.decode(bytes.span, from: 0, into: &body)
      #expect(result == (bytes.count, true))
      #expect(body == Array("hello".utf8))
      decoder.reset()
    }
  }
}
