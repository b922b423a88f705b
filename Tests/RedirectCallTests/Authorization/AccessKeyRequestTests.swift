import Core
import LibCrypto
import RedirectCall
import Testing

@Suite struct AccessKeyRequestTests {
  @Test("a signature that was computed elsewhere holds")
  func knownAnswer() {
    var message = AuthorizationMessage()
    message.body = "{\"incomingCallContext\":\"abc\"}"
    message.fields = [
      ("Host", "127.0.0.1:4010"), ("x-ms-date", AuthorizationMessage.date),
      ("x-ms-content-sha256", "EqrclujUNmXeOK9rt6OYkBiAHkzG3eNyti1WwsDhSIE="),
      (
        "Authorization",
        "HMAC-SHA256 SignedHeaders=x-ms-date;host;x-ms-content-sha256&Signature=gw0kcH+e1N0NJZryW9pph2dMHt15epcY2VuHY/ino+U="
      ),
    ]
    #expect(message.rejection() == nil)
  }

  @Test(
    "each SDK's signature holds",
    arguments: [
      // Python and .NET: the authority, with its port.
      ("127.0.0.1:4010", "127.0.0.1:4010", []),
      ("emulator.communication.azure.com", "emulator.communication.azure.com", []),
      // Java: the bare name, sent as Host or not, with a Date beside.
      ("localhost", "localhost", [("Date", AuthorizationMessage.date)]),
      ("localhost:4010", "localhost", [("Date", AuthorizationMessage.date)]),
      // JavaScript: the port twice.
      ("localhost:4010:4010", "localhost:4010:4010", []),
      // .NET with an endpoint apart from the one it signs for.
      (
        "localhost:4010", "emulator.communication.azure.com",
        [("x-ms-host", "emulator.communication.azure.com")]
      ),
      // .NET betas with a custom endpoint: the name is sent in X-FORWARDED-HOST.
      (
        "127.0.0.1:4010", "contoso.communication.azure.com",
        [("X-FORWARDED-HOST", "contoso.communication.azure.com")]
      ),
      // A header that names another host, put there by a proxy, does no harm.
      ("localhost:4010", "localhost:4010", [("x-forwarded-host", "a"), ("X-Forwarded-Host", "b")]),
      ("localhost:4010", "localhost:4010", [("x-ms-host", "a"), ("X-Forwarded-Host", "b")]),
      ("localhost:4010", "localhost", [("x-ms-host", "a"), ("X-Forwarded-Host", "b")]),
      ("[::1]:4010", "[::1]:4010", []), ("[::1]:4010", "[::1]", []),
    ] as [(String, String, [(String, String)])])
  func sdks(host: String, signedHost: String, others: [(String, String)]) {
    let message = AuthorizationMessage.signed(host: host, signedHost: signedHost, others: others)
    #expect(message.rejection() == nil)
  }

  @Test(
    "a signed host that is not the request's is denied",
    arguments: [
      ("localhost:4010", "localhost:4011"), ("localhost:4010", "other"), ("localhost", "localhos"),
      ("localhost:4010", ""), ("[::1]:4010", "["), ("[::1]:4010", "[:"),
      ("localhost:4010", "localhost:"),
    ])
  func otherHosts(host: String, signedHost: String) {
    let message = AuthorizationMessage.signed(host: host, signedHost: signedHost)
    #expect(message.rejection()?.inner.message.hasPrefix("Signature does not match: ") == true)
  }

  @Test("a forwarded host that is sent twice is not taken for the one that was signed")
  func forwardedTwice() {
    let message = AuthorizationMessage.signed(
      host: "localhost", signedHost: "a",
      others: [("X-Forwarded-Host", "a"), ("X-Forwarded-Host", "b")])
    #expect(message.rejection()?.error.code == "7509")
  }

  @Test(
    "headers are signed in the order in which the client names them",
    arguments: [
      "x-ms-date;host;x-ms-content-sha256", "host;x-ms-date;x-ms-content-sha256",
      "x-ms-content-sha256;x-ms-date;host", "X-MS-DATE;Host;X-Ms-Content-SHA256",
      "x-ms-date;host;x-ms-content-sha256;content-type;x-extra",
      "x-extra;host;date;x-ms-content-sha256", "x-ms-date;x-ms-host;x-ms-content-sha256",
    ])
  func order(names: String) {
    let others = [
      ("Content-Type", "application/json"), ("x-extra", "1"), ("x-ms-host", "some.host"),
      ("Date", AuthorizationMessage.date),
    ]
    var message = AuthorizationMessage.signed(
      signedHost: "some.host", names: names, others: others)
    #expect(message.rejection() == nil)
    // The same names in another order are another string to sign.
    message["Authorization"] = message["Authorization"].replacing(
      names, with: names.split(separator: ";").reversed().joined(separator: ";"))
    #expect(message.rejection()?.inner.message.hasPrefix("Signature does not match: ") == true)
  }

  @Test(
    "the target is signed as it is on the request line; of absolute-form path and query are")
  func targets() {
    for target in ["/calling/callConnections%3Aredirect?api-version=2026-03-12&x=%20", "/", "/?"] {
      #expect(AuthorizationMessage.signed(target: target).rejection() == nil)
    }
    var message = AuthorizationMessage.signed()
    message.target = "http://127.0.0.1:4010" + message.target
    #expect(message.rejection() == nil)
    message.target = "http://127.0.0.1:4010/calling/callConnections:redirect"
    #expect(message.rejection() != nil)
  }

  @Test(
    "each part that is changed after signing is noticed",
    arguments: [
      ("method", "does not match"), ("target", "does not match"), ("date", "does not match"),
      ("host", "does not match"), ("body", "the 28 bytes of the body have"),
      ("body and hash", "does not match"), ("hash", "bytes of the body have"),
      ("signature", "does not match"), ("extra", "does not match"), ("key", "does not match"),
    ])
  func tampering(part: String, reason: String) {
    var message = AuthorizationMessage.signed(
      names: "x-ms-date;host;x-ms-content-sha256;x-extra", others: [("x-extra", "1")])
    #expect(message.rejection() == nil)
    var key = AuthorizationMessage.key
    switch part {
    case "method": message.method = "PUT"
    case "target": message.target += "&x"
    case "date": message["x-ms-date"] = "Mon, 23 Nov 2026 10:00:01 GMT"
    case "host": message["Host"] = "127.0.0.1:4011"
    case "body": message.body += " "
    case "body and hash":
      message.body += " "
      message["x-ms-content-sha256"] = AuthorizationMessage.hash(message.body)
    case "hash": message["x-ms-content-sha256"] = AuthorizationMessage.hash("other")
    case "signature":
      let text = message["Authorization"]
      let start = text.index(text.endIndex, offsetBy: -44)
      message["Authorization"] =
        text[..<start] + (text[start] == "A" ? "B" : "A") + text[text.index(after: start)...]
    case "extra": message["x-extra"] = "2"
    default: key = .random()
    }
    let rejection = message.rejection(key: key)
    #expect(rejection?.inner.code == "7509")
    #expect(rejection?.error.code == "7509")
    #expect(rejection?.error.message == "HMAC-SHA256 validation failed")
    #expect(rejection?.inner.message.contains(reason) == true, "\(String(describing: rejection))")
    #expect(rejection?.status == 401)
  }

  @Test(
    "a signed header that is missing, twice there or not signed at all is denied",
    arguments: [
      ("x-ms-date", "\"x-ms-date\", but the request has no such header"),
      ("host", "\"host\", but the request has no such header"),
      ("x-ms-content-sha256", "\"x-ms-content-sha256\", but the request has no such header"),
    ])
  func missing(name: String, reason: String) {
    var message = AuthorizationMessage.signed()
    message.remove(name)
    #expect(message.rejection()?.inner.message.contains(reason) == true)
    message = AuthorizationMessage.signed()
    message.fields.append((name, message[name]))
    #expect(message.rejection()?.inner.message.contains("more than once") == true)
    let names = ["x-ms-date", "host", "x-ms-content-sha256"].filter { $0 != name }
    message = AuthorizationMessage.signed(names: names.joined(separator: ";"))
    #expect(
      message.rejection()?.inner.message.contains("SignedHeaders does not name \(name)") == true)
  }

  @Test(
    "what SignedHeaders must not say is denied",
    arguments: [
      ("x-ms-date;host;host;x-ms-content-sha256", "names the host more than once"),
      ("x-ms-date;host;x-ms-host;x-ms-content-sha256", "names the host more than once"),
      ("x-ms-date;host;x-ms-content-sha256;", "\"\", but the request has no such header"),
      (";x-ms-date;host;x-ms-content-sha256", "\"\", but the request has no such header"),
      ("x-ms-date;;host;x-ms-content-sha256", "\"\", but the request has no such header"),
      ("x-ms-date;host;x-ms-content-sha256;x-none", "\"x-none\", but"),
      (
        "x-ms-date;host;x-ms-content-sha256" + String(repeating: ";x-ms-date", count: 30),
        "more than 32"
      ),
    ])
  func names(names: String, reason: String) {
    var message = AuthorizationMessage.signed(others: [("x-ms-host", "some.host")])
    message["Authorization"] = message["Authorization"].replacing(
      "x-ms-date;host;x-ms-content-sha256", with: names)
    let rejection = message.rejection()
    #expect(rejection?.inner.message.contains(reason) == true, "\(String(describing: rejection))")
  }

  @Test("thirty-two signed headers are still taken")
  func manyNames() {
    let names = "host;x-ms-content-sha256" + String(repeating: ";x-ms-date", count: 30)
    #expect(AuthorizationMessage.signed(names: names).rejection() == nil)
  }

  @Test(
    "a date within five minutes of the clock is taken, one beyond is not",
    arguments: [
      (0, true), (300, true), (-300, true), (301, false), (-301, false), (86_400, false),
    ])
  func dates(offset: Int64, isTaken: Bool) {
    let now = Instant(seconds: AuthorizationMessage.now.seconds + offset)
    let rejection = AuthorizationMessage.signed().rejection(now: now)
    #expect((rejection == nil) == isTaken)
    if let rejection {
      #expect(rejection.inner.code == "7509")
      #expect(rejection.inner.message.contains("more than 300 seconds from the clock"))
    }
  }

  @Test("a clock at the end of time denies and does not trap")
  func extremeClocks() {
    for nanoseconds in [Int64.min, .max] {
      #expect(AuthorizationMessage.signed().rejection(now: .init(nanoseconds: nanoseconds)) != nil)
    }
  }

  @Test(
    "a date in another form is denied",
    arguments: [
      "", "2026-11-23T10:00:00Z", "Monday, 23-Nov-26 10:00:00 GMT", "Tue, 23 Nov 2026 10:00:00 GMT",
      "Mon, 23 Nov 2026 10:00:00 UTC",
    ])
  func dateForms(text: String) {
    var message = AuthorizationMessage.signed()
    message["x-ms-date"] = text
    #expect(message.rejection()?.inner.message.contains("The signed date is") == true)
  }

  @Test(
    "a hash or signature that is not 32 bytes of base64 is denied",
    arguments: ["", "AAAA", String(repeating: "A", count: 44), String(repeating: "=", count: 44)])
  func notBase64(text: String) {
    var message = AuthorizationMessage.signed()
    message["x-ms-content-sha256"] = text
    #expect(message.rejection()?.inner.message.contains("not base64 of a SHA-256 digest") == true)
    message = AuthorizationMessage.signed()
    message["Authorization"] =
      "HMAC-SHA256 SignedHeaders=x-ms-date;host;x-ms-content-sha256&Signature=\(text)x"
    #expect(message.rejection()?.inner.message.contains("not base64 of an HMAC-SHA256") == true)
  }

  @Test("an empty body has the hash of nothing")
  func emptyBody() {
    #expect(AuthorizationMessage.signed(body: "").rejection() == nil)
  }

  @Test("a mismatch shows the string to sign, and where the client's own differs, but no signature")
  func mismatches() {
    let target = "/calling/callConnections:redirect?api-version=2026-03-12"
    let hash = AuthorizationMessage.hash("{}")
    let text = "POST\n\(target)\n\(AuthorizationMessage.date);localhost;\(hash)"
    let expected = text.replacing("\n", with: "\\n")
    func reason(_ clients: String?, signedHost: String, key: AccessKey? = nil) -> String {
      var others: [(String, String)] = []
      if let clients {
        others = [
          ("x-ms-hmac-string-to-sign-base64", Base64.standard.encode(Array(clients.utf8).span))
        ]
      }
      let message = AuthorizationMessage.signed(
        host: "localhost", signedHost: signedHost, body: "{}", others: others,
        key: key ?? AuthorizationMessage.key)
      let rejection = message.rejection()
      let signature = message["Authorization"].split(separator: "Signature=").last ?? "none"
      #expect(rejection?.inner.message.contains(signature) == false)
      #expect(rejection?.inner.message.contains(DevelopmentKeys.accessKey) == false)
      let sentences = (rejection?.inner.message ?? "").split(separator: ". ")
      #expect(sentences.count == 2, "\(sentences)")
      #expect(
        rejection?.error.innererror.first?.details.first?.code == "StringToSign"
          && rejection?.error.innererror.first?.details.first?.message
            == "Expected \"\(expected)\"."
      )
      return rejection?.inner.message ?? ""
    }
    let other = reason(
      text.replacing("localhost", with: "example"), signedHost: "example")
    #expect(
      other.hasPrefix(
        "Signature does not match: at offset 92 of its string to sign the client has \"example;"))
    #expect(other.contains("where \"localhost;") && other.contains("change the host, the path"))
    #expect(
      reason(text, signedHost: "localhost", key: .random()).contains(
        "signed the right string with another key. Use the connection string"))
    #expect(reason(nil, signedHost: "localhost/").contains("'/' behind"))
    #expect(reason(nil, signedHost: "example").contains("with another key, or another string. Use"))
    #expect(
      reason(String(text.dropLast()), signedHost: "example").contains(
        "the client has nothing more where \"=\" was expected"))
  }
}
