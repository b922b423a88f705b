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

  @Test("a lifetime of nothing, or one without end, is no trap")
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
