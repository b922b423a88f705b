import Core
import LibCrypto
import RedirectCall
import Testing

@Suite struct TokenVerifierTests {
  @Test("a token that was signed elsewhere is verified, and its claims are read")
  func knownAnswer() throws {
    let token = try TestTokens.verify(
      """
      eyJhbGciOiJSUzI1NiIsImtpZCI6InJlZGlyZWN0LWVtdWxhdG9yLWRldmVsb3BtZW50IiwieDV0IjoiYWJjIiwi\
      dHlwIjoiSldUIn0.eyJza3lwZWlkIjoiYWNzOjAwMDAwMDAwLTAwMDAtNDAwMC04MDAwLTRkMDAwMDAwMDAxMF9r\
      bm93biIsInNjcCI6MTc5MiwiY3NpIjoiMTc5NTQyODAwMCIsImV4cCI6MTc5NTQzMTYwMCwicmduIjoiZW11bGF0\
      b3IiLCJhY3NTY29wZSI6InZvaXAsY2hhdCIsInJlc291cmNlSWQiOiIwMDAwMDAwMC0wMDAwLTQwMDAtODAwMC00\
      ZDAwMDAwMDAwMTAiLCJyZXNvdXJjZUxvY2F0aW9uIjoidW5pdGVkc3RhdGVzIiwiaWF0IjoxNzk1NDI4MDAwfQ.q\
      eBChi_vgigg0DXZ3LW572gT7RtSoCCwlU90jQfz_iBJX7skujsw9-J2fntBlz5TjCZgmxg3QFNIkfnr08cHOwx7_\
      hhpg9DFXQzgc2erSzNFR_D3K-73Qd4gtrU1AewKdavV9WXE6A-21GXxoigQbEckJyNCZDDHXTbjvOIbSW52T5n4_\
      U93QBP-5Mz7WCzNyibdP69kNvz_sf7wmcbYGyr8Sj_Yb6NQF5_sndlM5eAoGUiwm3lLaDB2n26VM0YrfVOoOogyy\
      7w2w0EqLMSekQ9f1on7vc-FrxKIvEpdxIOkEzeiBxbMsA48IWsC04ObAInKmOUE97kiOZUqqlBViw
      """
    ).get()
    #expect(token.keyID == DevelopmentKeys.keyID)
    let claims = token.claims
    #expect(claims.kind == .user)
    #expect(claims.user == "8:acs:00000000-0000-4000-8000-4d0000000010_known")
    #expect(claims.resourceID == DevelopmentKeys.resourceID)
    #expect(claims.resourceLocation == "unitedstates")
    #expect(claims.scopes == ["voip", "chat"])
    #expect(claims.expiresAt == 1_795_431_600)
    #expect(claims.notBefore == nil)
  }

  @Test(
    "a header that asks for another way of verifying is denied",
    arguments: [
      (#"{"alg":"none"}"#, "another alg than RS256: \"none\""),
      (#"{"alg":"HS256","typ":"JWT"}"#, "another alg"), (#"{"alg":"rs256"}"#, "another alg"),
      (#"{"alg":"PS256"}"#, "another alg"), (#"{"typ":"JWT"}"#, "no alg"),
      (#"{"alg":1}"#, "no alg"),
      (#"{"alg":"RS256","alg":"none"}"#, "the member 'alg' is given twice"),
      (#"{"alg":"none","alg":"RS256"}"#, "the member 'alg' is given twice"),
      (#"{"alg":"RS256","\u0061lg":"RS256"}"#, "the member 'alg' is given twice"),
      (#"{"alg":"RS256","crit":["exp"]}"#, "crit"), (#"{"alg":"RS256","typ":"JWE"}"#, "typ"),
      (#"{"alg":"RS256","typ":1}"#, "typ"),
      (#"{"alg":"RS256","kid":1}"#, "kid that is not a string"),
      (#"["RS256"]"#, "another value than an object"), ("", "is empty"), ("{", "is not JSON"),
    ])
  func headers(header: String, reason: String) throws {
    try expectDenied(TestTokens.token(header: header), reason)
  }

  @Test(
    "a header as issuers write it is taken",
    arguments: [
      #"{"alg":"RS256"}"#, #"{"alg":"RS256","typ":"JWT"}"#, #"{ "typ":"at+jwt", "alg":"RS256" }"#,
      #"{"alg":"RS256","kid":"unknown","typ":"jwt"}"#,
      #"{"alg":"RS256","x5t":"abc","x":[1,-2.5e3,true,false,null,{"y":{}}]}"#,
    ])
  func goodHeaders(header: String) throws {
    #expect(try TestTokens.verify(TestTokens.token(header: header)).get().keyID != nil)
  }

  @Test("an HMAC of the token by the public key's text is not a signature")
  func confusion() throws {
    let modulus = try TestTokens.issuer().tokenKey.key.modulus
    for algorithm in ["HS256", "RS256"] {
      let signed =
        TestTokens.base64URL(#"{"alg":"\#(algorithm)","typ":"JWT"}"#) + "."
        + TestTokens.base64URL(TestTokens.claims())
      let code = HMACSHA256Key(modulus.span).authenticationCode(for: Array(signed.utf8).span)
      let token = signed + "." + Base64.url.encode(code.bytes.span)
      try expectDenied(token, algorithm == "HS256" ? "another alg" : "no known key")
    }
  }

  @Test(
    "what is not a JWT is denied",
    arguments: [
      ("a", "not a JWT"), ("a.b", "not a JWT"), ("a.b.c.d", "not a JWT"),
      ("a.b.c.d.e", "not a JWT"),
      ("..", "is empty"), ("e30.e30.", "is empty"), (".e30.e30", "is empty"),
      ("e30.e30.e30", "no alg"), ("e3 0.e30.e30", "header is not base64url"),
      ("e30=.e30.e30", "header is not base64url"), ("e3+.e30.e30", "header is not base64url"),
      ("", "not a JWT"),
    ])
  func malformed(token: String, reason: String) throws {
    try expectDenied(token, reason)
  }

  @Test("each part that is changed after signing is noticed")
  func tampering() throws {
    let token = try TestTokens.issuer().issue(
      resource: TestTokens.resource, issuedAt: TestTokens.now, lifetime: .seconds(60)
    ).token
    #expect(try TestTokens.verify(token).get().claims.kind == .user)
    let parts = token.split(separator: ".").map(String.init)
    let forged = TestTokens.base64URL(TestTokens.claims(["acsScope": "\"voip,chat,all\""]))
    let wrong = "signature is wrong: kid \"redirect-emulator-development\" is a key known here"
    try expectDenied("\(parts[0]).\(forged).\(parts[2])", wrong)
    let header = TestTokens.base64URL(#"{"alg":"RS256"}"#)
    try expectDenied("\(header).\(parts[1]).\(parts[2])", "no known key")
    try expectDenied("\(parts[0]).\(parts[1]).\(parts[1])", wrong)
    try expectDenied("\(parts[0]).\(parts[1]).\(parts[2].dropLast(2))", wrong)
    // The last character's two lowest bits carry nothing: one text for each signature.
    let last = try #require(parts[2].last)
    let next = last == "A" ? "B" : "\(last)" == "Q" ? "R" : last == "g" ? "h" : "x"
    try expectDenied("\(parts[0]).\(parts[1]).\(parts[2].dropLast())\(next)", "bits set beyond")
  }

  @Test("the kid chooses the key; without one, or with an unknown one, all keys are tried")
  func keyChoice() throws {
    let own = try TestTokens.issuer().tokenKey
    let other = try TestTokens.otherIssuer().tokenKey
    let verifier = TokenVerifier(keys: [own, other])
    let payload = TestTokens.claims()
    let signers = try [
      (TestTokens.otherIssuer(), "other"),
      (TestTokens.otherIssuer(keyID: "renamed"), "other"),
      (TestTokens.issuer(), DevelopmentKeys.keyID),
    ]
    for (issuer, keyID) in signers {
      let token = try issuer.sign(payload: payload)
      #expect(try TestTokens.verify(token, by: verifier).get().keyID == keyID)
    }
    // Signed with one key in the name of the other.
    let misnamed = try TestTokens.otherIssuer(keyID: DevelopmentKeys.keyID).sign(payload: payload)
    try expectDenied(
      misnamed, "kid \"redirect-emulator-development\" is a key known here", by: verifier)
    try expectDenied(
      try TestTokens.otherIssuer().sign(payload: payload),
      "kid \"other\", the keys known here are \"redirect-emulator-development\"")
    try expectDenied(
      try TestTokens.issuer().sign(payload: payload), "are none", by: TokenVerifier(keys: []))
  }

  @Test(
    "claims that are not as the service issues them are denied",
    arguments: [
      (["exp": nil], "no exp"), (["exp": "\"1\""], "exp is not a number"),
      (["exp": "null"], "exp is not a number"), (["exp": "1e400"], "exp is not a number"),
      (["exp": "1e30"], "exp is not a number"), (["nbf": "true"], "nbf is not a number"),
      (["iat": "[]"], "iat is not a number"), (["skypeid": "1"], "skypeid is not a string"),
      (["skypeid": "\"orgid:x\""], "expected acs:<resource>_<user>"),
      (["skypeid": "\"acs:x\""], "expected acs:<resource>_<user>"),
      (["skypeid": "\"acs:_x\""], "expected acs:<resource>_<user>"),
      (["skypeid": "\"acs:x_\""], "expected acs:<resource>_<user>"),
      (["acsScope": "[\"voip\"]"], "acsScope is not a string"),
      (["resourceId": "{}"], "resourceId is not a string"),
      (["skypeid": nil], "no known kind"),
      (["exp\":1,\"exp": "2"], "the member 'exp' is given twice"),
      (["x": "\"\\ud800\""], "half of a surrogate pair"),
      (["x": "\"\\ud800\\u0041\""], "half of a surrogate pair"),
      (["x": "\"\\udc00\""], "half of a surrogate pair"), (["x": "01"], "not JSON"),
      (["x": "+1"], "not JSON"),
      (["x": "1."], "expected a number"), (["x": "\"\t\""], "control character"),
      (["x": "\"\\x\""], "after a backslash"), (["x": "\"\\u12g4\""], "four hexadecimal digits"),
      (["x": "tru"], "not JSON"), (["x": "[1,]"], "not JSON"), (["x": "{\"a\"}"], "expected ':'"),
      (["x": String(repeating: "[", count: 40)], "more than 16 levels"),
      (["x": "[" + String(repeating: "1,", count: 300) + "1]"], "more than 256 values"),
    ] as [([String: String?], String)])
  func claims(changes: [String: String?], reason: String) throws {
    try expectDenied(TestTokens.issuer().sign(payload: TestTokens.claims(changes)), reason)
  }

  @Test("a payload that is not JSON is denied, also by a trailing byte or a missing bracket")
  func payloads() throws {
    let good = TestTokens.claims()
    for payload in ["", " ", "null", "[]", good + "x", String(good.dropLast()), "\u{FEFF}" + good] {
      try expectDenied(TestTokens.issuer().sign(payload: payload), nil)
    }
  }

  @Test("a fraction of a second is rounded against the token")
  func fractions() throws {
    let token = try TestTokens.verify(
      TestTokens.issuer().sign(payload: TestTokens.claims(["exp": "100.9", "nbf": "50.1"]))
    ).get()
    #expect(token.claims.expiresAt == 100)
    #expect(token.claims.notBefore == 51)
  }

  @Test(
    "an Entra token is known by its audience",
    arguments: [
      ("\"https://communication.azure.com\"", true), ("\"https://communication.azure.com/\"", true),
      ("\"https://communication.azure.com//.default\"", true),
      ("[\"https://other\",\"https://communication.azure.com/\"]", true),
      ("\"https://communication.azure.com.evil.example\"", false),
      ("\"https://communication.azure.co\"", false), ("\"HTTPS://communication.azure.com\"", false),
      ("\"https://management.azure.com\"", false), ("[]", false), ("1", false),
    ])
  func entra(audience: String, isTaken: Bool) throws {
    let token = try TestTokens.issuer().sign(payload: TestTokens.entra(["aud": audience]))
    if isTaken {
      let claims = try TestTokens.verify(token).get().claims
      #expect(claims.kind == .entra)
      #expect(claims.user == "object")
      #expect(claims.resourceID == nil)
    } else {
      try expectDenied(token, "aud")
    }
  }

  @Test(
    "an Entra token's bearer is its object, else its application, else its issuer",
    arguments: [
      (["appid": "\"app\""], "object"), (["oid": nil, "appid": "\"app\""], "app"),
      (["oid": nil, "azp": "\"app2\""], "app2"), (["oid": nil], "issuer"),
    ] as [([String: String?], String)])
  func entraUsers(changes: [String: String?], user: String) throws {
    let token = try TestTokens.issuer().sign(payload: TestTokens.entra(changes))
    #expect(try TestTokens.verify(token).get().claims.user == user)
  }

  @Test("a huge token is denied before any of it is read")
  func huge() throws {
    let payload = TestTokens.claims(["x": "\"" + String(repeating: "a", count: 20_000) + "\""])
    try expectDenied(TestTokens.issuer().sign(payload: payload), "expected at most 16384")
    let large = TestTokens.claims(["x": "\"" + String(repeating: "a", count: 9_000) + "\""])
    #expect(try TestTokens.verify(TestTokens.issuer().sign(payload: large)).get().keyID != nil)
  }

  private func expectDenied(
    _ token: String, _ reason: String?, by verifier: TokenVerifier? = nil,
    location: SourceLocation = #_sourceLocation
  ) throws {
    let result = try TestTokens.verify(token, by: verifier)
    guard case .failure(let rejection) = result else {
      Issue.record("the token was taken", sourceLocation: location)
      return
    }
    #expect(rejection.status == 401, sourceLocation: location)
    #expect(rejection.inner.code == "7501", sourceLocation: location)
    if let reason {
      #expect(
        rejection.inner.message.contains(reason), "\(rejection.inner.message)",
        sourceLocation: location)
    }
    // Three parts of a token in a response would be a token given away.
    let signature = token.split(separator: ".").last ?? ""
    #expect(
      signature.count < 40 || !rejection.inner.message.contains(signature),
      sourceLocation: location)
  }
}
