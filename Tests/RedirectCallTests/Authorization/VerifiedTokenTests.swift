import Core
import RedirectCall
import Testing

@Suite struct VerifiedTokenTests {
  /// Status and code of the rejection; nil where the token is good.
  static func check(
    _ payload: String, at seconds: Int64 = 0, resource: String = TestTokens.resource
  ) throws -> Rejection? {
    let token = try TestTokens.verify(TestTokens.issuer().sign(payload: payload)).get()
    do throws(Rejection) {
      try token.check(
        now: Instant(seconds: TestTokens.now.seconds + seconds), resourceID: resource)
      return nil
    } catch {
      return error
    }
  }

  @Test("its public part is what is before the signature, and is counted once")
  func publicPart() throws {
    let text = try TestTokens.issuer().sign(payload: TestTokens.claims())
    let token = try TestTokens.verify(text).get()
    let parts = text.split(separator: ".")
    #expect(token.publicPart == Array("\(parts[0]).\(parts[1]).".utf8))
    #expect(token.countsPublicPart())
    #expect(!token.countsPublicPart())
    #expect(try TestTokens.verify(text).get().countsPublicPart())
  }

  @Test(
    "a token is good from its nbf until before its exp",
    arguments: [
      (-3_600, true), (0, true), (3_599, true), (3_600, false), (3_601, false), (1_000_000, false),
    ])
  func expiry(seconds: Int64, isGood: Bool) throws {
    let rejection = try Self.check(TestTokens.claims(), at: seconds)
    #expect((rejection == nil) == isGood)
    guard let rejection else { return }
    #expect(rejection.status == 401)
    #expect(rejection.inner.code == "7501")
    #expect(rejection.inner.message.contains("The token is expired"))
  }

  @Test("a token is denied before its nbf", arguments: [(9, false), (10, true), (11, true)])
  func notBefore(seconds: Int64, isGood: Bool) throws {
    let payload = TestTokens.claims(["nbf": "\(TestTokens.now.seconds + 10)"])
    let rejection = try Self.check(payload, at: seconds)
    #expect((rejection == nil) == isGood)
    #expect(isGood || rejection?.status == 401)
    #expect(isGood || rejection?.inner.message.contains("not yet valid") == true)
  }

  @Test(
    "a token of another issuer is good from 60 s before its nbf until 60 s after its exp",
    arguments: [(-51, false), (-50, true), (0, true), (3_659, true), (3_660, false)])
  func leeway(seconds: Int64, isGood: Bool) throws {
    let other = try TestTokens.otherIssuer()
    let verifier = TokenVerifier(
      keys: [try TestTokens.issuer().tokenKey] + (try TokenKeys.parse(TestTokens.otherKeyPEM)))
    let payload = TestTokens.claims(["nbf": "\(TestTokens.now.seconds + 10)"])
    let token = try TestTokens.verify(try other.sign(payload: payload), by: verifier).get()
    let now = Instant(seconds: TestTokens.now.seconds + seconds)
    do throws(Rejection) {
      try token.check(now: now, resourceID: TestTokens.resource)
      #expect(isGood)
    } catch {
      #expect(!isGood && error.status == 401)
      #expect(error.inner.message.contains("with a leeway of 60 s"))
    }
  }

  @Test("claims at the ends of what a number holds are judged like others")
  func extremes() throws {
    let other = try TestTokens.otherIssuer()
    let verifier = TokenVerifier(keys: try TokenKeys.parse(TestTokens.otherKeyPEM))
    for (name, value, isGood) in [
      ("exp", Int64.max, true), ("exp", .min, false), ("nbf", .min, true), ("nbf", .max, false),
    ] {
      let payload = TestTokens.claims([name: "\(value)"])
      guard
        case .success(let token) = try TestTokens.verify(
          try other.sign(payload: payload), by: verifier)
      else { continue }
      let check = { try token.check(now: TestTokens.now, resourceID: TestTokens.resource) }
      if isGood { try check() } else { #expect(throws: Rejection.self, performing: check) }
    }
  }

  @Test(
    "redirecting needs the scope voip itself",
    arguments: [
      ("\"voip\"", true), ("\"chat,voip\"", true), ("\"voip,chat\"", true), ("\"chat\"", false),
      ("\"voip.join\"", false), ("\"\"", false), ("\"VOIP\"", false), ("\"xvoip\"", false),
    ])
  func scopes(scopes: String, isGood: Bool) throws {
    let rejection = try Self.check(TestTokens.claims(["acsScope": scopes]))
    #expect((rejection == nil) == isGood)
    #expect(isGood || rejection?.status == 403)
    #expect(isGood || rejection?.error.code == "7504")
    #expect(isGood || rejection?.fields.isEmpty == true)
  }

  @Test("a token without acsScope lacks the scope")
  func noScope() throws {
    #expect(try Self.check(TestTokens.claims(["acsScope": nil]))?.error.code == "7504")
  }

  @Test("a token of another resource is refused, one whose id differs in case only is not")
  func resources() throws {
    let other = "11111111-0000-4000-8000-000000000001"
    let rejection = try Self.check(TestTokens.claims(), resource: other)
    #expect(rejection?.status == 403)
    #expect(rejection?.error.code == "7508")
    let upper = TestTokens.claims(["resourceId": "\"\(TestTokens.resource.uppercased())\""])
    #expect(try Self.check(upper) == nil)
    // Without resourceId the skypeid says whose it is.
    let bare = TestTokens.claims(["resourceId": nil])
    #expect(try Self.check(bare) == nil)
    #expect(try Self.check(bare, resource: other)?.error.code == "7508")
  }

  @Test("time comes before scope, and scope before resource")
  func order() throws {
    let payload = TestTokens.claims(["acsScope": "\"chat\""])
    #expect(try Self.check(payload, at: 9_999, resource: "x")?.status == 401)
    #expect(try Self.check(payload, resource: "x")?.error.code == "7504")
  }

  @Test("an Entra token needs neither scope nor resource, but its time must be right")
  func entra() throws {
    #expect(try Self.check(TestTokens.entra(), resource: "any") == nil)
    #expect(try Self.check(TestTokens.entra(), at: 3_600)?.status == 401)
  }
}
