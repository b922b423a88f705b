extension HTTPConformanceCase {
  static let contentLengths: [HTTPConformanceCase] = [
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
      "content of a GET in chunks", "RFC 9110 §9.3.1",
      "GET \(op) HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n",
      .request(method: "GET", target: op, body: "hi")),
    .init(
      "content of a HEAD", "RFC 9110 §9.3.2",
      "HEAD \(op) HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi",
      .request(method: "HEAD", target: op, body: "hi")),
    .init(
      "content of a DELETE", "RFC 9110 §9.3.5",
      "DELETE \(op) HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi",
      .request(method: "DELETE", target: op, body: "hi")),
    .init(
      "content of an OPTIONS", "RFC 9110 §9.3.7",
      "OPTIONS * HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi",
      .request(method: "OPTIONS", target: "*", body: "hi")),
    .init(
      "content of a TRACE is read, so that it is no request", "RFC 9110 §9.3.8",
      "TRACE \(op) HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi",
      .request(method: "TRACE", target: op, body: "hi")),
    .init(
      "content of a CONNECT is read, so that it is no request", "RFC 9110 §9.3.6",
      "CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\nContent-Length: 2\r\n\r\nhi",
      .request(method: "CONNECT", target: "a:443", body: "hi")),
    .init(
      "content of a method of one's own", "RFC 9112 §6",
      "BREW \(op) HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi",
      .request(method: "BREW", target: op, body: "hi")),
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
      "a list with an empty member", "RFC 9110 §8.6", posted("Content-Length: ,5", "hello"),
      .refused(400)),
    .init(
      "an underscore in the number", "RFC 9110 §8.6", posted("Content-Length: 1_0", "hello"),
      .refused(400)),
    .init(
      "a quoted number", "RFC 9110 §8.6", posted("Content-Length: \"5\"", "hello"),
      .refused(400)),
    .init(
      "lengths in two cases of the name", "RFC 9112 §6.3",
      posted("content-length: 5\r\nCONTENT-LENGTH: 5", "hello"), .refused(400)),
    .init(
      "2 to the 63rd", "RFC 9110 §8.6", posted("Content-Length: 9223372036854775808", "hello"),
      .refused(413)),
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

  static let transferEncodings: [HTTPConformanceCase] = [
    .init("chunked", "RFC 9112 §6.1", chunked("5\r\nhello\r\n0\r\n\r\n"), post("hello")),
    .init(
      "chunked in any case", "RFC 9112 §7", posted("Transfer-Encoding: ChUnKeD", "0\r\n\r\n"),
      post()),
    .init(
      "white space around chunked", "RFC 9110 §5.5",
      posted("Transfer-Encoding: \tchunked ", "0\r\n\r\n"), post()),
    .init(
      "chunked in capitals, in a name in capitals", "RFC 9112 §7",
      posted("TRANSFER-ENCODING: CHUNKED", "0\r\n\r\n"), post()),
    .init(
      "gzip with a weight", "RFC 9112 §6.1", posted("Transfer-Encoding: gzip;q=1, chunked"),
      .refused(501)),
    .init(
      "a comma and chunked", "RFC 9112 §6.1", posted("Transfer-Encoding: , chunked"),
      .refused(400)),
    .init(
      "gzip, then chunked on a line of its own", "RFC 9112 §6.1",
      posted("Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked"), .refused(501)),
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

  static let chunks: [HTTPConformanceCase] = [
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

  static let extensions: [HTTPConformanceCase] = [
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

  static let trailers: [HTTPConformanceCase] = [
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
}
