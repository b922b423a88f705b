extension HTTPConformanceCase {
  static let connections: [HTTPConformanceCase] = [
    .init("close", "RFC 9112 §9.6", posted("Connection: close"), post()),
    .init("Close in a list", "RFC 9110 §7.6.1", posted("Connection: TE, Close"), post()),
    .init(
      "keep-alive in HTTP/1.0", "RFC 9112 §9.3",
      "POST \(op) HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", post()),
    .init(
      "empty members of a list", "RFC 9110 §5.6.1.2", posted("Connection: , keep-alive ,,"), post()),
    .init("an empty list", "RFC 9110 §5.6.1.2", posted("Connection:"), post()),
    .init("close in quotes", "RFC 9110 §7.6.1", posted("Connection: \"close\""), .refused(400)),
    .init(
      "Keep-Alive and Proxy-Connection mean nothing", "RFC 9112 §9.3",
      posted("Keep-Alive: timeout=5\r\nProxy-Connection: close"), post()),
    .init("TE", "RFC 9110 §10.1.4", posted("TE: trailers\r\nConnection: TE"), post()),
    .init(
      "an option that is not a token", "RFC 9110 §7.6.1", posted("Connection: keep alive"),
      .refused(400)),
    .init(
      "Upgrade is not taken up", "RFC 9110 §7.8",
      posted(
        "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__"),
      post()),
  ]

  static let expectations: [HTTPConformanceCase] = [
    .init(
      "100-continue", "RFC 9110 §10.1.1",
      posted("Expect: 100-continue\r\nContent-Length: 5", "hello"), post("hello")),
    .init(
      "100-continue in any case", "RFC 9110 §10.1.1",
      posted("Expect: 100-Continue\r\nContent-Length: 5", "hello"), post("hello")),
    .init(
      "100-continue and no content", "RFC 9110 §10.1.1", posted("Expect: 100-continue"), post()),
    .init(
      "100-continue in HTTP/1.0 is ignored", "RFC 9110 §10.1.1",
      "POST \(op) HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\nhello", post("hello")
    ),
    .init(
      "another expectation", "RFC 9110 §10.1.1", posted("Expect: the-unexpected"), .refused(417)),
    .init(
      "100-continue with a parameter", "RFC 9110 §10.1.1", posted("Expect: 100-continue;a=b"),
      .refused(417)),
    .init(
      "100-continue and another", "RFC 9110 §10.1.1", posted("Expect: 100-continue, b"),
      .refused(417)),
    .init(
      "100-continue twice", "RFC 9110 §10.1.1",
      posted("Expect: 100-continue\r\nExpect: 100-continue"), .refused(417)),
    .init(
      "100-continue, and content that does not come", "RFC 9110 §10.1.1",
      posted("Expect: 100-continue\r\nContent-Length: 5"), .incomplete),
    .init(
      "100-continue, and content above the limit", "RFC 9110 §10.1.1",
      posted("Expect: 100-continue\r\nContent-Length: 1048577"), .refused(413)),
    .init("an empty expectation", "RFC 9110 §10.1.1", posted("Expect:"), .refused(417)),
  ]

  /// A head of exactly `size` bytes.
  private static func head(ofSize size: Int) -> String {
    let start = "POST \(op) HTTP/1.1\r\nHost: a\r\nX: "
    return start + String(repeating: "x", count: size - start.utf8.count - 4) + "\r\n\r\n"
  }

  private static func target(ofSize size: Int) -> String {
    op + "&x=" + String(repeating: "x", count: size - op.utf8.count - 3)
  }

  private static func fields(_ count: Int) -> String {
    (1...count).map { "X-\($0): \($0)\r\n" }.joined()
  }

  static let limits: [HTTPConformanceCase] = [
    .init(
      "a target of 8192 bytes", "RFC 9112 §3",
      "POST \(target(ofSize: 8192)) HTTP/1.1\r\nHost: a\r\n\r\n", post(target: target(ofSize: 8192))
    ),
    .init(
      "a target of 8193 bytes", "RFC 9112 §3",
      "POST \(target(ofSize: 8193)) HTTP/1.1\r\nHost: a\r\n\r\n", .refused(414)),
    .init(
      "a target that never ends", "RFC 9112 §3", "GET /" + String(repeating: "a", count: 20_000),
      .refused(414)),
    .init("a head of 16384 bytes", "RFC 6585 §5", head(ofSize: 16_384), post()),
    .init("a head of 16385 bytes", "RFC 6585 §5", head(ofSize: 16_385), .refused(431)),
    .init(
      "a field name that never ends", "RFC 6585 §5",
      "GET / HTTP/1.1\r\n" + String(repeating: "a", count: 20_000), .refused(431)),
    .init(
      "100 field lines", "RFC 6585 §5",
      "POST \(op) HTTP/1.1\r\nHost: a\r\n\(fields(99))\r\n", post()),
    .init(
      "101 field lines", "RFC 6585 §5",
      "POST \(op) HTTP/1.1\r\nHost: a\r\n\(fields(100))\r\n", .refused(431)),
  ]

  static let pipelines: [HTTPConformanceCase] = [
    .init("two requests", "RFC 9112 §9.3.2", host("a") + host("a"), .requests(2)),
    .init(
      "content, then a request", "RFC 9112 §9.3.2",
      posted("Content-Length: 5", "hello") + host("a"), .requests(2)),
    .init(
      "chunks with a trailer, then a request", "RFC 9112 §9.3.2",
      chunked("5\r\nhello\r\n0\r\nA: 1\r\n\r\n") + host("a"), .requests(2)),
    .init(
      "an empty line between two requests", "RFC 9112 §2.2", host("a") + "\r\n" + host("a"),
      .requests(2)),
    .init(
      "many requests", "RFC 9112 §9.3.2",
      String(repeating: posted("Content-Length: 5", "hello"), count: 10), .requests(10)),
    .init(
      "a request behind one that says close is not answered", "RFC 9112 §9.6",
      posted("Connection: close") + host("a"), .requests(2), overSocket: .requests(1)),
    .init(
      "a request behind one of HTTP/1.0 is not answered", "RFC 9112 §9.3",
      "POST \(op) HTTP/1.0\r\n\r\n" + host("a"), .requests(2), overSocket: .requests(1)),
    .init(
      "a request behind one of HTTP/1.0 with keep-alive", "RFC 9112 §9.3",
      "POST \(op) HTTP/1.0\r\nConnection: keep-alive\r\n\r\n" + host("a"), .requests(2)),
    .init(
      "a bad request behind a good one", "RFC 9112 §9.3.2", host("a") + "GET / HTTP/1.1\r\n\r\n",
      .requestsThenRefused(1, status: 400)),
    .init(
      "content that is longer than its length is a bad request", "RFC 9112 §6.3",
      posted("Content-Length: 4", "hello") + "\r\n\r\n",
      .requestsThenRefused(1, status: 400)),
    .init(
      "content without a length is a bad request", "RFC 9112 §6.3",
      posted("X: y", "{\"a\":1}"), .requestsThenRefused(1, status: 400)),
    .init(
      "chunks without Transfer-Encoding are a bad request", "RFC 9112 §6.3",
      posted("X: y", "0\r\n\r\n"), .requestsThenRefused(1, status: 400)),
    .init(
      "a good request behind a bad one is not read", "RFC 9112 §9.6",
      host("a b") + host("a"), .refused(400)),
    .init(
      "a request in the content of one with both framings", "RFC 9112 §6.3",
      posted("Content-Length: 6\r\nTransfer-Encoding: chunked", "0\r\n\r\n" + host("a")),
      .refused(400)),
    .init(
      "a request and half of another", "RFC 9112 §9.3.2",
      host("a") + "POST /calling", .requests(1)),
  ]
}
