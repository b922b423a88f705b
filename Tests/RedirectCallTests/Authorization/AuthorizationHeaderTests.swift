import HTTP1
import RedirectCall
import Testing

@Suite struct AuthorizationHeaderTests {
  static func parse(_ value: String) -> Result<AuthorizationHeader, Rejection> {
    let bytes = Array(value.utf8)
    do throws(Rejection) {
      return .success(try AuthorizationHeader.parse(bytes.span, value: 0..<bytes.count))
    } catch {
      return .failure(error)
    }
  }

  @Test(
    "a token is found with its scheme in any case, and bare",
    arguments: [
      ("Bearer a.b.c", 7), ("bearer a.b.c", 7), ("BEARER   a.b.c", 9), ("Bearer\ta.b.c", 7),
      ("a.b.c", 0), ("eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCIsImtpZCI6IjEifQ.e30.c2ln", 0),
    ])
  func tokens(value: String, start: Int) throws {
    #expect(try Self.parse(value).get() == .token(start..<value.utf8.count))
  }

  @Test(
    "an access key's parameters are found in either order",
    arguments: [
      ("HMAC-SHA256 SignedHeaders=a;b&Signature=cc==", 26..<29, 40..<44),
      ("hmac-sha256  signedheaders=a;b&signature=cc==", 27..<30, 41..<45),
      ("HMAC-SHA256 Signature=cc==&SignedHeaders=a;b", 41..<44, 22..<26),
      ("HMAC-SHA256 SignedHeaders=a;b&Signature=cc==&", 26..<29, 40..<44),
    ])
  func accessKeys(value: String, names: Range<Int>, signature: Range<Int>) throws {
    #expect(
      try Self.parse(value).get() == .accessKey(signedHeaders: names, signature: signature))
  }

  @Test(
    "what is not a credential is denied with its reason",
    arguments: [
      ("Bearer", "7501", "no token after Bearer"), ("Bearer  ", "7501", "no token after Bearer"),
      ("Basic dXNlcjpwYXNz", "7501", "neither the scheme"), ("token", "7501", "neither the scheme"),
      ("Basic a.b", "7501", "neither the scheme"), (" ", "7501", "neither the scheme"),
      ("HMAC-SHA256", "7509", "missing"), ("HMAC-SHA256 SignedHeaders=host", "7509", "missing"),
      ("HMAC-SHA256 Signature=c", "7509", "missing"),
      ("HMAC-SHA256 SignedHeaders=&Signature=c", "7509", "missing"),
      ("HMAC-SHA256 SignedHeaders=h&Signature=", "7509", "missing"),
      ("HMAC-SHA256 SignedHeaders", "7509", "no '='"),
      ("HMAC-SHA256 Credential=x&SignedHeaders=h&Signature=c", "7509", "\"Credential\", unknown"),
      ("HMAC-SHA256 SignedHeaders=h&Signature=c&Signature=d", "7509", "second time"),
      ("HMAC-SHA512 SignedHeaders=h&Signature=c", "7501", "neither the scheme"),
    ])
  func refused(value: String, code: String, reason: String) {
    guard case .failure(let rejection) = Self.parse(value) else {
      Issue.record("\(value) was taken")
      return
    }
    #expect(rejection.inner.code == code)
    #expect(rejection.inner.message.contains(reason), "\(rejection.inner.message)")
    #expect(rejection.status == 401)
    #expect(rejection.error.code == (code == "7509" ? "7509" : "Denied"))
    #expect(
      rejection.error.message
        == (code == "7509" ? "HMAC-SHA256 validation failed" : "Denied by the resource provider."))
    #expect(
      rejection.fields == [ResponseField("WWW-Authenticate", "Bearer, HMAC-SHA256")])
    #expect(rejection.stage == .authorization)
    #expect(rejection.section == "4. Authorization")
  }

  @Test("a request without the field, with an empty one, or with two is denied")
  func fields() {
    var message = AuthorizationMessage()
    #expect(message.rejection()?.inner.message.contains("No credential") == true)
    message.fields = [("Authorization", "")]
    #expect(message.rejection()?.inner.message.contains("No credential") == true)
    message.fields = [("Authorization", "Bearer a.b.c"), ("authorization", "Bearer a.b.c")]
    #expect(message.rejection()?.inner.message.contains("more than once") == true)
  }
}
