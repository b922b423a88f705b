import HTTP1
import TestSupport
import Testing

@Suite("Every conformance case has one reading, however its bytes arrive")
struct HTTPConformanceTests {
  @Test("in one piece", arguments: HTTPConformanceCase.all)
  func whole(_ example: HTTPConformanceCase) {
    var reader = MessageReader()
    reader.receive(example.bytes)
    check(example, reader)
  }

  @Test("byte by byte", arguments: HTTPConformanceCase.all)
  func byteByByte(_ example: HTTPConformanceCase) {
    var reader = MessageReader()
    for byte in example.bytes { reader.receive(CollectionOfOne(byte)) }
    check(example, reader)
  }

  @Test("in two pieces, cut at every byte", arguments: HTTPConformanceCase.all)
  func split(_ example: HTTPConformanceCase) {
    // Long cases differ from one another only at their ends.
    let length = example.bytes.count
    let cuts = length <= 512 ? Array(0...length) : Array(0...64) + Array((length - 64)...length)
    for cut in cuts {
      var reader = MessageReader()
      reader.receive(example.bytes[..<cut])
      reader.receive(example.bytes[cut...])
      check(example, reader, "cut at \(cut)")
    }
  }

  @Test("with a second request behind it", arguments: HTTPConformanceCase.all)
  func followed(_ example: HTTPConformanceCase) {
    guard case .request = example.expected else { return }
    var reader = MessageReader()
    reader.receive(example.bytes + Array("GET /next HTTP/1.1\r\nHost: a\r\n\r\n".utf8))
    #expect(reader.error == nil)
    #expect(reader.messages.count == 2)
    #expect(reader.messages.last == .init(method: "GET", target: "/next", body: ""))
  }

  @Test("and there are at least 160, no two with the same name and section")
  func table() {
    #expect(HTTPConformanceCase.all.count >= 160)
    #expect(Set(HTTPConformanceCase.all.map(\.description)).count == HTTPConformanceCase.all.count)
  }

  private func check(
    _ example: HTTPConformanceCase, _ reader: MessageReader, _ how: String = "",
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let sent =
      "\(how) \(String(decoding: example.bytes.prefix(300), as: UTF8.self).debugDescription)"
    let seen: HTTPConformanceCase.Expectation
    if let error = reader.error {
      seen = .refused(error.status)
    } else if case .requests = example.expected {
      seen = .requests(reader.messages.count)
    } else if let message = reader.messages.first, !reader.isWaiting, reader.messages.count == 1 {
      seen = .request(method: message.method, target: message.target, body: message.body)
    } else {
      seen = reader.messages.isEmpty ? .incomplete : .requests(reader.messages.count)
    }
    #expect(
      seen == example.expected, "\(sent) \(reader.error?.description ?? "")",
      sourceLocation: sourceLocation)
  }
}
