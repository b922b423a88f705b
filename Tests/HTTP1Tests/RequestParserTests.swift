import Core
import HTTP1
import TestSupport
import Testing

/// The head of `text`, which is a whole head.
private func parsed(_ text: String, limits: HTTPLimits = HTTPLimits()) throws -> RequestHead {
  var parser = RequestParser(limits: limits)
  let complete = try parser.parse(Array(text.utf8).span)
  try #require(complete)
  return parser.head
}

/// How many bytes it takes until the parser refuses `bytes`, and why.
private func refusal(of bytes: [UInt8], limits: HTTPLimits = HTTPLimits()) -> (
  after: Int, error: HTTPError
)? {
  var parser = RequestParser(limits: limits)
  for count in 1...bytes.count {
    do throws(HTTPError) {
      if try parser.parse(bytes.span.extracting(first: count)) { return nil }
    } catch {
      return (count, error)
    }
  }
  return nil
}

@Suite("RequestParser")
struct RequestParserTests {
  struct TargetCase: Sendable {
    var line: String
    var form: RequestTarget.Form
    var path: String
    var query: String?
    var authority: String?
  }

  @Test(
    "a target is taken apart into its parts",
    arguments: [
      TargetCase(line: "GET /a/b?c=d&e", form: .origin, path: "/a/b", query: "c=d&e"),
      TargetCase(line: "GET /", form: .origin, path: "/"),
      TargetCase(line: "GET /?", form: .origin, path: "/", query: ""),
      TargetCase(line: "GET /a?b?c", form: .origin, path: "/a", query: "b?c"),
      TargetCase(line: "GET /a%3F?b", form: .origin, path: "/a%3F", query: "b"),
      TargetCase(
        line: "GET http://h:1/a?b", form: .absolute, path: "/a", query: "b", authority: "h:1"),
      TargetCase(line: "GET https://h", form: .absolute, path: "", authority: "h"),
      TargetCase(line: "GET http://h?b", form: .absolute, path: "", query: "b", authority: "h"),
      TargetCase(line: "GET http://[::1]:80/", form: .absolute, path: "/", authority: "[::1]:80"),
      TargetCase(line: "OPTIONS *", form: .asterisk, path: ""),
      TargetCase(line: "CONNECT h:443", form: .authority, path: "", authority: "h:443"),
    ])
  func targets(_ example: TargetCase) throws {
    let text = "\(example.line) HTTP/1.1\r\nHost: h\r\n\r\n"
    let target = try parsed(text).target
    func part(_ range: Range<Int>?) -> String? {
      range.map { String(decoding: Array(text.utf8)[$0], as: UTF8.self) }
    }
    #expect(target.form == example.form)
    #expect(part(target.path) == example.path)
    #expect(part(target.query) == example.query)
    #expect(part(target.authority) == example.authority)
    #expect(example.line.hasSuffix(part(target.whole) ?? "?"))
  }

  @Test(
    "a method is recognised in exactly its case",
    arguments: [
      ("GET", Method.get), ("HEAD", .head), ("POST", .post), ("PUT", .put), ("PATCH", .patch),
      ("DELETE", .delete), ("OPTIONS", .options), ("TRACE", .trace), ("get", .other),
      ("POSTS", .other), ("PUR", .other), ("X", .other),
    ])
  func methods(_ text: String, _ method: Method) throws {
    let head = try parsed("\(text) / HTTP/1.1\r\nHost: h\r\n\r\n")
    #expect(head.method == method)
    #expect(head.methodBytes == 0..<text.utf8.count)
  }

  @Test("field lines are ranges of the message, without the white space around the values")
  func fields() throws {
    let text = "GET / HTTP/1.1\r\nHost: h\r\nX-A:\t b c \t\r\nContent-Type:\r\n\r\nrest"
    let head = try parsed(text)
    let bytes = Array(text.utf8)
    let seen = head.fields.map { field in
      [field.name, field.value].map { String(decoding: bytes[$0], as: UTF8.self) }
    }
    #expect(seen == [["Host", "h"], ["X-A", "b c"], ["Content-Type", ""]])
    #expect(head.fields.map(\.known) == [.host, nil, .contentType])
    #expect(head.length == bytes.count - 4)
  }

  @Test("an empty line before the request counts to the head")
  func leadingEmptyLine() throws {
    let head = try parsed("\r\nGET / HTTP/1.1\r\nHost: h\r\n\r\n")
    #expect(head.methodBytes == 2..<5)
    #expect(head.length == 29)
  }

  @Test(
    "the connection persists as version and options say",
    arguments: [
      ("1.1", "", true), ("1.1", "Connection: close\r\n", false),
      ("1.1", "Connection: keep-alive\r\n", true), ("1.1", "Connection: TE, cLoSe\r\n", false),
      ("1.1", "Connection: keep-alive, close\r\n", false),
      ("1.1", "Connection: TE\r\nConnection: close\r\n", false),
      ("1.1", "Connection: closed\r\n", true),
      ("1.0", "", false), ("1.0", "Connection: Keep-Alive\r\n", true),
      ("1.0", "Connection: keep-alive, close\r\n", false), ("1.7", "", true),
    ])
  func persistence(_ version: String, _ field: String, _ expected: Bool) throws {
    let head = try parsed("GET / HTTP/\(version)\r\nHost: h\r\n\(field)\r\n")
    #expect(head.keepAlive == expected)
  }

  @Test(
    "framing and expectation",
    arguments: [
      ("1.1", "", BodyFraming.none, false),
      ("1.1", "Content-Length: 0\r\n", .length(0), false),
      ("1.1", "Content-Length: 007\r\n", .length(7), false),
      ("1.1", "Transfer-Encoding: Chunked\r\n", .chunked, false),
      ("1.1", "Expect: 100-continue\r\n", .none, false),
      ("1.1", "Expect: 100-continue\r\nContent-Length: 0\r\n", .length(0), false),
      ("1.1", "Expect: 100-Continue\r\nContent-Length: 1\r\n", .length(1), true),
      ("1.1", "Expect: 100-continue\r\nTransfer-Encoding: chunked\r\n", .chunked, true),
      ("1.0", "Expect: 100-continue\r\nContent-Length: 1\r\n", .length(1), false),
    ])
  func framing(_ version: String, _ fields: String, _ framing: BodyFraming, _ expects: Bool) throws
  {
    let head = try parsed("POST / HTTP/\(version)\r\nHost: h\r\n\(fields)\r\n")
    #expect(head.framing == framing)
    #expect(head.expectsContinue == expects)
  }

  @Test(
    "a version above 1.1 is 1.1, and 1.0 is 1.0", arguments: [("1.0", 0), ("1.1", 1), ("1.9", 1)])
  func versions(_ version: String, _ minor: UInt8) throws {
    #expect(try parsed("GET / HTTP/\(version)\r\nHost: h\r\n\r\n").version.minor == minor)
  }

  @Test(
    "what is wrong is refused at the first byte that shows it",
    arguments: [
      ("\u{16}\u{3}", 1, HTTPError.Reason.invalidMethod),
      ("GET\u{0}", 4, .invalidMethod),
      ("GET  /", 5, .invalidTarget),
      ("GET /a\u{0}", 7, .invalidTarget),
      ("GET /%zz", 7, .invalidTarget),
      ("GET /%2z", 8, .invalidTarget),
      ("GET / http", 7, .invalidVersion),
      ("GET / HTTP/2.0", 14, .unsupportedVersion),
      ("GET / HTTP/1.1\n", 15, .invalidLineEnding),
      ("GET / HTTP/1.1\r\r", 16, .invalidLineEnding),
      ("GET b HTTP/1.1\r", 15, .invalidTarget),
      ("GET / HTTP/1.1\r\n:", 17, .invalidFieldName),
      ("GET / HTTP/1.1\r\n X", 17, .invalidFieldName),
      ("GET / HTTP/1.1\r\nA: b\r\n X", 23, .obsoleteLineFolding),
      ("GET / HTTP/1.1\r\nA :", 18, .whitespaceBeforeColon),
      ("GET / HTTP/1.1\r\nA: b\u{0}", 21, .invalidFieldValue),
      ("GET / HTTP/1.1\r\nHost: \r\n", 24, .invalidHost),
      ("GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n", 34, .duplicateHost),
      ("GET / HTTP/1.1\r\nA: b\r\n\r\n", 24, .missingHost),
    ])
  func early(_ text: String, _ after: Int, _ reason: HTTPError.Reason) throws {
    let refused = try #require(refusal(of: Array(text.utf8)))
    #expect(refused.after == after)
    #expect(refused.error.reason == reason)
  }

  @Test(
    "a message says what was wrong, what was expected and where",
    arguments: [
      (
        "GET / HTTP/1.1\r\nHost: h\r\nA: 1\r\nB : 2\r\n",
        "field line 3: white space before the colon"
      ),
      ("GET /a^ HTTP/1.1\r\n", "request target, byte 2: '^' is not allowed in a URI"),
      (
        "GET / HTTP/1.1\r\nHost: h\r\nContent-Length: 5x\r\n",
        "field line 2: 'x' in Content-Length, expected one number in decimal digits"
      ),
      ("GET / HTTP/1.1\nHost", "request line: a bare LF ends it, expected CR LF"),
      ("GET / HTTP/2.0\r\n", "request line: HTTP/2.0 is not served, expected HTTP/1.1 or HTTP/1.0"),
      (
        "GET / HTTP/1.1\r\nHost: h\u{1}\r\n",
        "field line 1: byte 0x01 in the value, expected visible characters, spaces and tabs"
      ),
    ])
  func messages(_ text: String, _ message: String) throws {
    #expect(try #require(refusal(of: Array(text.utf8))).error.message == message)
  }

  @Test("limits are refused at the first byte above them, and one below is accepted")
  func limits() throws {
    let small = HTTPLimits(maxMethod: 4, maxTarget: 6, maxHeader: 64, maxFields: 2, maxBody: 10)
    func refused(_ text: String) -> (Int, HTTPError.Reason)? {
      refusal(of: Array(text.utf8), limits: small).map { ($0.after, $0.error.reason) }
    }
    func expect(_ text: String, _ after: Int, _ reason: HTTPError.Reason) {
      let seen = refused(text)
      #expect(seen?.0 == after && seen?.1 == reason, "\(text): \(String(describing: seen))")
    }
    expect("PATCH", 5, .methodTooLong)
    expect("GET /aaaaaa", 11, .targetTooLong)
    expect("GET /aaaa%41", 10, .targetTooLong)
    expect("GET / HTTP/1.1\r\nA: b\r\nC: d\r\nE", 29, .tooManyFields)
    expect("GET / HTTP/1.1\r\nA: " + String(repeating: "b", count: 60), 64, .headerTooLarge)
    expect("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 11\r\n", 45, .bodyTooLarge)
    #expect(refused("HEAD /aaaaa HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n") == nil)
    let head = "GET / HTTP/1.1\r\nHost: a\r\nA: "
    let full = head + String(repeating: "b", count: 64 - head.utf8.count - 4) + "\r\n\r\n"
    #expect(try parsed(full, limits: small).length == 64)
  }

  @Test("limits near the largest number do not overflow")
  func hugeLimits() throws {
    let huge = HTTPLimits(maxBody: .max)
    let largest = try parsed(
      "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 9223372036854775807\r\n\r\n", limits: huge)
    #expect(largest.framing == .length(.max))
    let above = "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 9223372036854775808\r\n\r\n"
    #expect(refusal(of: Array(above.utf8), limits: huge)?.error.reason == .bodyTooLarge)
  }

  @Test("every byte in a field value is judged in the same way at every place")
  func fieldValueBytes() {
    for byte in UInt8.min...UInt8.max {
      let allowed = byte == 0x09 || (byte >= 0x20 && byte != 0x7F)
      for place in 0..<75 {
        var value = [UInt8](repeating: 0x61, count: 75)
        value[place] = byte
        // A tab beside it must not hide it.
        value[(place + 1) % 75] = 0x09
        let bytes =
          Array("GET / HTTP/1.1\r\nHost: h\r\nA: b".utf8) + value + Array("c\r\n\r\n".utf8)
        var parser = RequestParser(limits: HTTPLimits())
        let complete = try? parser.parse(bytes.span)
        #expect(complete == (allowed ? true : nil), "byte \(byte) at \(place)")
      }
    }
  }

  @Test("every byte in a field name is judged in the same way at every place")
  func fieldNameBytes() {
    for byte in UInt8.min...UInt8.max where byte != 0x3A {
      for place in 0..<19 {
        var name = [UInt8](repeating: 0x61, count: 19)
        // Token bytes that are neither letters nor digits beside it must not hide it.
        name[(place + 1) % 19] = 0x5F
        name[place] = byte
        let bytes =
          Array("GET / HTTP/1.1\r\nHost: h\r\n".utf8) + name + Array(": b\r\n\r\n".utf8)
        var parser = RequestParser(limits: HTTPLimits())
        let complete = try? parser.parse(bytes.span)
        #expect(complete == (ASCII.isTokenByte(byte) ? true : nil), "byte \(byte) at \(place)")
      }
    }
  }

  @Test("every byte in a target is judged in the same way at every place")
  func targetBytes() {
    let unreserved = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~"
    let allowed = Set((unreserved + "!$&'()*+,;=:@/?[]").utf8)
    for byte in UInt8.min...UInt8.max where byte != 0x20 {
      for place in 0..<19 {
        var target = [UInt8](repeating: 0x61, count: 19)
        target[(place + 1) % 19] = 0x7E
        target[place] = byte
        let bytes =
          Array("GET /".utf8) + target + Array(" HTTP/1.1\r\nHost: h\r\n\r\n".utf8)
        var parser = RequestParser(limits: HTTPLimits())
        let complete = try? parser.parse(bytes.span)
        #expect(
          complete == (allowed.contains(byte) ? true : nil), "byte \(byte) at \(place)")
      }
    }
  }

  @Test(
    "requests as real clients send them are read, whole and cut at every byte of their heads",
    arguments: requests)
  func realRequests(_ name: String) throws {
    let bytes = try Fixture.bytes("fixtures/requests/\(name).http")
    var whole = MessageReader()
    whole.receive(bytes)
    #expect(whole.error == nil)
    let message = try #require(whole.messages.first)
    #expect(whole.messages.count == 1)
    #expect(message.method == "POST")
    #expect(message.body.first == "{" && message.body.last == "}")
    #expect(!whole.isWaiting)
    for cut in 0...(bytes.count - message.body.utf8.count + 1) {
      var pieces = MessageReader()
      pieces.receive(bytes[..<cut])
      pieces.receive(bytes[cut...])
      #expect(pieces.messages == [message], "cut at \(cut)")
    }
  }

  static let requests = [
    "curl-bare-token", "curl-percent-encoded-colon", "dotnet-custom-endpoint",
    "java-host-without-port", "javascript-default-port", "javascript-port-twice",
    "python-communication-user", "reference-sample",
  ]

  @Test("a parser reads one message after another, each from nothing")
  func reset() throws {
    var parser = RequestParser(limits: HTTPLimits())
    let first = Array(
      "POST /a?b HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
        .utf8)
    let second = Array("GET /c HTTP/1.1\r\nHost: h\r\n\r\n".utf8)
    for _ in 0..<3 {
      var complete = try parser.parse(first.span)
      #expect(complete)
      #expect(parser.head.framing == .chunked && !parser.head.keepAlive)
      parser.reset()
      #expect(!parser.hasBegun)
      complete = try parser.parse(second.span)
      #expect(complete)
      #expect(parser.head == (try parsed("GET /c HTTP/1.1\r\nHost: h\r\n\r\n")))
      parser.reset()
    }
  }

  /// Reading from the start each time would be half a million million steps: more than the limit, by far.
  @Test(
    "a head of 1 MiB in single bytes is read once, not once per byte", .timeLimit(.minutes(10)))
  func linear() throws {
    let size = 1 << 20
    let start = "GET / HTTP/1.1\r\nHost: h\r\nA: "
    let bytes = Array(
      (start + String(repeating: "b", count: size - start.utf8.count - 4) + "\r\n\r\n").utf8)
    var parser = RequestParser(limits: HTTPLimits(maxHeader: size))
    for count in 1..<bytes.count {
      if try parser.parse(bytes.span.extracting(first: count)) { Issue.record("too early") }
    }
    let complete = try parser.parse(bytes.span)
    #expect(complete)
  }

  @Test("random changes to a request never trap, and pieces do not change the verdict")
  func mutations() {
    var random = SplitMix(state: 11)
    let seed = Array(
      "POST /calling/callConnections:redirect?api-version=2026-03-12 HTTP/1.1\r\nHost: [::1]:80\r\nTransfer-Encoding: chunked\r\nExpect: 100-continue\r\nConnection: close, te\r\n\r\n5;a=\"b\"\r\nhello\r\n0\r\nA: b\r\n\r\n"
        .utf8)
    let alphabet = Array("\r\n\t :;,=\"\\%/?*[]0159aAfFgG\u{0}\u{7F}".utf8) + [0x80, 0xFF]
    for _ in 0..<3_000 {
      var bytes = seed
      for _ in 0...Int(random.next() % 3) {
        let place = Int(random.next() % UInt64(bytes.count))
        let byte = alphabet[Int(random.next() % UInt64(alphabet.count))]
        switch random.next() % 3 {
        case 0: bytes[place] = byte
        case 1: bytes.insert(byte, at: place)
        default: bytes.remove(at: place)
        }
      }
      var whole = MessageReader()
      whole.receive(bytes)
      var pieces = MessageReader()
      for byte in bytes { pieces.receive(CollectionOfOne(byte)) }
      #expect(whole.messages == pieces.messages, "\(bytes)")
      #expect(whole.error == pieces.error, "\(bytes)")
    }
  }

  @Test("an error stays, whatever is sent after it", arguments: HTTPConformanceCase.all)
  func errorsStay(_ example: HTTPConformanceCase) {
    var parser = RequestParser(limits: HTTPLimits())
    var errors: [HTTPError] = []
    for rest in ["", "", "\r\nHost: a\r\n\r\n"] {
      do throws(HTTPError) {
        _ = try parser.parse((example.bytes + Array(rest.utf8)).span)
      } catch {
        errors.append(error)
      }
    }
    // A head that is cut short may be refused by what comes last; no error may be followed by a success.
    #expect(
      errors.isEmpty || errors.count == 3 || (errors.count == 1 && example.expected == .incomplete))
    #expect(Set(errors.map(\.message)).count <= 1)
  }
}
