import Core
import LibCrypto

/// Verified tokens by their bytes, so that a client's second request needs no RSA. What depends on the time is checked
/// on each use by `VerifiedToken.check`; a token found here is only known to be signed.
///
/// It has a limit: when it is full, the token that was added first is dropped.
package struct TokenCache: ~Copyable, Sendable {
  /// The last bytes of a token. They belong to its signature, which nobody can choose. They find the entry; then the
  /// whole token is compared.
  private struct Tail: Hashable {
    var high: UInt64
    var low: UInt64
  }

  private struct Entry {
    var bytes: [UInt8]
    var token: VerifiedToken
  }

  /// How many tokens were not kept because they are longer than `tokenByteLimit`.
  package private(set) var skipped = 0

  private var entries: BoundedTable<Tail, Entry>

  /// Bytes of the longest token that is kept. Together with `capacity` it limits the memory, to twice their product,
  /// because ``VerifiedToken/publicPart`` is kept beside the whole token.
  package static let tokenByteLimit = 4_096

  /// - Parameter capacity: tokens at most; at least one.
  package init(capacity: Int = 4_096) {
    entries = BoundedTable(limit: capacity)
  }

  /// The most tokens.
  package var capacity: Int { entries.limit }

  /// How many tokens were dropped because the cache was full.
  package var evicted: Int { Int(clamping: entries.dropped) }

  package var count: Int { entries.count }

  /// The token with exactly these bytes.
  package func find(_ message: Span<UInt8>, _ range: Range<Int>) -> VerifiedToken? {
    guard range.count >= 16, let entry = entries[Self.tail(message, range)] else { return nil }
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
    bytes.append(message.extracting(range))
    entries.set(Entry(bytes: bytes, token: token), for: Self.tail(message, range))
  }

  package mutating func removeAll() {
    entries.removeAll()
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
