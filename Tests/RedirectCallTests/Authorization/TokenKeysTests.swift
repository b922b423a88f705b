import Core
import LibCrypto
import RedirectCall
import Testing

@Suite struct TokenKeysTests {
  static func numbers() throws -> (n: String, e: String) {
    let key = try TestTokens.issuer().tokenKey.key
    return (Base64.url.encode(key.modulus.span), Base64.url.encode(key.exponent.span))
  }

  static func jwk(_ kid: String? = nil, _ changes: [String: String?] = [:]) throws -> String {
    let (n, e) = try numbers()
    var members = ["kty": "\"RSA\"", "n": "\"\(n)\"", "e": "\"\(e)\""]
    if let kid { members["kid"] = "\"\(kid)\"" }
    for (name, value) in changes { members[name] = value }
    return "{" + members.map { "\"\($0)\":\($1)" }.joined(separator: ",") + "}"
  }

  static func verifies(_ keys: [TokenKey]) throws -> Bool {
    let token = try TestTokens.issuer().sign(payload: TestTokens.claims())
    return (try? TestTokens.verify(token, by: TokenVerifier(keys: keys)).get()) != nil
  }

  @Test("PEM gives one key a block, without names; a private key gives its public part")
  func pem() throws {
    let text = DevelopmentKeys.privateKeyPEM + "\nbetween\n" + TestTokens.otherKeyPEM + "\n"
    let keys = try TokenKeys.parse(text)
    #expect(keys.map(\.keyID) == [nil, nil])
    #expect(try Self.verifies(keys))
    #expect(try !Self.verifies(Array(keys.dropFirst())))
  }

  @Test("a set gives its keys with their names, a single JWK gives one")
  func jwks() throws {
    let single = try TokenKeys.parse("  " + Self.jwk("one"))
    #expect(single.map(\.keyID) == ["one"])
    #expect(try Self.verifies(single))
    let set = try TokenKeys.parse(
      """
      {"keys":[
        {"kty":"EC","crv":"P-256","kid":"curve","x":"AA","y":"AA"},
        \(Self.jwk("a", ["use": "\"enc\""])), \(Self.jwk("b", ["alg": "\"RS512\""])),
        \(Self.jwk("c", ["use": "\"sig\"", "alg": "\"RS256\"", "x5c": "[]"])), \(Self.jwk())]}
      """)
    #expect(set.map(\.keyID) == ["c", nil])
    #expect(try Self.verifies(set))
  }

  @Test("a text that gives no keys says which key is at fault and why")
  func refused() throws {
    let good = try Self.jwk("good")
    let cases: [(String, String)] = [
      ("", "empty text"), ("  \n", "empty text"), ("hello", "neither PEM nor"),
      ("{", "not JSON"), ("{}", "without the array keys"), (#"{"keys":{}}"#, "without the array"),
      (#"{"keys":[]}"#, "no key that can verify RS256"),
      (#"{"keys":[{"kty":"EC"}]}"#, "key 1 is of the type \"EC\""),
      (#"{"keys":[\#(good),{"kid":"x"}]}"#, "key 2 (kid \"x\"): no kty"),
      (#"{"keys":[\#(good),1]}"#, "key 2: no JSON object"),
      (#"{"keys":[\#(good),\#(good)]}"#, "key 2 (kid \"good\"): its kid is that of an earlier key"),
      (#"{"keys":[\#(try Self.jwk("x", ["n": nil]))]}"#, "key 1 (kid \"x\"): n is missing"),
      (#"{"keys":[\#(try Self.jwk("x", ["n": "\"AQ==\""]))]}"#, "n is not base64"),
      (#"{"keys":[\#(try Self.jwk("x", ["n": "\"AQ\""]))]}"#, "bits"),
      (#"{"keys":[\#(try Self.jwk("x", ["e": "\"\""]))]}"#, "modulus or exponent"),
      (#"{"keys":[\#(try Self.jwk(nil, ["kid": "5"]))]}"#, "kid is not a string"),
      (
        DevelopmentKeys.privateKeyPEM
          + "\n-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
        "PEM block 2: a PEM block CERTIFICATE"
      ),
      (String(repeating: DevelopmentKeys.privateKeyPEM + "\n", count: 65), "at most 64"),
    ]
    for (text, reason) in cases {
      let fault = #expect(throws: TokenKeys.Fault.self) { try TokenKeys.parse(text) }
      #expect(
        fault?.description.contains(reason) == true, "\(reason): \(fault?.description ?? "")")
    }
  }
}
