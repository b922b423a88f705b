/// One message, or several, and what a strict HTTP/1.1 server makes of its bytes. The same table is run
/// against the parser and over sockets.
package struct HTTPConformanceCase: Sendable, CustomStringConvertible {
  package enum Expectation: Sendable, Equatable {
    /// One request is read from all of the bytes.
    case request(method: String, target: String, body: String)
    /// So many requests are read from all of the bytes.
    case requests(Int)
    /// The first message is refused with this status, and the connection is closed.
    case refused(Int)
    /// The bytes are right so far, and end before the message does.
    case incomplete
  }

  package let name: String
  /// The rule that the case is about, e.g. `RFC 9112 §5.1`.
  package let section: String
  package let bytes: [UInt8]
  package let expected: Expectation
  /// What is seen over a socket, where that is something else.
  package let expectedOverSocket: Expectation

  init(
    _ name: String, _ section: String, _ text: String, _ expected: Expectation,
    overSocket: Expectation? = nil
  ) {
    self.init(name, section, Array(text.utf8), expected, overSocket: overSocket)
  }

  init(
    _ name: String, _ section: String, _ bytes: [UInt8], _ expected: Expectation,
    overSocket: Expectation? = nil
  ) {
    self.name = name
    self.section = section
    self.bytes = bytes
    self.expected = expected
    self.expectedOverSocket = overSocket ?? expected
  }

  package var description: String { "\(section): \(name)" }

  /// Every case. The limits are the defaults: head 16 KiB, target 8 KiB, 100 field lines, content 1 MiB.
  package static let all: [HTTPConformanceCase] =
    requestLines + targets + versions + lineEndings + fieldNames + fieldValues + hosts
    + contentLengths + transferEncodings + chunks + extensions + trailers + connections
    + expectations + limits + pipelines
}

/// The operation's target, so that a server that accepts the bytes has an answer of its own for them.
private let op = "/calling/callConnections:redirect?api-version=2026-03-12"
private let end = "\r\n\r\n"

private func post(_ body: String = "", target: String = op) -> HTTPConformanceCase.Expectation {
  .request(method: "POST", target: target, body: body)
}

private func get(_ target: String = op) -> HTTPConformanceCase.Expectation {
  .request(method: "GET", target: target, body: "")
}

/// A POST to the operation with these field lines (without the last one's CRLF), then `rest`.
private func posted(_ fields: String, _ rest: String = "") -> String {
  "POST \(op) HTTP/1.1\r\nHost: localhost\r\n\(fields)\r\n\r\n\(rest)"
}

private func chunked(_ body: String) -> String { posted("Transfer-Encoding: chunked", body) }

extension HTTPConformanceCase {
  private static let requestLines: [HTTPConformanceCase] = [
    .init("the smallest request", "RFC 9112 §3", "GET / HTTP/1.1\r\nHost: a\r\n\r\n", get("/")),
    .init("the operation", "RFC 9112 §3", "POST \(op) HTTP/1.1\r\nHost: a\r\n\r\n", post()),
    .init(
      "a method of one's own", "RFC 9110 §9.1", "BREW \(op) HTTP/1.1\r\nHost: a\r\n\r\n",
      .request(method: "BREW", target: op, body: "")),
    .init(
      "every token character in a method", "RFC 9110 §5.6.2",
      "!#$%&'*+-.^_`|~09azAZ \(op) HTTP/1.1\r\nHost: a\r\n\r\n",
      .request(method: "!#$%&'*+-.^_`|~09azAZ", target: op, body: "")),
    .init(
      "a method in lower case is another method", "RFC 9110 §9.1",
      "post \(op) HTTP/1.1\r\nHost: a\r\n\r\n",
      .request(method: "post", target: op, body: "")),
    .init(
      "HEAD", "RFC 9110 §9.3.2", "HEAD \(op) HTTP/1.1\r\nHost: a\r\n\r\n",
      .request(method: "HEAD", target: op, body: "")),
    .init("no method", "RFC 9112 §3.1", " / HTTP/1.1\r\nHost: a\r\n\r\n", .refused(400)),
    .init(
      "a method with a colon", "RFC 9112 §3.1", "GE:T / HTTP/1.1\r\nHost: a\r\n\r\n", .refused(400)),
    .init(
      "a method with NUL", "RFC 9112 §3.1", "GE\u{0}T / HTTP/1.1\r\nHost: a\r\n\r\n", .refused(400)),
    .init(
      "a method beyond ASCII", "RFC 9112 §3.1", "GÉT / HTTP/1.1\r\nHost: a\r\n\r\n", .refused(400)),
    .init(
      "a quoted method", "RFC 9112 §3.1", "\"GET\" / HTTP/1.1\r\nHost: a\r\n\r\n", .refused(400)),
    .init(
      "a method of 64 bytes", "RFC 9112 §3",
      String(repeating: "M", count: 64) + " \(op) HTTP/1.1\r\nHost: a\r\n\r\n",
      .request(method: String(repeating: "M", count: 64), target: op, body: "")),
    .init(
      "a method of 65 bytes", "RFC 9112 §3",
      String(repeating: "M", count: 65) + " \(op) HTTP/1.1\r\nHost: a\r\n\r\n", .refused(501)),
    .init(
      "two spaces after the method", "RFC 9112 §3", "GET  / HTTP/1.1\r\nHost: a\r\n\r\n",
      .refused(400)),
    .init(
      "a tab after the method", "RFC 9112 §3", "GET\t/ HTTP/1.1\r\nHost: a\r\n\r\n", .refused(400)),
    .init(
      "two spaces after the target", "RFC 9112 §3", "GET /  HTTP/1.1\r\nHost: a\r\n\r\n",
      .refused(400)),
    .init(
      "a tab after the target", "RFC 9112 §3", "GET /\tHTTP/1.1\r\nHost: a\r\n\r\n", .refused(400)),
    .init(
      "a space after the version", "RFC 9112 §3", "GET / HTTP/1.1 \r\nHost: a\r\n\r\n",
      .refused(400)),
    .init("no target", "RFC 9112 §3", "GET HTTP/1.1\r\nHost: a\r\n\r\n", .refused(400)),
    .init("no version: HTTP/0.9", "RFC 9112 §3", "GET /\r\n", .refused(400)),
    .init("a method alone", "RFC 9112 §3", "GET\r\nHost: a\r\n\r\n", .refused(400)),
    .init(
      "a TLS handshake", "RFC 9112 §3", [0x16, 0x03, 0x01, 0x02, 0x00, 0x01], .refused(400),
      overSocket: .incomplete),
    .init("a status line", "RFC 9112 §2.1", "HTTP/1.1 200 OK\r\nHost: a\r\n\r\n", .refused(400)),
    .init("half a request line", "RFC 9112 §3", "POST /calling", .incomplete),
    .init("nothing but a method", "RFC 9112 §3", "POST", .incomplete),
  ]

  private static let targets: [HTTPConformanceCase] = [
    .init(
      "a percent-encoded colon", "RFC 9112 §3.2.1",
      "POST /calling/callConnections%3Aredirect?api-version=2026-03-12 HTTP/1.1\r\nHost: a\r\n\r\n",
      post(target: "/calling/callConnections%3Aredirect?api-version=2026-03-12")),
    .init("an empty query", "RFC 9112 §3.2.1", "GET /? HTTP/1.1\r\nHost: a\r\n\r\n", get("/?")),
    .init(
      "a query with question marks and slashes", "RFC 3986 §3.4",
      "GET /a?b=/c?d HTTP/1.1\r\nHost: a\r\n\r\n", get("/a?b=/c?d")),
    .init(
      "every character of a path", "RFC 3986 §3.3",
      "GET /azAZ09-._~!$&'()*+,;=:@%7e HTTP/1.1\r\nHost: a\r\n\r\n",
      get("/azAZ09-._~!$&'()*+,;=:@%7e")),
    .init(
      "two slashes at the start are a path", "RFC 9112 §3.2.1",
      "GET //b/c HTTP/1.1\r\nHost: a\r\n\r\n", get("//b/c")),
    .init(
      "absolute-form", "RFC 9112 §3.2.2",
      "POST http://localhost:4010\(op) HTTP/1.1\r\nHost: localhost:4010\r\n\r\n",
      post(target: "http://localhost:4010\(op)")),
    .init(
      "absolute-form with https in capitals", "RFC 3986 §3.1",
      "POST HTTPS://localhost\(op) HTTP/1.1\r\nHost: localhost\r\n\r\n",
      post(target: "HTTPS://localhost\(op)")),
    .init(
      "absolute-form with an IPv6 literal", "RFC 9112 §3.2.2",
      "POST http://[::1]:4010\(op) HTTP/1.1\r\nHost: [::1]:4010\r\n\r\n",
      post(target: "http://[::1]:4010\(op)")),
    .init(
      "absolute-form without a path", "RFC 9112 §3.2.2",
      "GET http://localhost HTTP/1.1\r\nHost: localhost\r\n\r\n", get("http://localhost")),
    .init(
      "absolute-form whose Host says otherwise: Host is ignored", "RFC 9112 §3.2.2",
      "POST http://localhost\(op) HTTP/1.1\r\nHost: other\r\n\r\n",
      post(target: "http://localhost\(op)")),
    .init(
      "absolute-form without Host", "RFC 9112 §3.2",
      "POST http://localhost\(op) HTTP/1.1\r\n\r\n", .refused(400)),
    .init(
      "absolute-form of another scheme", "RFC 9112 §3.2.2",
      "GET ftp://localhost/ HTTP/1.1\r\nHost: localhost\r\n\r\n", .refused(400)),
    .init(
      "absolute-form without a host", "RFC 9110 §4.2.1",
      "GET http:///a HTTP/1.1\r\nHost: localhost\r\n\r\n", .refused(400)),
    .init(
      "absolute-form with a port and no host", "RFC 9110 §4.2.1",
      "GET http://:80/a HTTP/1.1\r\nHost: localhost\r\n\r\n", .refused(400)),
    .init(
      "absolute-form with userinfo", "RFC 9110 §4.2.4",
      "GET http://user@localhost/ HTTP/1.1\r\nHost: localhost\r\n\r\n", .refused(400)),
    .init(
      "absolute-form with a port twice", "RFC 9110 §4.2.1",
      "GET http://a:80:80/ HTTP/1.1\r\nHost: a\r\n\r\n", .refused(400)),
    .init("a relative path", "RFC 9112 §3.2", "GET a/b HTTP/1.1\r\nHost: a\r\n\r\n", .refused(400)),
    .init(
      "a query without a path", "RFC 9112 §3.2", "GET ?a HTTP/1.1\r\nHost: a\r\n\r\n", .refused(400)
    ),
    .init(
      "asterisk-form", "RFC 9112 §3.2.4", "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n",
      .request(method: "OPTIONS", target: "*", body: "")),
    .init(
      "asterisk-form without OPTIONS", "RFC 9112 §3.2.4",
      "GET * HTTP/1.1\r\nHost: a\r\n\r\n", .refused(400)),
    .init(
      "more than an asterisk", "RFC 9112 §3.2.4",
      "OPTIONS */a HTTP/1.1\r\nHost: a\r\n\r\n", .refused(400)),
    .init(
      "authority-form", "RFC 9112 §3.2.3",
      "CONNECT localhost:443 HTTP/1.1\r\nHost: localhost:443\r\n\r\n",
      .request(method: "CONNECT", target: "localhost:443", body: "")),
    .init(
      "authority-form without a port", "RFC 9112 §3.2.3",
      "CONNECT localhost HTTP/1.1\r\nHost: localhost\r\n\r\n", .refused(400)),
    .init(
      "authority-form without CONNECT", "RFC 9112 §3.2.3",
      "GET localhost:443 HTTP/1.1\r\nHost: localhost:443\r\n\r\n", .refused(400)),
    .init(
      "CONNECT with origin-form", "RFC 9112 §3.2.3",
      "CONNECT / HTTP/1.1\r\nHost: localhost:443\r\n\r\n", .refused(400)),
    .init("a fragment", "RFC 9112 §3.2", "GET /a#b HTTP/1.1\r\nHost: a\r\n\r\n", .refused(400)),
    .init("a quotation mark", "RFC 3986 §2", "GET /\" HTTP/1.1\r\nHost: a\r\n\r\n", .refused(400)),
    .init("angle brackets", "RFC 3986 §2", "GET /<a> HTTP/1.1\r\nHost: a\r\n\r\n", .refused(400)),
    .init("a backslash", "RFC 3986 §2", "GET /a\\b HTTP/1.1\r\nHost: a\r\n\r\n", .refused(400)),
    .init("a caret", "RFC 3986 §2", "GET /^ HTTP/1.1\r\nHost: a\r\n\r\n", .refused(400)),
    .init("a backtick", "RFC 3986 §2", "GET /` HTTP/1.1\r\nHost: a\r\n\r\n", .refused(400)),
    .init("braces", "RFC 3986 §2", "GET /{a} HTTP/1.1\r\nHost: a\r\n\r\n", .refused(400)),
    .init("a bar", "RFC 3986 §2", "GET /a|b HTTP/1.1\r\nHost: a\r\n\r\n", .refused(400)),
    .init(
      "UTF-8 that is not encoded", "RFC 3986 §2", "GET /é HTTP/1.1\r\nHost: a\r\n\r\n",
      .refused(400)),
    .init(
      "NUL in the target", "RFC 3986 §2", "GET /\u{0} HTTP/1.1\r\nHost: a\r\n\r\n", .refused(400)),
    .init(
      "DEL in the target", "RFC 3986 §2", "GET /\u{7F} HTTP/1.1\r\nHost: a\r\n\r\n", .refused(400)),
    .init(
      "a percent sign alone", "RFC 3986 §2.1", "GET /% HTTP/1.1\r\nHost: a\r\n\r\n", .refused(400)),
    .init(
      "a percent sign and one digit", "RFC 3986 §2.1", "GET /%4 HTTP/1.1\r\nHost: a\r\n\r\n",
      .refused(400)),
    .init(
      "a percent sign and no hexadecimal digits", "RFC 3986 §2.1",
      "GET /%4g HTTP/1.1\r\nHost: a\r\n\r\n", .refused(400)),
  ]

  private static let versions: [HTTPConformanceCase] = [
    .init("HTTP/1.0 without Host", "RFC 9112 §2.3", "POST \(op) HTTP/1.0\r\n\r\n", post()),
    .init(
      "a higher minor version is read as 1.1", "RFC 9110 §2.5",
      "POST \(op) HTTP/1.9\r\nHost: a\r\n\r\n", post()),
    .init(
      "a higher minor version needs Host too", "RFC 9110 §2.5", "POST \(op) HTTP/1.2\r\n\r\n",
      .refused(400)),
    .init("HTTP/2.0", "RFC 9110 §15.6.6", "POST \(op) HTTP/2.0\r\nHost: a\r\n\r\n", .refused(505)),
    .init("HTTP/0.9 by name", "RFC 9110 §15.6.6", "GET / HTTP/0.9\r\n\r\n", .refused(505)),
    .init("HTTP/3.0", "RFC 9110 §15.6.6", "GET / HTTP/3.0\r\nHost: a\r\n\r\n", .refused(505)),
    .init(
      "the preface of HTTP/2", "RFC 9113 §3.4", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", .refused(505)),
    .init(
      "a name in lower case", "RFC 9112 §2.3", "GET / http/1.1\r\nHost: a\r\n\r\n", .refused(400)),
    .init("another name", "RFC 9112 §2.3", "GET / ICY/1.1\r\nHost: a\r\n\r\n", .refused(400)),
    .init("two digits", "RFC 9112 §2.3", "GET / HTTP/1.10\r\nHost: a\r\n\r\n", .refused(400)),
    .init("two digits first", "RFC 9112 §2.3", "GET / HTTP/11.1\r\nHost: a\r\n\r\n", .refused(400)),
    .init("no minor version", "RFC 9112 §2.3", "GET / HTTP/1\r\nHost: a\r\n\r\n", .refused(400)),
    .init("a comma for a dot", "RFC 9112 §2.3", "GET / HTTP/1,1\r\nHost: a\r\n\r\n", .refused(400)),
    .init("no slash", "RFC 9112 §2.3", "GET / HTTP1.1\r\nHost: a\r\n\r\n", .refused(400)),
    .init("a sign", "RFC 9112 §2.3", "GET / HTTP/+1.1\r\nHost: a\r\n\r\n", .refused(400)),
  ]

  private static let lineEndings: [HTTPConformanceCase] = [
    .init(
      "one empty line first", "RFC 9112 §2.2", "\r\nPOST \(op) HTTP/1.1\r\nHost: a\r\n\r\n", post()),
    .init(
      "two empty lines first", "RFC 9112 §2.2", "\r\n\r\nPOST \(op) HTTP/1.1\r\nHost: a\r\n\r\n",
      .refused(400)),
    .init("an empty line alone", "RFC 9112 §2.2", "\r\n", .incomplete),
    .init("a bare LF first", "RFC 9112 §2.2", "\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", .refused(400)),
    .init("a bare CR first", "RFC 9112 §2.2", "\rGET / HTTP/1.1\r\nHost: a\r\n\r\n", .refused(400)),
    .init(
      "a bare LF after the request line", "RFC 9112 §2.2", "GET / HTTP/1.1\nHost: a\r\n\r\n",
      .refused(400)),
    .init(
      "a bare CR after the request line", "RFC 9112 §2.2", "GET / HTTP/1.1\rHost: a\r\n\r\n",
      .refused(400)),
    .init(
      "CR CR LF after the request line", "RFC 9112 §2.2", "GET / HTTP/1.1\r\r\nHost: a\r\n\r\n",
      .refused(400)),
    .init(
      "a bare LF after a field line", "RFC 9112 §2.2", "GET / HTTP/1.1\r\nHost: a\n\r\n",
      .refused(400)),
    .init(
      "a bare CR after a field line", "RFC 9112 §2.2", "GET / HTTP/1.1\r\nHost: a\rX: y\r\n\r\n",
      .refused(400)),
    .init(
      "a bare LF ends the head", "RFC 9112 §2.2", "GET / HTTP/1.1\r\nHost: a\r\n\n", .refused(400)),
    .init(
      "a bare CR ends the head", "RFC 9112 §2.2", "GET / HTTP/1.1\r\nHost: a\r\n\rX", .refused(400)),
    .init("bare LFs all through", "RFC 9112 §2.2", "GET / HTTP/1.1\nHost: a\n\n", .refused(400)),
    .init(
      "a head without its empty line", "RFC 9112 §2.1", "GET / HTTP/1.1\r\nHost: a\r\n", .incomplete
    ),
    .init(
      "a head that lacks its last LF", "RFC 9112 §2.1", "GET / HTTP/1.1\r\nHost: a\r\n\r",
      .incomplete),
  ]

  private static let fieldNames: [HTTPConformanceCase] = [
    .init("a name in any case", "RFC 9110 §5.1", "POST \(op) HTTP/1.1\r\nhOsT: a\r\n\r\n", post()),
    .init("every token character", "RFC 9110 §5.6.2", posted("!#$%&'*+-.^_`|~09azAZ: 1"), post()),
    .init("a space before the colon", "RFC 9112 §5.1", posted("X-A : b"), .refused(400)),
    .init("a tab before the colon", "RFC 9112 §5.1", posted("X-A\t: b"), .refused(400)),
    .init(
      "Content-Length and a space", "RFC 9112 §5.1", posted("Content-Length : 0"), .refused(400)),
    .init("a space in the name", "RFC 9112 §5.1", posted("X A: b"), .refused(400)),
    .init("an empty name", "RFC 9112 §5.1", posted(": b"), .refused(400)),
    .init("no colon", "RFC 9112 §5", posted("X-A"), .refused(400)),
    .init("a name in parentheses", "RFC 9110 §5.6.2", posted("X(A): b"), .refused(400)),
    .init("a name in quotes", "RFC 9110 §5.6.2", posted("\"X\": b"), .refused(400)),
    .init("a name with a slash", "RFC 9110 §5.6.2", posted("X/A: b"), .refused(400)),
    .init("a name with NUL", "RFC 9110 §5.6.2", posted("X\u{0}A: b"), .refused(400)),
    .init("a name beyond ASCII", "RFC 9110 §5.6.2", posted("X-É: b"), .refused(400)),
    .init("a name with DEL", "RFC 9110 §5.6.2", posted("X\u{7F}: b"), .refused(400)),
    .init(
      "white space before the first field line", "RFC 9112 §2.2",
      "GET / HTTP/1.1\r\n Host: a\r\n\r\n", .refused(400)),
    .init("a folded line", "RFC 9112 §5.2", posted("X-A: b\r\n c"), .refused(400)),
    .init("a line folded with a tab", "RFC 9112 §5.2", posted("X-A: b\r\n\tc"), .refused(400)),
    .init(
      "a folded Transfer-Encoding", "RFC 9112 §5.2", posted("Transfer-Encoding:\r\n chunked"),
      .refused(400)),
    .init(
      "a line of white space ends no head", "RFC 9112 §5.2", posted("X-A: b\r\n "), .refused(400)),
  ]

  private static let fieldValues: [HTTPConformanceCase] = [
    .init("no white space after the colon", "RFC 9112 §5.1", posted("X-A:b"), post()),
    .init("white space around the value", "RFC 9112 §5.1", posted("X-A: \t b \t "), post()),
    .init("an empty value", "RFC 9110 §5.5", posted("X-A:"), post()),
    .init("a value of white space", "RFC 9110 §5.5", posted("X-A:  \t "), post()),
    .init("tabs and spaces within a value", "RFC 9110 §5.5", posted("X-A: b\tc  d"), post()),
    .init("a colon in a value", "RFC 9110 §5.5", posted("X-A: b: c"), post()),
    .init("bytes above ASCII", "RFC 9110 §5.5", posted("X-A: bé\u{FF}"), post()),
    .init("NUL", "RFC 9110 §5.5", posted("X-A: b\u{0}c"), .refused(400)),
    .init("a vertical tab", "RFC 9110 §5.5", posted("X-A: b\u{B}c"), .refused(400)),
    .init("a form feed", "RFC 9110 §5.5", posted("X-A: b\u{C}c"), .refused(400)),
    .init(
      "ESC behind sixteen bytes", "RFC 9110 §5.5", posted("X-A: 0123456789ABCDEF\u{1B}"),
      .refused(400)),
    .init("DEL", "RFC 9110 §5.5", posted("X-A: b\u{7F}c"), .refused(400)),
    .init("the same field twice", "RFC 9110 §5.2", posted("X-A: b\r\nX-A: c"), post()),
  ]

  private static func host(_ value: String) -> String {
    "POST \(op) HTTP/1.1\r\nHost: \(value)\r\n\r\n"
  }

  private static let hosts: [HTTPConformanceCase] = [
    .init("a name", "RFC 9110 §7.2", host("localhost"), post()),
    .init("a name and a port", "RFC 9110 §7.2", host("localhost:4010"), post()),
    .init("an IPv4 address", "RFC 9110 §7.2", host("127.0.0.1:4010"), post()),
    .init("an IPv6 address", "RFC 3986 §3.2.2", host("[::1]"), post()),
    .init(
      "an IPv6 address and a port", "RFC 3986 §3.2.2", host("[2001:db8::ff00:42:8329]:80"), post()),
    .init(
      "an IPv6 address with IPv4 at its end", "RFC 3986 §3.2.2", host("[::ffff:192.0.2.1]"), post()),
    .init("an IPvFuture address", "RFC 3986 §3.2.2", host("[v1.a:b]"), post()),
    .init("an empty port", "RFC 3986 §3.2.3", host("localhost:"), post()),
    .init("a percent-encoded name", "RFC 3986 §3.2.2", host("a%41"), post()),
    .init("no Host in 1.1", "RFC 9112 §3.2", "POST \(op) HTTP/1.1\r\nX: y\r\n\r\n", .refused(400)),
    .init(
      "two Hosts", "RFC 9112 §3.2", "POST \(op) HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
      .refused(400)),
    .init(
      "the same Host twice", "RFC 9112 §3.2", "POST \(op) HTTP/1.1\r\nHost: a\r\nhost: a\r\n\r\n",
      .refused(400)),
    .init(
      "two Hosts in 1.0", "RFC 9112 §3.2", "POST \(op) HTTP/1.0\r\nHost: a\r\nHost: a\r\n\r\n",
      .refused(400)),
    .init(
      "a bad Host in 1.0", "RFC 9112 §3.2", "POST \(op) HTTP/1.0\r\nHost: a b\r\n\r\n",
      .refused(400)),
    .init("an empty Host", "RFC 9112 §3.2", host(""), .refused(400)),
    .init("a port and no name", "RFC 9110 §4.2.1", host(":80"), .refused(400)),
    .init("a URI", "RFC 9110 §7.2", host("http://a"), .refused(400)),
    .init("a path", "RFC 9110 §7.2", host("a/b"), .refused(400)),
    .init("userinfo", "RFC 9110 §7.2", host("user@a"), .refused(400)),
    .init("two names", "RFC 9110 §7.2", host("a, b"), .refused(400)),
    .init("a port that is no number", "RFC 3986 §3.2.3", host("a:http"), .refused(400)),
    .init("a port above 65535", "RFC 9110 §4.2.1", host("a:65536"), .refused(400)),
    .init("an IPv6 address without brackets", "RFC 3986 §3.2.2", host("::1"), .refused(400)),
    .init("an IPv6 address with two gaps", "RFC 3986 §3.2.2", host("[1::2::3]"), .refused(400)),
    .init(
      "an IPv6 address of seven groups", "RFC 3986 §3.2.2", host("[1:2:3:4:5:6:7]"), .refused(400)),
    .init(
      "an IPv6 address of nine groups", "RFC 3986 §3.2.2", host("[1:2:3:4:5:6:7:8:9]"),
      .refused(400)),
    .init(
      "an IPv6 address whose gap stands for one group", "RFC 3986 §3.2.2",
      host("[1:2:3:4:5:6:7::]"), post()),
    .init(
      "an IPv6 address whose gap stands for no group", "RFC 3986 §3.2.2",
      host("[1:2:3:4::5:6:7:8]"), .refused(400)),
    .init(
      "an IPv6 address with a number above 255", "RFC 3986 §3.2.2", host("[::1.2.3.256]"),
      .refused(400)),
    .init(
      "an IPv6 address with a zone", "RFC 3986 §3.2.2", host("[fe80::1%25eth0]"), .refused(400)),
    .init("a bracket that does not close", "RFC 3986 §3.2.2", host("[::1"), .refused(400)),
    .init("empty brackets", "RFC 3986 §3.2.2", host("[]"), .refused(400)),
    .init("text after the bracket", "RFC 3986 §3.2.2", host("[::1]a"), .refused(400)),
    .init("an underscore and a percent sign", "RFC 3986 §3.2.2", host("a_b%"), .refused(400)),
    .init(
      "the port twice: the JavaScript SDK's habit", "RFC 9110 §7.2", host("localhost:4010:4010"),
      post()),
    .init("two different ports", "RFC 9110 §7.2", host("localhost:4010:4011"), .refused(400)),
    .init("the port three times", "RFC 9110 §7.2", host("localhost:1:1:1"), .refused(400)),
    .init("no port, twice", "RFC 9110 §7.2", host("localhost::"), .refused(400)),
  ]

  private static let contentLengths: [HTTPConformanceCase] = [
    .init("content", "RFC 9112 §6.2", posted("Content-Length: 5", "hello"), post("hello")),
    .init("no content", "RFC 9112 §6.2", posted("Content-Length: 0"), post()),
    .init("neither length nor coding: no content", "RFC 9112 §6.3", posted("X: y"), post()),
    .init(
      "zeros in front", "RFC 9110 §8.6", posted("Content-Length: 0005", "hello"), post("hello")),
    .init(
      "white space around the number", "RFC 9110 §5.5", posted("Content-Length: \t5 ", "hello"),
      post("hello")),
    .init(
      "content of a GET", "RFC 9110 §9.3.1",
      "GET \(op) HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi",
      .request(method: "GET", target: op, body: "hi")),
    .init(
      "content that looks like a request", "RFC 9112 §6.3",
      posted("Content-Length: 18", "GET / HTTP/1.1\r\n\r\n"), post("GET / HTTP/1.1\r\n\r\n")),
    .init(
      "content in HTTP/1.0", "RFC 9112 §6.2",
      "POST \(op) HTTP/1.0\r\nContent-Length: 5\r\n\r\nhello", post("hello")),
    .init(
      "content that is not all there", "RFC 9112 §8", posted("Content-Length: 5", "hell"),
      .incomplete),
    .init("a plus sign", "RFC 9110 §8.6", posted("Content-Length: +5", "hello"), .refused(400)),
    .init("a minus sign", "RFC 9110 §8.6", posted("Content-Length: -5", "hello"), .refused(400)),
    .init("hexadecimal", "RFC 9110 §8.6", posted("Content-Length: 0x5", "hello"), .refused(400)),
    .init("a fraction", "RFC 9110 §8.6", posted("Content-Length: 5.0", "hello"), .refused(400)),
    .init(
      "two numbers with a space", "RFC 9110 §8.6", posted("Content-Length: 5 5", "hello"),
      .refused(400)),
    .init("letters", "RFC 9110 §8.6", posted("Content-Length: five", "hello"), .refused(400)),
    .init("an empty length", "RFC 9110 §8.6", posted("Content-Length:", "hello"), .refused(400)),
    .init(
      "digits beyond ASCII", "RFC 9110 §8.6", posted("Content-Length: ５", "hello"), .refused(400)),
    .init(
      "two lengths that differ", "RFC 9112 §6.3",
      posted("Content-Length: 5\r\nContent-Length: 6", "hello"), .refused(400)),
    .init(
      "two lengths that agree", "RFC 9112 §6.3",
      posted("Content-Length: 5\r\nContent-Length: 5", "hello"), .refused(400)),
    .init(
      "a list of lengths that agree", "RFC 9112 §6.3", posted("Content-Length: 5, 5", "hello"),
      .refused(400)),
    .init(
      "a list of lengths that differ", "RFC 9112 §6.3", posted("Content-Length: 5,6", "hello"),
      .refused(400)),
    .init(
      "2 to the 64th and five", "RFC 9110 §8.6",
      posted("Content-Length: 18446744073709551621", "hello"), .refused(413)),
    .init(
      "a number of 40 digits", "RFC 9110 §8.6",
      posted("Content-Length: " + String(repeating: "9", count: 40), "hello"), .refused(413)),
    .init(
      "a number of 40 digits and a letter", "RFC 9110 §8.6",
      posted("Content-Length: " + String(repeating: "9", count: 40) + "x", "hello"), .refused(400)),
    .init(
      "one byte above the limit", "RFC 9110 §15.5.14", posted("Content-Length: 1048577"),
      .refused(413)),
    .init("the limit itself", "RFC 9110 §15.5.14", posted("Content-Length: 1048576"), .incomplete),
  ]

  private static let transferEncodings: [HTTPConformanceCase] = [
    .init("chunked", "RFC 9112 §6.1", chunked("5\r\nhello\r\n0\r\n\r\n"), post("hello")),
    .init(
      "chunked in any case", "RFC 9112 §7", posted("Transfer-Encoding: ChUnKeD", "0\r\n\r\n"),
      post()),
    .init(
      "white space around chunked", "RFC 9110 §5.5",
      posted("Transfer-Encoding: \tchunked ", "0\r\n\r\n"), post()),
    .init("gzip alone", "RFC 9112 §6.1", posted("Transfer-Encoding: gzip"), .refused(501)),
    .init(
      "gzip, chunked", "RFC 9112 §6.1", posted("Transfer-Encoding: gzip, chunked"), .refused(501)),
    .init(
      "chunked, gzip", "RFC 9112 §6.1", posted("Transfer-Encoding: chunked, gzip"), .refused(501)),
    .init("identity", "RFC 9112 §6.1", posted("Transfer-Encoding: identity"), .refused(501)),
    .init("xchunked", "RFC 9112 §6.1", posted("Transfer-Encoding: xchunked"), .refused(501)),
    .init(
      "chunked twice in a list", "RFC 9112 §6.1", posted("Transfer-Encoding: chunked, chunked"),
      .refused(400)),
    .init(
      "chunked and a comma", "RFC 9112 §6.1", posted("Transfer-Encoding: chunked,"), .refused(400)),
    .init(
      "chunked with a parameter", "RFC 9112 §7.1", posted("Transfer-Encoding: chunked;a=b"),
      .refused(400)),
    .init(
      "chunked in quotes", "RFC 9112 §6.1", posted("Transfer-Encoding: \"chunked\""), .refused(400)),
    .init("an empty coding", "RFC 9112 §6.1", posted("Transfer-Encoding:"), .refused(400)),
    .init(
      "a vertical tab before chunked", "RFC 9110 §5.5", posted("Transfer-Encoding: \u{B}chunked"),
      .refused(400)),
    .init(
      "two lines of chunked", "RFC 9112 §6.1",
      posted("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked", "0\r\n\r\n"), .refused(400)
    ),
    .init(
      "two lines, chunked and another", "RFC 9112 §6.1",
      posted("Transfer-Encoding: chunked\r\nTransfer-Encoding: identity", "0\r\n\r\n"),
      .refused(400)),
    .init(
      "chunked, then a length", "RFC 9112 §6.3",
      posted("Transfer-Encoding: chunked\r\nContent-Length: 5", "0\r\n\r\n"), .refused(400)),
    .init(
      "a length, then chunked", "RFC 9112 §6.3",
      posted("Content-Length: 5\r\nTransfer-Encoding: chunked", "0\r\n\r\n"), .refused(400)),
    .init(
      "a length, then another coding", "RFC 9112 §6.3",
      posted("Content-Length: 5\r\nTransfer-Encoding: gzip", "hello"), .refused(400)),
    .init(
      "chunked in HTTP/1.0", "RFC 9112 §6.1",
      "POST \(op) HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", .refused(400)),
  ]

  private static let chunks: [HTTPConformanceCase] = [
    .init("no chunk but the last", "RFC 9112 §7.1", chunked("0\r\n\r\n"), post()),
    .init(
      "several chunks", "RFC 9112 §7.1", chunked("1\r\na\r\n2\r\nbc\r\n0\r\n\r\n"), post("abc")),
    .init(
      "hexadecimal in both cases", "RFC 9112 §7.1",
      chunked("a\r\n0123456789\r\nA\r\n0123456789\r\n0\r\n\r\n"), post("01234567890123456789")),
    .init(
      "zeros in front", "RFC 9112 §7.1", chunked("0005\r\nhello\r\n000\r\n\r\n"), post("hello")),
    .init(
      "CR LF in the data", "RFC 9112 §7.1", chunked("4\r\na\r\nb\r\n0\r\n\r\n"), post("a\r\nb")),
    .init(
      "data that looks like the last chunk", "RFC 9112 §7.1",
      chunked("5\r\n0\r\n\r\n\r\n0\r\n\r\n"), post("0\r\n\r\n")),
    .init("chunks without the last", "RFC 9112 §8", chunked("5\r\nhello\r\n"), .incomplete),
    .init("a last chunk without the empty line", "RFC 9112 §8", chunked("0\r\n"), .incomplete),
    .init("an empty size", "RFC 9112 §7.1", chunked("\r\nhello\r\n0\r\n\r\n"), .refused(400)),
    .init("a size with 0x", "RFC 9112 §7.1", chunked("0x5\r\nhello\r\n0\r\n\r\n"), .refused(400)),
    .init("a plus sign", "RFC 9112 §7.1", chunked("+5\r\nhello\r\n0\r\n\r\n"), .refused(400)),
    .init("a minus sign", "RFC 9112 §7.1", chunked("-5\r\nhello\r\n0\r\n\r\n"), .refused(400)),
    .init(
      "a space before the size", "RFC 9112 §7.1", chunked(" 5\r\nhello\r\n0\r\n\r\n"), .refused(400)
    ),
    .init(
      "a space after the size", "RFC 9112 §7.1", chunked("5 \r\nhello\r\n0\r\n\r\n"), .refused(400)),
    .init("letters beyond F", "RFC 9112 §7.1", chunked("g\r\nhello\r\n0\r\n\r\n"), .refused(400)),
    .init(
      "an underscore in the size", "RFC 9112 §7.1", chunked("1_0\r\nhello\r\n0\r\n\r\n"),
      .refused(400)),
    .init(
      "a bare LF after the size", "RFC 9112 §7.1", chunked("5\nhello\r\n0\r\n\r\n"), .refused(400)),
    .init(
      "a bare CR after the size", "RFC 9112 §7.1", chunked("5\rhello\r\n0\r\n\r\n"), .refused(400)),
    .init(
      "a bare LF after the data", "RFC 9112 §7.1", chunked("5\r\nhello\n0\r\n\r\n"), .refused(400)),
    .init(
      "more data than the size says", "RFC 9112 §7.1", chunked("4\r\nhello\r\n0\r\n\r\n"),
      .refused(400)),
    .init(
      "less data than the size says", "RFC 9112 §7.1", chunked("6\r\nhello\r\n0\r\n\r\n"),
      .refused(400)),
    .init("a bare LF ends the body", "RFC 9112 §7.1", chunked("0\r\n\n"), .refused(400)),
    .init("a size above the limit", "RFC 9110 §15.5.14", chunked("100001\r\n"), .refused(413)),
    .init(
      "a size of 2 to the 64th", "RFC 9112 §7.1", chunked("10000000000000000\r\n"), .refused(413)),
    .init(
      "a size of 17 zeros", "RFC 9112 §7.1",
      chunked(String(repeating: "0", count: 17) + "\r\n\r\n"), .refused(400)),
    .init(
      "chunks that together are above the limit", "RFC 9110 §15.5.14",
      chunked("1\r\na\r\n100000\r\n"), .refused(413)),
  ]

  private static let extensions: [HTTPConformanceCase] = [
    .init("a name", "RFC 9112 §7.1.1", chunked("5;a\r\nhello\r\n0\r\n\r\n"), post("hello")),
    .init(
      "a name and a token", "RFC 9112 §7.1.1", chunked("5;a=b\r\nhello\r\n0;c=d\r\n\r\n"),
      post("hello")),
    .init(
      "several", "RFC 9112 §7.1.1", chunked("5;a=b;c;d=\"e\"\r\nhello\r\n0\r\n\r\n"), post("hello")),
    .init(
      "a quoted string with what would end the line elsewhere", "RFC 9112 §7.1.1",
      chunked("5;a=\"b;c=\\\"d\\\\ \té\"\r\nhello\r\n0\r\n\r\n"), post("hello")),
    .init(
      "white space where the grammar tolerates it", "RFC 9112 §7.1.1",
      chunked("5 ; a = b ;c\t=\t\"d\" ; e\r\nhello\r\n0\r\n\r\n"), post("hello")),
    .init("an empty name", "RFC 9112 §7.1.1", chunked("5;\r\nhello\r\n0\r\n\r\n"), .refused(400)),
    .init(
      "an empty value", "RFC 9112 §7.1.1", chunked("5;a=\r\nhello\r\n0\r\n\r\n"), .refused(400)),
    .init(
      "two equals signs", "RFC 9112 §7.1.1", chunked("5;a==b\r\nhello\r\n0\r\n\r\n"), .refused(400)),
    .init(
      "a value of a value", "RFC 9112 §7.1.1", chunked("5;a=b=c\r\nhello\r\n0\r\n\r\n"),
      .refused(400)),
    .init(
      "white space at the end", "RFC 9112 §7.1.1", chunked("5;a=b \r\nhello\r\n0\r\n\r\n"),
      .refused(400)),
    .init(
      "text after a quoted string", "RFC 9112 §7.1.1", chunked("5;a=\"b\"c\r\nhello\r\n0\r\n\r\n"),
      .refused(400)),
    .init(
      "a quoted string that does not close", "RFC 9112 §7.1.1",
      chunked("5;a=\"b\r\nhello\r\n0\r\n\r\n"), .refused(400)),
    .init(
      "a bare LF in an extension", "RFC 9112 §7.1.1", chunked("5;a\nhello\r\n0\r\n\r\n"),
      .refused(400)),
    .init(
      "NUL in an extension", "RFC 9112 §7.1.1", chunked("5;a=\"\u{0}\"\r\nhello\r\n0\r\n\r\n"),
      .refused(400)),
    .init(
      "extensions above the limit", "RFC 9112 §7.1.1",
      chunked("5;" + String(repeating: "a", count: 4096) + "\r\nhello\r\n0\r\n\r\n"), .refused(413)),
  ]

  private static let trailers: [HTTPConformanceCase] = [
    .init(
      "a trailer field", "RFC 9112 §7.1.2", chunked("5\r\nhello\r\n0\r\nX-Sum: 1\r\n\r\n"),
      post("hello")),
    .init(
      "several trailer fields", "RFC 9112 §7.1.2", chunked("0\r\nA: 1\r\nB:\t2 \r\nC:\r\n\r\n"),
      post()),
    .init(
      "Content-Length", "RFC 9110 §6.5.1", chunked("0\r\nContent-Length: 5\r\n\r\n"), .refused(400)),
    .init(
      "Transfer-Encoding", "RFC 9110 §6.5.1", chunked("0\r\nTransfer-Encoding: chunked\r\n\r\n"),
      .refused(400)),
    .init("Host", "RFC 9110 §6.5.1", chunked("0\r\nHOST: a\r\n\r\n"), .refused(400)),
    .init(
      "Authorization", "RFC 9110 §6.5.1", chunked("0\r\nAuthorization: a\r\n\r\n"), .refused(400)),
    .init(
      "Content-Encoding", "RFC 9110 §6.5.1", chunked("0\r\nContent-Encoding: gzip\r\n\r\n"),
      .refused(400)),
    .init("Trailer", "RFC 9110 §6.5.1", chunked("0\r\nTrailer: a\r\n\r\n"), .refused(400)),
    .init(
      "a folded trailer field", "RFC 9112 §5.2", chunked("0\r\nA: 1\r\n b\r\n\r\n"), .refused(400)),
    .init(
      "a space before a trailer's colon", "RFC 9112 §5.1", chunked("0\r\nA : 1\r\n\r\n"),
      .refused(400)),
    .init(
      "a trailer field with an empty name", "RFC 9112 §5.1", chunked("0\r\n: 1\r\n\r\n"),
      .refused(400)),
    .init(
      "a trailer field without a colon", "RFC 9112 §5", chunked("0\r\nGET / HTTP/1.1\r\n\r\n"),
      .refused(400)),
    .init("a bare LF", "RFC 9112 §2.2", chunked("0\r\nA: 1\n\r\n"), .refused(400)),
    .init("NUL in a value", "RFC 9110 §5.5", chunked("0\r\nA: \u{0}\r\n\r\n"), .refused(400)),
    .init(
      "a section above the limit", "RFC 9112 §7.1.2",
      chunked("0\r\nA: " + String(repeating: "b", count: 8192) + "\r\n\r\n"), .refused(431)),
    .init(
      "more than 100 trailer fields", "RFC 9112 §7.1.2",
      chunked("0\r\n" + String(repeating: "A: 1\r\n", count: 101) + "\r\n"), .refused(431)),
  ]

  private static let connections: [HTTPConformanceCase] = [
    .init("close", "RFC 9112 §9.6", posted("Connection: close"), post()),
    .init("Close in a list", "RFC 9110 §7.6.1", posted("Connection: TE, Close"), post()),
    .init(
      "keep-alive in HTTP/1.0", "RFC 9112 §9.3",
      "POST \(op) HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", post()),
    .init(
      "empty members of a list", "RFC 9110 §5.6.1.2", posted("Connection: , keep-alive ,,"), post()),
    .init(
      "an option that is no token", "RFC 9110 §7.6.1", posted("Connection: keep alive"),
      .refused(400)),
    .init(
      "Upgrade is not taken up", "RFC 9110 §7.8",
      posted(
        "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__"),
      post()),
  ]

  private static let expectations: [HTTPConformanceCase] = [
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
    .init("an empty expectation", "RFC 9110 §10.1.1", posted("Expect:"), .refused(417)),
  ]

  /// A head of exactly `size` bytes.
  private static func head(ofSize size: Int) -> String {
    let start = "POST \(op) HTTP/1.1\r\nHost: a\r\nX: "
    return start + String(repeating: "x", count: size - start.utf8.count - 4) + end
  }

  private static func target(ofSize size: Int) -> String {
    op + "&x=" + String(repeating: "x", count: size - op.utf8.count - 3)
  }

  private static func fields(_ count: Int) -> String {
    (1...count).map { "X-\($0): \($0)\r\n" }.joined()
  }

  private static let limits: [HTTPConformanceCase] = [
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

  private static let pipelines: [HTTPConformanceCase] = [
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
      "a request and half of another", "RFC 9112 §9.3.2",
      host("a") + "POST /calling", .requests(1)),
  ]
}
