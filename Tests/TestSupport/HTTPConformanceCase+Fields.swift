extension HTTPConformanceCase {
  static let lineEndings: [HTTPConformanceCase] = [
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

  static let fieldNames: [HTTPConformanceCase] = [
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

  static let fieldValues: [HTTPConformanceCase] = [
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

  static func host(_ value: String) -> String {
    "POST \(op) HTTP/1.1\r\nHost: \(value)\r\n\r\n"
  }

  static let hosts: [HTTPConformanceCase] = [
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
    .init("a Host of white space", "RFC 9112 §3.2", host(" \t "), .refused(400)),
    .init(
      "an empty Host in 1.0", "RFC 9110 §4.2.1", "POST \(op) HTTP/1.0\r\nHost:\r\n\r\n",
      .refused(400)),
    .init(
      "an empty Host beside absolute-form", "RFC 9112 §3.2",
      "POST http://a\(op) HTTP/1.1\r\nHost:\r\n\r\n", .refused(400)),
    .init(
      "a bad Host beside absolute-form", "RFC 9112 §3.2",
      "POST http://a\(op) HTTP/1.1\r\nHost: b/c\r\n\r\n", .refused(400)),
    .init("a port and no name", "RFC 9110 §4.2.1", host(":80"), .refused(400)),
    .init("a URI", "RFC 9110 §7.2", host("http://a"), .refused(400)),
    .init("a path", "RFC 9110 §7.2", host("a/b"), .refused(400)),
    .init("userinfo", "RFC 9110 §7.2", host("user@a"), .refused(400)),
    .init("two names", "RFC 9110 §7.2", host("a, b"), .refused(400)),
    .init("a port that is not a number", "RFC 3986 §3.2.3", host("a:http"), .refused(400)),
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
}
