import LibCrypto

/// Tokens that were verified, by their bytes, so that a client's second request costs no RSA. What depends on
/// the time is checked on each use by `VerifiedToken.check`; a token found here is only known to be signed.
///
/// Bounded: when it is full, the token that was put in first goes out.
package struct TokenCache: Sendable {
  /// The last bytes of a token: of its signature, which nobody can choose. They find the entry; the whole
  /// token is then compared.
  private struct Tail: Hashable {
    var high: UInt64
    var low: UInt64
  }

  private struct Entry {
    var tail: Tail
    var bytes: [UInt8]
    var token: VerifiedToken
  }

  package let capacity: Int
  /// How many tokens went out because the cache was full.
  package private(set) var evicted = 0
  /// How many were not taken in because they are longer than `tokenByteLimit`.
  package private(set) var skipped = 0

  private var entries: [Entry] = []
  private var places: [Tail: Int] = [:]
  private var oldest = 0

  /// Bytes of the longest token that is kept: with `capacity` it bounds the memory.
  package static let tokenByteLimit = 4_096

  /// - Parameter capacity: tokens at most; at least one.
  package init(capacity: Int = 1_024) {
    self.capacity = max(capacity, 1)
  }

  package var count: Int { entries.count }

  /// The token with these very bytes.
  package func find(_ message: Span<UInt8>, _ range: Range<Int>) -> VerifiedToken? {
    guard range.count >= 16, let place = places[Self.tail(message, range)] else { return nil }
    let entry = entries[place]
    return constantTimeEquals(entry.bytes.span, message.extracting(range)) ? entry.token : nil
  }

  /// Keeps a verified token.
  package mutating func insert(
    _ token: VerifiedToken, _ message: Span<UInt8>, _ range: Range<Int>
  ) {
    guard range.count >= 16, range.count <= Self.tokenByteLimit else {
      skipped += 1
      return
    }
    var bytes: [UInt8] = []
    bytes.append(copying: message.extracting(range))
    let entry = Entry(tail: Self.tail(message, range), bytes: bytes, token: token)
    if let place = places[entry.tail] {
      entries[place] = entry
    } else if entries.count < capacity {
      places[entry.tail] = entries.count
      entries.append(entry)
    } else {
      places[entries[oldest].tail] = nil
      places[entry.tail] = oldest
      entries[oldest] = entry
      oldest = (oldest + 1) % capacity
      evicted += 1
    }
  }

  package mutating func removeAll() {
    entries.removeAll()
    places.removeAll()
    oldest = 0
  }

  private static func tail(_ message: Span<UInt8>, _ range: Range<Int>) -> Tail {
    var high: UInt64 = 0
    var low: UInt64 = 0
    for offset in 1...8 {
      low = low << 8 | UInt64(message[range.upperBound - offset])
      high = high << 8 | UInt64(message[range.upperBound - 8 - offset])
    }
    return Tail(high: high, low: low)
  }
}
