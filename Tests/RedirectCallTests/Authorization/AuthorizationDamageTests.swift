import Core
import HTTP1
import LibCrypto
import RedirectCall
import Testing

/// Damaged credentials by the thousand: each must be denied or right, and none may trap.
@Suite struct AuthorizationDamageTests {
  /// A fixed sequence, so that a failure comes again.
  struct Generator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return state ^ state >> 31
    }
  }

  static func damage(_ text: String, _ generator: inout Generator) -> [UInt8] {
    var bytes = Array(text.utf8)
    for _ in 0...Int.random(in: 0..<3, using: &generator) where !bytes.isEmpty {
      let index = Int.random(in: 0..<bytes.count, using: &generator)
      switch Int.random(in: 0..<5, using: &generator) {
      case 0: bytes[index] = UInt8.random(in: 0...255, using: &generator)
      case 1: bytes.remove(at: index)
      case 2: bytes.insert(bytes[bytes.count - 1 - index], at: index)
      case 3: bytes.removeSubrange(index...)
      default: bytes.swapAt(index, bytes.count - 1 - index)
      }
    }
    return bytes
  }

  @Test("a damaged token is denied")
  func tokens() throws {
    var generator = Generator(state: 7)
    let verifier = try TestTokens.verifier()
    let good = try TestTokens.issuer().sign(payload: TestTokens.claims())
    for _ in 0..<3_000 {
      let bytes = Self.damage(good, &generator)
      guard bytes != Array(good.utf8) else { continue }
      do throws(Rejection) {
        _ = try verifier.verify(bytes.span, 0..<bytes.count)
        Issue.record("taken: \(String(decoding: bytes, as: UTF8.self))")
      } catch {
        #expect(error.status == 401)
      }
    }
  }

  @Test("a damaged payload that is rightly signed is denied or read, and never a trap")
  func payloads() throws {
    var generator = Generator(state: 11)
    let verifier = try TestTokens.verifier()
    let key = try RSAPrivateKey(pem: DevelopmentKeys.privateKeyPEM)
    let header = TestTokens.base64URL(#"{"alg":"RS256"}"#)
    for _ in 0..<200 {
      let payload = Self.damage(
        TestTokens.claims(["x": #"["\u00e9\ud83d\ude00é",-1.5e+3,{}]"#]), &generator)
      let signed = header + "." + Base64.url.encode(payload.span)
      let signature = try key.signRS256(Array(signed.utf8).span)
      let token = Array((signed + "." + Base64.url.encode(signature.span)).utf8)
      do throws(Rejection) {
        #expect(try verifier.verify(token.span, 0..<token.count).claims.expiresAt != 0)
      } catch {
        #expect(error.inner.code == "7501")
      }
    }
  }

  @Test("a damaged access-key credential is denied unless it says the same")
  func accessKeys() throws {
    var generator = Generator(state: 13)
    let good = AuthorizationMessage.signed()
    for _ in 0..<3_000 {
      var message = good
      let names = ["Authorization", "Host", "x-ms-date", "x-ms-content-sha256"]
      let name = names[Int.random(in: 0..<names.count, using: &generator)]
      let damaged = String(decoding: Self.damage(good[name], &generator), as: UTF8.self)
      message[name] = damaged
      // Names are compared without case, and a last `&` says nothing.
      guard message.rejection() == nil else { continue }
      #expect(damaged.lowercased() == good[name].lowercased() || damaged == good[name] + "&")
    }
  }
}
