import Core
import HTTP1

/// 64 bits that stand for everything that must be the same in a repeated request. Contract guide, "6. Repeatability".
package struct RequestFingerprint: Sendable, Hashable {
  package let value: UInt64
}

/// Makes fingerprints of requests: a keyed hash, which can only be compared with hashes of the same key.
///
/// It multiplies 64-bit words with secrets, and folds each product in half. A body's words are added to two lanes in
/// turn, which do not wait for each other. At the end both lanes are folded into one. Two given requests collide about
/// once in 2⁶⁴. It is not a cryptographic hash: somebody who knew the secrets could make two bodies collide, and both
/// would then get the response of one request.
package struct RequestFingerprinter: Sendable {
  private let secrets: (UInt64, UInt64, UInt64, UInt64)

  /// A fingerprinter with random secrets.
  package init() {
    var generator = SystemRandomNumberGenerator()
    self.init(using: &generator)
  }

  package init(using generator: inout some RandomNumberGenerator) {
    secrets = (generator.next(), generator.next(), generator.next(), generator.next())
  }

  /// - Parameters:
  ///   - version: the api-version.
  ///   - firstSent: `Repeatability-First-Sent`.
  ///   - body: the body, whole.
  ///   - operation: the operation of the request.
  ///
  /// The path is not in it: its two spellings are the same path.
  package func fingerprint(
    version: APIVersion, firstSent: IMFFixdate, body: Span<UInt8>,
    operation: CallOperation = .redirect
  ) -> RequestFingerprint {
    var lanes = Lanes(
      first: secrets.0 ^ UInt64(version.packed),
      second: secrets.1 ^ UInt64(bitPattern: firstSent.secondsSince1970),
      secrets: (secrets.2, secrets.3))
    var index = 0
    while body.count &- index >= 32 {
      lanes.takeInTurn(
        (body.littleEndianWord(at: index), body.littleEndianWord(at: index &+ 8)),
        (body.littleEndianWord(at: index &+ 16), body.littleEndianWord(at: index &+ 24)))
      index &+= 32
    }
    lanes.cross()
    if body.count &- index >= 16 {
      lanes.mix(body.littleEndianWord(at: index), body.littleEndianWord(at: index &+ 8))
      index &+= 16
    }
    var tail: (UInt64, UInt64) = (0, 0)
    var shift: UInt64 = 0
    while index < body.count {
      if shift < 64 {
        tail.0 |= UInt64(body[index]) << shift
      } else {
        tail.1 |= UInt64(body[index]) << (shift &- 64)
      }
      shift &+= 8
      index &+= 1
    }
    lanes.mix(tail.0, tail.1)
    lanes.mix(UInt64(body.count), operation.number)
    return RequestFingerprint(value: lanes.first ^ lanes.second)
  }

  private struct Lanes {
    var first: UInt64
    var second: UInt64
    let secrets: (UInt64, UInt64)

    /// Two words to each lane.
    @inline(__always)
    mutating func takeInTurn(_ one: (UInt64, UInt64), _ other: (UInt64, UInt64)) {
      first = fold(first ^ one.0, secrets.0 ^ one.1)
      second = fold(second ^ other.0, secrets.1 ^ other.1)
    }

    /// Each lane is mixed with the other.
    @inline(__always)
    mutating func cross() {
      let (a, b) = (first, second)
      first = fold(a ^ secrets.0, b ^ secrets.1)
      second = fold(b ^ secrets.0.byteSwapped, a ^ secrets.1.byteSwapped)
    }

    /// The same words to both lanes.
    @inline(__always)
    mutating func mix(_ a: UInt64, _ b: UInt64) {
      first = fold(first ^ a, secrets.0 ^ b)
      // Crossed over, so that words that cancel each other in one lane do not in the other.
      second = fold(second ^ b, secrets.1 ^ a)
    }
  }

  @inline(__always)
  private static func fold(_ a: UInt64, _ b: UInt64) -> UInt64 {
    let (high, low) = a.multipliedFullWidth(by: b)
    return high ^ low
  }
}
