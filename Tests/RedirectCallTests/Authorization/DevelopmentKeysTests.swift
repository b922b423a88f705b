import Core
import Foundation
import LibCrypto
import RedirectCall
import Testing

@Suite struct DevelopmentKeysTests {
  static func fixture(_ name: String) throws -> String {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    return try String(contentsOf: root.appending(path: "fixtures/keys/\(name)"), encoding: .utf8)
      .trimmingCharacters(in: .whitespacesAndNewlines)
  }

  @Test("the built-in keys are those of the fixtures")
  func sameAsFixtures() throws {
    #expect(try Self.fixture("development-access-key.txt") == DevelopmentKeys.accessKey)
    #expect(try Self.fixture("development-private.pem") == DevelopmentKeys.privateKeyPEM)
    let own = try TestTokens.issuer().tokenKey
    let pem = try TokenKeys.parse(Self.fixture("development-public.pem"))
    #expect(pem.map(\.key.modulus) == [own.key.modulus])
    let set = try TokenKeys.parse(Self.fixture("development-jwks.json"))
    #expect(set.map(\.key.modulus) == [own.key.modulus])
    #expect(set.map(\.key.exponent) == [own.key.exponent])
    #expect(set.map(\.keyID) == [DevelopmentKeys.keyID])
  }

  @Test("the access key says in plain words what it is")
  func accessKey() throws {
    let bytes = try Base64.standard.decode(DevelopmentKeys.accessKey)
    #expect(bytes.count == 64)
    #expect(String(decoding: bytes, as: UTF8.self).contains("not a secret"))
    #expect(try AccessKey(base64: DevelopmentKeys.accessKey).base64 == DevelopmentKeys.accessKey)
  }
}
