extension HTTPConformanceCase {
  static let requestLines: [HTTPConformanceCase] = [
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
      "a TLS handshake", "RFC 9112 §3", [0x16, 0x03, 0x01, 0x02, 0x00, 0x01], .refused(400)),
    .init("a status line", "RFC 9112 §2.1", "HTTP/1.1 200 OK\r\nHost: a\r\n\r\n", .refused(400)),
    .init("half a request line", "RFC 9112 §3", "POST /calling", .incomplete),
    .init("nothing but a method", "RFC 9112 §3", "POST", .incomplete),
  ]

  static let targets: [HTTPConformanceCase] = [
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
    .init(
      "absolute-form whose port is no number", "RFC 3986 §3.2.3",
      "GET http://a:b/ HTTP/1.1\r\nHost: a\r\n\r\n", .refused(400)),
    .init(
      "absolute-form whose port is above 65535", "RFC 9110 §4.2.1",
      "GET http://a:65536/ HTTP/1.1\r\nHost: a\r\n\r\n", .refused(400)),
    .init(
      "absolute-form with brackets that do not close", "RFC 3986 §3.2.2",
      "GET http://[::1/ HTTP/1.1\r\nHost: a\r\n\r\n", .refused(400)),
    .init(
      "absolute-form with one slash", "RFC 9112 §3.2.2",
      "GET http:/a HTTP/1.1\r\nHost: a\r\n\r\n", .refused(400)),
    .init(
      "absolute-form with an empty port", "RFC 3986 §3.2.3",
      "POST http://a:\(op) HTTP/1.1\r\nHost: a\r\n\r\n", post(target: "http://a:\(op)")),
    .init(
      "authority-form with an empty port", "RFC 9110 §9.3.6",
      "CONNECT a: HTTP/1.1\r\nHost: a\r\n\r\n", .refused(400)),
    .init(
      "authority-form with userinfo", "RFC 9112 §3.2.3",
      "CONNECT u@a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n", .refused(400)),
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
      "authority-form with an IPv6 address", "RFC 9112 §3.2.3",
      "CONNECT [::1]:443 HTTP/1.1\r\nHost: [::1]:443\r\n\r\n",
      .request(method: "CONNECT", target: "[::1]:443", body: "")),
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

  static let versions: [HTTPConformanceCase] = [
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
}
