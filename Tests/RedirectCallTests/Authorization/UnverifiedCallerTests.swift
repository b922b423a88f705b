import RedirectCall
import Testing

@Suite struct UnverifiedCallerTests {
  static func caller(_ authorization: String?) -> Result<UnverifiedCaller, Rejection> {
    var message = AuthorizationMessage()
    if let authorization { message.fields = [("Authorization", authorization)] }
    let (bytes, head) = message.parsed
    do throws(Rejection) {
      return .success(try UnverifiedCaller(bytes.span, head: head))
    } catch {
      return .failure(error)
    }
  }

  @Test(
    "anything that is not empty is taken",
    arguments: [
      ("Bearer a.b.c", UnverifiedCaller.Scheme.bearer), ("a.b.c", .bearer),
      ("Bearer nonsense", .bearer), ("HMAC-SHA256 SignedHeaders=a&Signature=b", .accessKey),
      ("Basic dXNlcg==", .other), ("x", .other), ("HMAC-SHA256", .other),
    ])
  func taken(authorization: String, scheme: UnverifiedCaller.Scheme) throws {
    let caller = try Self.caller(authorization).get()
    #expect(caller.scheme == scheme)
    #expect(caller.user == nil)
    #expect(caller.resourceID == nil)
  }

  @Test("a token says whose it is, also when nobody known signed it")
  func tokens() throws {
    let claims = TestTokens.base64URL(TestTokens.claims(["exp": "1"]))
    let caller = try Self.caller("Bearer e30.\(claims).AAAA").get()
    #expect(caller.user == "8:acs:\(TestTokens.resource)_user")
    #expect(caller.resourceID == TestTokens.resource)
    #expect(caller.scheme == .bearer)
    let entra = TestTokens.base64URL(TestTokens.entra(["exp": "1"]))
    #expect(try Self.caller("Bearer e30.\(entra).AAAA").get().scheme == .entra)
  }

  @Test("nothing, or an empty field, is denied", arguments: [nil, ""])
  func refused(authorization: String?) {
    #expect(throws: Rejection.self) { try Self.caller(authorization).get() }
  }
}
