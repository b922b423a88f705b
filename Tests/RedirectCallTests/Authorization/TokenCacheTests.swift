import RedirectCall
import Testing

@Suite struct TokenCacheTests {
  static func verified() throws -> VerifiedToken {
    try TestTokens.verify(TestTokens.issuer().sign(payload: TestTokens.claims())).get()
  }

  static func text(_ number: Int, tail: String = "") -> [UInt8] {
    Array("header.payload.\(String(repeating: "s", count: 40))\(number)\(tail)".utf8)
  }

  static func find(_ bytes: [UInt8], in cache: borrowing TokenCache) -> VerifiedToken? {
    cache.find(bytes.span, 0..<bytes.count)
  }

  @Test("a token is found by its own bytes, wherever they are, and by no others")
  func finds() throws {
    var cache = TokenCache()
    let token = try Self.verified()
    let bytes = Self.text(1)
    #expect(Self.find(bytes, in: cache) == nil)
    cache.insert(token, bytes.span, 0..<bytes.count)
    #expect(Self.find(bytes, in: cache) === token)
    let moved = Array("Bearer ".utf8) + bytes + [13, 10]
    #expect(cache.find(moved.span, 7..<(7 + bytes.count)) === token)
    for index in bytes.indices {
      var other = bytes
      other[index] ^= 1
      #expect(Self.find(other, in: cache) == nil, "byte \(index)")
    }
    #expect(Self.find(Array(bytes.dropFirst()), in: cache) == nil)
    #expect(Self.find([65] + bytes, in: cache) == nil)
    #expect(Self.find([], in: cache) == nil)
  }

  @Test("when it is full, the token that was put in first is dropped, and a counter says so")
  func bounds() throws {
    var cache = TokenCache(capacity: 3)
    let token = try Self.verified()
    for number in 0..<10 {
      let bytes = Self.text(number)
      cache.insert(token, bytes.span, 0..<bytes.count)
      // A second time changes nothing.
      cache.insert(token, bytes.span, 0..<bytes.count)
      #expect(cache.count == min(number + 1, 3))
      #expect(cache.evicted == max(number - 2, 0))
      for earlier in 0...number {
        #expect((Self.find(Self.text(earlier), in: cache) != nil) == (earlier > number - 3))
      }
    }
    cache.removeAll()
    #expect(cache.count == 0)
    #expect(Self.find(Self.text(9), in: cache) == nil)
    cache.insert(token, Self.text(9).span, 0..<Self.text(9).count)
    #expect(Self.find(Self.text(9), in: cache) === token)
  }

  @Test("a token that went out and comes back displaces the oldest and no other")
  func comesBack() throws {
    var cache = TokenCache(capacity: 3)
    let token = try Self.verified()
    for number in [0, 1, 2, 3, 0] {
      let bytes = Self.text(number)
      cache.insert(token, bytes.span, 0..<bytes.count)
    }
    let found = (0..<4).map { Self.find(Self.text($0), in: cache) != nil }
    #expect(found == [true, false, true, true])
    #expect(cache.evicted == 2)
  }

  @Test("tokens that end alike displace each other and are never mistaken")
  func sameTail() throws {
    var cache = TokenCache()
    let (first, second) = try (Self.verified(), Self.verified())
    let tail = String(repeating: "t", count: 16)
    let (a, b) = (Self.text(1, tail: tail), Self.text(2, tail: tail))
    cache.insert(first, a.span, 0..<a.count)
    #expect(Self.find(b, in: cache) == nil)
    cache.insert(second, b.span, 0..<b.count)
    #expect(Self.find(b, in: cache) === second)
    #expect(Self.find(a, in: cache) == nil)
    #expect(cache.count == 1)
  }

  @Test("a token that is too long is not kept, and a counter says so")
  func tooLong() throws {
    var cache = TokenCache()
    let bytes = [UInt8](repeating: 65, count: TokenCache.tokenByteLimit + 1)
    cache.insert(try Self.verified(), bytes.span, 0..<bytes.count)
    #expect(cache.skipped == 1)
    #expect(cache.count == 0)
    cache.insert(try Self.verified(), bytes.span, 1..<bytes.count)
    #expect(cache.count == 1)
  }
}
