import HTTP1
import Testing

@Suite("ResponseWriter")
struct ResponseWriterTests {
  private let dates = DateCache(secondsSince1970: 784_111_777)
  private static let common = "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\nServer: redirect-emulator\r\n"

  private func written(
    _ head: ResponseHead, body: String = "", _ persistence: ResponseWriter.Persistence = .persist,
    omitsContent: Bool = false
  ) -> String {
    var output: [UInt8] = []
    ResponseWriter(persistence: persistence, omitsContent: omitsContent)
      .append(head, body: Array(body.utf8).span, date: dates, to: &output)
    return String(decoding: output, as: UTF8.self)
  }

  @Test(
    "a status without content has no field that speaks of content", arguments: [100, 103, 204, 304])
  func withoutContent(_ status: Int) {
    let text = written(ResponseHead(status: status, contentType: "text/plain"), body: "no")
    #expect(text == "HTTP/1.1 \(status) \(ReasonPhrase.of(status))\r\n\(Self.common)\r\n")
  }

  @Test("an answer with content has its type, its fields and its length")
  func withContent() {
    let head = ResponseHead(
      status: 404, contentType: "application/json; charset=utf-8",
      fields: [ResponseField("x-ms-error-code", "NotFound")])
    #expect(
      written(head, body: "{}", .close)
        == "HTTP/1.1 404 Not Found\r\n\(Self.common)Content-Type: application/json; charset=utf-8\r\nx-ms-error-code: NotFound\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}"
    )
  }

  @Test("an answer to HEAD has the length and no content")
  func head() {
    let text = written(ResponseHead(status: 200), body: "hello", omitsContent: true)
    #expect(text == "HTTP/1.1 200 OK\r\n\(Self.common)Content-Length: 5\r\n\r\n")
  }

  @Test("an HTTP/1.0 status line, and an unknown status with an empty phrase")
  func statusLines() {
    let old = ResponseHead(status: 204, version: HTTPVersion(major: 1, minor: 0))
    #expect(written(old).hasPrefix("HTTP/1.0 204 No Content\r\n"))
    #expect(written(ResponseHead(status: 599)).hasPrefix("HTTP/1.1 599 \r\n"))
  }

  @Test(
    "what is said about the connection follows from the request",
    arguments: [
      ("HTTP/1.1\r\nHost: h", false, ""), ("HTTP/1.1\r\nHost: h", true, "Connection: close\r\n"),
      ("HTTP/1.1\r\nHost: h\r\nConnection: close", false, "Connection: close\r\n"),
      ("HTTP/1.0", false, "Connection: close\r\n"),
      ("HTTP/1.0\r\nConnection: keep-alive", false, "Connection: keep-alive\r\n"),
      ("HTTP/1.0\r\nConnection: keep-alive", true, "Connection: close\r\n"),
    ])
  func persistence(_ request: String, _ closing: Bool, _ expected: String) throws {
    var parser = RequestParser(limits: HTTPLimits())
    let complete = try parser.parse(Array("HEAD / \(request)\r\n\r\n".utf8).span)
    #expect(complete)
    let writer = ResponseWriter(answering: parser.head, closing: closing)
    #expect(writer.omitsContent)
    #expect(writer.persists == !expected.contains("close"))
    var output: [UInt8] = []
    writer.end(204, contentLength: 0, to: &output)
    #expect(String(decoding: output, as: UTF8.self) == expected + "\r\n")
  }

  @Test("the date line changes with the second")
  func date() {
    var cache = DateCache(secondsSince1970: 0)
    #expect(
      String(decoding: cache.line, as: UTF8.self) == "Date: Thu, 01 Jan 1970 00:00:00 GMT\r\n")
    cache.update(secondsSince1970: 1)
    #expect(
      String(decoding: cache.line, as: UTF8.self) == "Date: Thu, 01 Jan 1970 00:00:01 GMT\r\n")
  }

  @Test(
    "numbers in decimal digits", arguments: [0, 7, 10, 204, 1_048_576, -5, .max, .min] as [Int])
  func decimal(_ value: Int) {
    var output: [UInt8] = []
    output.appendDecimal(value)
    #expect(String(decoding: output, as: UTF8.self) == String(value))
  }

  @Test("parts of a message are appended as they stand")
  func parts() {
    let message = Array("x-ms-client-request-id: abc".utf8)
    var output: [UInt8] = []
    output.appendField("x-ms-client-request-id", message.span, 24..<27)
    output.append(message.span, 27..<27)
    #expect(String(decoding: output, as: UTF8.self) == "x-ms-client-request-id: abc\r\n")
  }
}
