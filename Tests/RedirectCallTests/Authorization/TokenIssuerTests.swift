import Core
import RedirectCall
import Testing

@Suite struct TokenIssuerTests {
  @Test("an issued token verifies and is good for its lifetime")
  func verifies() throws {
    let issued = try TestTokens.issuer().issue(
      user: "alice", resource: TestTokens.resource, scopes: ["voip", "chat"],
      issuedAt: TestTokens.now, lifetime: .seconds(3_600))
    #expect(issued.user == "8:acs:\(TestTokens.resource)_alice")
    #expect(issued.expiresOn == Instant(seconds: TestTokens.now.seconds + 3_600))
    let token = try TestTokens.verify(issued.token).get()
    #expect(token.claims.user == issued.user)
    #expect(token.claims.scopes == ["voip", "chat"])
    #expect(token.claims.expiresAt == issued.expiresOn.seconds)
    try token.check(now: TestTokens.now, resourceID: TestTokens.resource)
  }

  @Test("an Entra token is for its resource alone, and from five minutes before it was issued")
  func entra() throws {
    let end = Instant(seconds: TestTokens.now.seconds + 60)
    let issued = try TestTokens.issuer().issueEntra(
      resource: TestTokens.resource, object: "me", issuedAt: TestTokens.now, expiresAt: end)
    #expect(issued.user == "me")
    #expect(issued.expiresOn == end)
    let token = try TestTokens.verify(issued.token).get()
    #expect(token.claims.kind == .entra)
    #expect(token.claims.user == "me")
    #expect(token.claims.resourceID == TestTokens.resource)
    for (seconds, isGood) in [(-301, false), (-300, true), (0, true), (59, true), (60, false)] {
      let now = Instant(seconds: TestTokens.now.seconds + Int64(seconds))
      let isAccepted = (try? token.check(now: now, resourceID: TestTokens.resource)) != nil
      #expect(isAccepted == isGood, "\(seconds)")
    }
    #expect(throws: Rejection.self) { try token.check(now: TestTokens.now, resourceID: "other") }
    // Another issuer's names no resource, and is good for each.
    let foreign = try TestTokens.verify(
      TestTokens.token(header: #"{"alg":"RS256"}"#, payload: TestTokens.entra()))
    try foreign.get().check(now: TestTokens.now, resourceID: "other")
  }

  @Test("an Entra token without an object is its resource's, and a name that is not one is refused")
  func entraNames() throws {
    let issuer = try TestTokens.issuer()
    let end = TestTokens.now
    #expect(
      try issuer.issueEntra(resource: "r", issuedAt: Instant(seconds: .min), expiresAt: end).user
        == "r")
    for (resource, object) in [("r\"", nil), ("r", "a b"), ("r", "")] {
      #expect(throws: TokenIssuer.Fault.self) {
        try issuer.issueEntra(
          resource: resource, object: object, issuedAt: TestTokens.now, expiresAt: end)
      }
    }
  }

  @Test(
    "a user is given by its part after the resource or by a whole id",
    arguments: [
      ("bob", "8:acs:r_bob"), ("acs:other_bob", "8:acs:other_bob"),
      ("8:acs:other_bob", "8:acs:other_bob"), ("8:gcch-acs:other_bob", "8:gcch-acs:other_bob"),
      ("dod-acs:o_b", "8:dod-acs:o_b"),
    ])
  func users(user: String, expected: String) throws {
    let issued = try TestTokens.issuer().issue(
      user: user, resource: "r", issuedAt: TestTokens.now, lifetime: .seconds(1))
    #expect(issued.user == expected)
    #expect(try TestTokens.verify(issued.token).get().claims.user == expected)
  }

  @Test("without a user each token is a new one's")
  func newUsers() throws {
    let issuer = try TestTokens.issuer()
    let users = try (0..<3).map { _ in
      try issuer.issue(resource: "r", issuedAt: TestTokens.now, lifetime: .seconds(1)).user
    }
    #expect(Set(users).count == 3)
    #expect(users.allSatisfy { $0.utf8.count == "8:acs:r_".utf8.count + 36 })
  }

  @Test(
    "a name that could change the JSON is refused",
    arguments: [
      ("a\"b", "r", "voip"), ("a", "r\\", "voip"), ("a", "r", "vo,ip"), ("a", "", "voip"),
      ("a", "r", ""), ("a b", "r", "voip"), ("ä", "r", "voip"),
      (String(repeating: "a", count: 257), "r", "voip"),
    ])
  func names(user: String, resource: String, scope: String) throws {
    let issuer = try TestTokens.issuer()
    #expect(throws: TokenIssuer.Fault.self) {
      try issuer.issue(
        user: user, resource: resource, scopes: [scope], issuedAt: TestTokens.now,
        lifetime: .seconds(1))
    }
  }

  @Test("a lifetime of nothing, or one without end, is not a trap")
  func lifetimes() throws {
    let issuer = try TestTokens.issuer()
    for (lifetime, seconds) in [
      (Duration.zero, TestTokens.now.seconds), (.seconds(-60), TestTokens.now.seconds - 60),
      (.seconds(Int64.max), Int64.max),
    ] {
      let issued = try issuer.issue(
        resource: "r", issuedAt: TestTokens.now, lifetime: lifetime)
      #expect(try TestTokens.verify(issued.token).get().claims.expiresAt == seconds)
    }
  }
}
