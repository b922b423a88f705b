import Core
import HTTP1
import Testing

/// A response on the wire, and what it has to be read as.
struct ResponseCase: Sendable, CustomStringConvertible {
  enum Expected: Sendable, Equatable {
    /// Status, content, bytes of the whole content, and whether the connection can be used again.
    case response(Int, String, Int, Bool)
    /// What the error's text begins with.
    case error(String)
    /// More has to come.
    case more
  }

  var wire: String
  var expected: Expected
  var method = Method.get
  /// Whether the peer closes behind it.
  var ends = false
  var limits = ResponseParser.Limits()

  var description: String { String(wire.debugDescription.prefix(120)) }

  static func whole(
    _ wire: String, _ status: Int, _ body: String = "", count: Int? = nil, keeps: Bool = true,
    to method: Method = .get, ends: Bool = false, limits: ResponseParser.Limits = .init()
  ) -> ResponseCase {
    ResponseCase(
      wire: wire, expected: .response(status, body, count ?? body.utf8.count, keeps),
      method: method, ends: ends, limits: limits)
  }

  static func wrong(
    _ wire: String, _ message: String, ends: Bool = false, limits: ResponseParser.Limits = .init()
  ) -> ResponseCase {
    ResponseCase(wire: wire, expected: .error(message), ends: ends, limits: limits)
  }
}

private let ok = "HTTP/1.1 200 OK\r\n"
private let chunked = ok + "Transfer-Encoding: chunked\r\n\r\n"
private let small = ResponseParser.Limits(head: 64, body: 4, interim: 2)

@Suite("ResponseParser: one reading of every response, or an error")
struct ResponseParserTests {
  static let cases: [ResponseCase] = [
    // The status line, RFC 9112 §4.
    .whole(ok + "Content-Length: 0\r\n\r\n", 200),
    .whole("HTTP/1.1 404 \r\nContent-Length: 0\r\n\r\n", 404),
    .whole("HTTP/1.1 404\r\nContent-Length: 0\r\n\r\n", 404),
    .whole("HTTP/1.1 599 Caf\u{E9} \t x\r\nContent-Length: 0\r\n\r\n", 599),
    .whole("HTTP/1.9 200 OK\r\nContent-Length: 0\r\n\r\n", 200),
    .whole("HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n", 200, keeps: false),
    .wrong("\r\n" + ok, "status line: CR at its byte 0"),
    .wrong("http/1.1 200 OK\r\n", "status line: 'h' at its byte 0"),
    .wrong("HTTP/2.0 200 OK\r\n", "status line: HTTP/2, expected HTTP/1.1 or HTTP/1.0"),
    .wrong("HTTP/1.1  200 OK\r\n", "status line: "),
    .wrong("HTTP/1.1 20 OK\r\n", "status line: "),
    .wrong("HTTP/1.1 2000 OK\r\n", "status line: '0' after the status"),
    .wrong("HTTP/1.1 099 OK\r\n", "status line: status 99, expected 100 to 599"),
    .wrong("HTTP/1.1 600 OK\r\n", "status line: status 600"),
    .wrong("HTTP/1.1 200 OK\nA: b\r\n\r\n", "status line: a bare LF"),
    .wrong("HTTP/1.1 200 OK\rA: b\r\n\r\n", "status line: CR followed by 'A'"),
    .wrong("HTTP/1.1 200 O\u{0}K\r\n", "status line: "),
    .wrong("SSH-2.0-OpenSSH_9.2\r\n", "status line: 'S' at its byte 0"),
    // Fields, RFC 9112 §5: as those of requests.
    .whole(ok + "Host: a b\r\nExpect: nothing\r\nContent-Length:\t 0 \r\n\r\n", 200),
    .wrong(ok + "Content-Length : 0\r\n\r\n", "field line 1: white space before the colon"),
    .wrong(ok + " A: b\r\n\r\n", "field line 1: white space between the status line and"),
    .wrong(ok + "A: b\r\n c\r\n\r\n", "field line 2: it begins with white space"),
    .wrong(ok + "A: b\n\r\n", "field line 1: a bare LF"),
    .wrong(ok + "nothing\r\n\r\n", "field line 1: the line ends without a colon"),
    // Content by its length, RFC 9112 §6.2.
    .whole(ok + "Content-Length: 5\r\n\r\nhello", 200, "hello"),
    .whole(ok + "content-length: 5\r\nConnection: close\r\n\r\nhello", 200, "hello", keeps: false),
    .whole(ok + "Content-Length: 5\r\n\r\nhelloHTTP", 200, "hello", keeps: false),
    .whole(
      ok + "Content-Length: 9\r\n\r\n123456789", 200, "1234", count: 9, limits: small),
    ResponseCase(wire: ok + "Content-Length: 5\r\n\r\nhell", expected: .more),
    .wrong(
      ok + "Content-Length: 5\r\n\r\nhell", "the connection was closed within the content, after 4",
      ends: true),
    .wrong(ok + "Content-Length: 5\r\nContent-Length: 5\r\n\r\n", "field line 2: a second"),
    .wrong(ok + "Content-Length: 5, 5\r\n\r\n", "field line 1: ',' in Content-Length"),
    .wrong(ok + "Content-Length: -1\r\n\r\n", "field line 1: '-' in Content-Length"),
    .wrong(ok + "Content-Length: 99999999999999999999\r\n\r\n", "field line 1: Content-Length is"),
    // The chunked coding, RFC 9112 §7.1.
    .whole(chunked + "5\r\nhello\r\n1;a=b\r\n!\r\n0\r\nX: y\r\n\r\n", 200, "hello!"),
    .whole(chunked + "0\r\n\r\n", 200),
    .whole(chunked + "6\r\n123456\r\n3\r\n789\r\n0\r\n\r\n", 200, "1234", count: 9, limits: small),
    ResponseCase(wire: chunked + "5\r\nhello\r\n0\r\n", expected: .more),
    .wrong(chunked + "5\r\nhello\r\n", "the connection was closed within the content", ends: true),
    .wrong(chunked + "5\r\nhello!\r\n", "chunk data: '!' after"),
    .wrong(chunked + "x\r\n", "chunk size: 'x'"),
    .wrong(chunked + "5\nhello", "chunk size: a bare LF"),
    .wrong(
      ok + "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n",
      "field line 2: Content-Length and Transfer-Encoding in one message"),
    .wrong(ok + "Transfer-Encoding: gzip, chunked\r\n\r\n", "field line 1: a transfer coding that"),
    .wrong(ok + "Transfer-Encoding: chunked, chunked\r\n\r\n", "field line 1: the value"),
    .wrong(
      "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
      "field line 1: Transfer-Encoding in HTTP/1.0"),
    // To the end of the connection, RFC 9112 §6.3.
    .whole(ok + "\r\nhello", 200, "hello", keeps: false, ends: true),
    .whole(ok + "\r\n", 200, "", keeps: false, ends: true),
    .whole(ok + "\r\n123456789", 200, "1234", count: 9, keeps: false, ends: true, limits: small),
    ResponseCase(wire: ok + "\r\nhello", expected: .more),
    // Responses without content, RFC 9110 §6.4.1.
    .whole(ok + "Content-Length: 5\r\n\r\n", 200, to: .head),
    .whole(ok + "Transfer-Encoding: chunked\r\n\r\n", 200, to: .head),
    .whole("HTTP/1.1 204 No Content\r\n\r\n", 204),
    .whole("HTTP/1.1 204 No Content\r\n\r\nbody", 204, keeps: false),
    .whole("HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n", 304),
    // Interim responses, RFC 9110 §15.2.
    .whole(
      "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\n" + ok
        + "Content-Length: 2\r\n\r\nhi", 200, "hi"),
    .whole(
      "HTTP/1.1 102 P\r\nContent-Length: 9\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n", 204),
    .wrong("HTTP/1.1 101 Switching Protocols\r\n\r\n", "status line: 101 Switching Protocols"),
    .wrong(
      String(repeating: "HTTP/1.1 100 C\r\n\r\n", count: 3), "more than 2 interim responses",
      limits: small),
    .wrong(
      "HTTP/1.1 100 C\r\n\r\n", "the connection was closed within the head", ends: true),
    // Limits, and ends where nothing may end.
    .wrong(ok + "A: \(String(repeating: "b", count: 60))", "field line 1: ", limits: small),
    .whole(
      ok + "A: \(String(repeating: "b", count: 40))\r\n\r\n", 200, keeps: false, ends: true,
      limits: small),
    .wrong(
      ok + "A: \(String(repeating: "b", count: 41))\r\n\r\n", "field line 2: the head is larger",
      limits: small),
    .wrong("", "the connection was closed before a response came", ends: true),
    .wrong("HTTP/1.1 2", "the connection was closed within the head of the response", ends: true),
    ResponseCase(wire: "", expected: .more),
    ResponseCase(wire: ok + "A: b\r\n", expected: .more),
  ]

  @Test("in one piece, byte by byte, and cut in two anywhere", arguments: cases)
  func reads(_ example: ResponseCase) {
    // One byte is one character here, so that bytes that are no text can be written.
    let wire = example.wire.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) }
    let whole = Self.outcome(example, [wire])
    Self.expect(whole, example)
    #expect(Self.outcome(example, wire.map { [$0] }) == whole, "byte by byte")
    for cut in wire.indices {
      let pieces = [Array(wire[..<cut]), Array(wire[cut...])]
      #expect(Self.outcome(example, pieces) == whole, "cut at \(cut)")
    }
  }

  private enum Outcome: Equatable {
    case response(Response)
    case error(ResponseError)
    case more
  }

  private static func outcome(_ example: ResponseCase, _ pieces: [[UInt8]]) -> Outcome {
    var parser = ResponseParser(to: example.method, limits: example.limits)
    do throws(ResponseError) {
      for piece in pieces { _ = try parser.receive(piece.span) }
      if example.ends { try parser.end() }
      return parser.response.map { .response($0) } ?? .more
    } catch {
      // It stays wrong.
      let again = #expect(throws: ResponseError.self) { try parser.receive([0x20].span) }
      #expect(again == error && parser.response == nil)
      return .error(error)
    }
  }

  private static func expect(_ outcome: Outcome, _ example: ResponseCase) {
    switch (outcome, example.expected) {
    case (.response(let found), .response(let status, let body, let count, let keeps)):
      #expect(found.status == status && found.bodyCount == count)
      #expect(String(decoding: found.body, as: UTF8.self) == body)
      #expect(found.keepsConnection == keeps && found.isBodyWhole == (body.utf8.count == count))
    case (.error(let error), .error(let start)):
      #expect(error.message.hasPrefix(start), "\(error)")
      #expect(error.section.hasPrefix("RFC "))
    case (.more, .more): break
    default: Issue.record("\(outcome), expected \(example.expected)")
    }
  }

  @Test("fields are found by name in any case, the first of several")
  func fields() throws {
    var parser = ResponseParser(to: .get)
    let wire = ok + "X-A: 1 \r\nx-a: 2\r\nX-B:\r\nContent-Length: 0\r\n\r\n"
    #expect(try parser.receive(Array(wire.utf8).span))
    let response = try #require(parser.response)
    #expect(response.value(of: "x-A") == "1" && response.value(of: "x-b") == "")
    #expect(response.value(of: "x-c") == nil)
    #expect(response.fields.prefix(2) == [.init("X-A", "1"), .init("x-a", "2")])
    #expect(parser.hasBegun && !ResponseParser(to: .get).hasBegun)
  }

  @Test("bytes at random trap nothing, and split anywhere they are read in the same way")
  func random() {
    var generator = SplitMix(state: 20_261_128)
    let parts = [
      "HTTP/1.1 200 OK\r\n", "HTTP/1.1 100 C\r\n\r\n", "Content-Length: 3\r\n", "\r\n", "abc",
      "3\r\n",
      "Transfer-Encoding: chunked\r\n", "0\r\n", "A: b\r\n", "\n", "HTTP/1.0 204 \r\n", "\u{0}",
      " ",
    ]
    for _ in 0..<3_000 {
      var wire: [UInt8] = []
      for _ in 0..<Int.random(in: 1...9, using: &generator) {
        wire += Array(parts.randomElement(using: &generator)?.utf8 ?? "".utf8)
      }
      if Bool.random(using: &generator), let index = wire.indices.randomElement(using: &generator) {
        wire[index] = UInt8.random(in: 0...255, using: &generator)
      }
      let example = ResponseCase(wire: "", expected: .more, ends: Bool.random(using: &generator))
      let whole = Self.outcome(example, [wire])
      #expect(Self.outcome(example, wire.map { [$0] }) == whole, "\(wire)")
    }
  }
}
