import HTTP1
import Testing

@Suite("ResponseHead")
struct ResponseHeadTests {
  @Test(
    "a status line has a version, three digits, and a phrase that may be empty",
    arguments: [
      (200, 1, "HTTP/1.1 200 OK\r\n"), (204, 1, "HTTP/1.1 204 No Content\r\n"),
      (204, 0, "HTTP/1.0 204 No Content\r\n"),
      (431, 1, "HTTP/1.1 431 Request Header Fields Too Large\r\n"),
      (599, 1, "HTTP/1.1 599 \r\n"),
    ])
  func statusLine(_ status: Int, _ minor: Int, _ expected: String) {
    var output = Array("before".utf8)
    ResponseHead.appendStatusLine(status, minorVersion: minor, to: &output)
    #expect(String(decoding: output, as: UTF8.self) == "before" + expected)
  }

  @Test("a field line ends in CR LF, also where its value is empty")
  func fields() {
    var output: [UInt8] = []
    output.appendField(ResponseField("A", "b"))
    output.appendField(ResponseField("E", ""))
    #expect(String(decoding: output, as: UTF8.self) == "A: b\r\nE: \r\n")
  }

  @Test("only 1xx, 204 and 304 never have content")
  func bodiless() {
    let bodiless = (100...599).filter(ResponseHead.isBodiless)
    #expect(bodiless == Array(100...199) + [204, 304])
  }

  @Test("every status that this layer answers with has a phrase")
  func phrases() {
    for reason in HTTPError.Reason.allCases {
      let phrase = "\(ReasonPhrase.of(reason.status))"
      #expect(!phrase.isEmpty, "\(reason): \(reason.status)")
    }
  }
}
