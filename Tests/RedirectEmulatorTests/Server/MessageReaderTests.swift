import HTTP1
import RedirectEmulator
import Testing

@Suite("Requests cut out of a connection's bytes")
struct MessageReaderTests {
  private static let get = Array("GET /a HTTP/1.1\r\nHost: h\r\n\r\n".utf8)
  private static let post = Array(
    "POST /b HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello".utf8)
  private static let chunkedHead =
    "POST /c HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
  private static let chunked = Array((chunkedHead + "3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n").utf8)

  /// Feeds pieces as a connection does.
  ///
  /// - Returns: each whole message's length and, where it is chunked, its content.
  private static func messages(_ pieces: [ArraySlice<UInt8>]) throws -> [String] {
    let reader = MessageReader(limits: HTTPLimits())
    var found: [String] = []
    for piece in pieces {
      reader.keep(piece)
      let bytes = reader.takeUnread()
      var served = 0
      while served < bytes.count,
        let length = try reader.read(bytes.span.extracting(served..<bytes.count))
      {
        let content = String(decoding: reader.content, as: UTF8.self)
        found.append("\(reader.head.target.path.count) \(reader.framing) \(content)")
        served += length
        reader.next()
      }
      reader.putBack(bytes, served: served)
    }
    #expect(reader.unread.isEmpty && !reader.hasBegun)
    return found
  }

  @Test("messages come out the same in whatever pieces they come")
  func pieces() throws {
    let all = Self.get + Self.post + Self.chunked + Self.get
    let expected = ["2 none ", "2 length(5) ", "2 chunked hello", "2 none "]
    #expect(try Self.messages([all[...]]) == expected)
    #expect(try Self.messages(all.indices.map { all[$0...$0] }) == expected)
    for cut in 1..<all.count {
      #expect(try Self.messages([all[..<cut], all[cut...]]) == expected, "cut at \(cut)")
    }
  }

  @Test("of a chunked message only the head is kept, and what was not decoded yet")
  func chunks() throws {
    let reader = MessageReader(limits: HTTPLimits())
    reader.keep(Array((Self.chunkedHead + "3\r\nhel\r\n2\r\nl").utf8)[...])
    let bytes = reader.takeUnread()
    let length = try reader.read(bytes.span)
    #expect(length == nil)
    reader.putBack(bytes, served: 0)
    #expect(reader.unread.count == Self.chunkedHead.utf8.count)
    #expect(reader.content == Array("hell".utf8))
    #expect(reader.headComplete && reader.hasBegun)
  }

  @Test(
    "a client that waits for 100 Continue gets it once, where no content has come",
    arguments: [("", true), ("h", false)])
  func interim(_ content: String, _ isDue: Bool) throws {
    let head = "POST /b HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n"
    let bytes = Array((head + content).utf8)
    let reader = MessageReader(limits: HTTPLimits())
    #expect(reader.takeContinue() == nil)
    let length = try reader.read(bytes.span)
    #expect(length == nil)
    #expect(reader.takeContinue() == (isDue ? Array("HTTP/1.1 100 Continue\r\n\r\n".utf8) : nil))
    let again = try reader.read(bytes.span)
    #expect(again == nil)
    #expect(reader.takeContinue() == nil)
    // The next message's wait is its own.
    reader.next()
    let next = try reader.read(Array(head.utf8).span)
    #expect(next == nil && reader.takeContinue() != nil)
  }

  @Test("what cannot be read is an error, and what waits can be dropped")
  func refused() {
    let reader = MessageReader(limits: HTTPLimits())
    reader.keep(Array("GET  /\r\n".utf8)[...])
    reader.hasUnserved = true
    let bytes = reader.takeUnread()
    #expect(!reader.hasUnserved)
    #expect(throws: HTTPError.self) { _ = try reader.read(bytes.span) }
    reader.putBack(bytes, served: 0)
    #expect(reader.unread == Array("GET  /\r\n".utf8))
    reader.dropUnread()
    #expect(reader.unread.isEmpty)
  }
}
