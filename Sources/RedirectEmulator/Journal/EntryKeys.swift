import Core
import HTTP1
import RedirectCall

/// What the entries of a journal are grouped by, to operations or to seen calls: a hash for each, made when somebody
/// asks and kept for the next who does. Requests pay nothing for it.
struct EntryKeys {
  /// What entries are grouped to.
  enum Grouping {
    /// Redirects with one `Repeatability-Request-ID`. Without it each request is one.
    case operations
    /// Requests about calls that nobody registered. SDKs keep `x-ms-client-request-id` over the tries of one call.
    /// Without it a call is known by its `Repeatability-Request-ID`, and without that each request is one.
    case seenCalls
  }

  /// The key of entries that are of no group.
  static let none: UInt64 = 0

  private let grouping: Grouping
  // An array: a `Ring` of another module's is not specialized here, which would cost a tenth of a microsecond a key.
  private var keys: [UInt64] = []
  /// The `seq` of the first one's entry.
  private var first: UInt64 = 1
  /// How many at the front are of entries that are gone.
  private var gone = 0

  init(_ grouping: Grouping) {
    self.grouping = grouping
  }

  /// Makes the keys of the entries that came since the last time, and drops those of entries that are gone.
  ///
  /// - Returns: the keys of the journal's entries, oldest first.
  mutating func keys(of journal: Journal) -> ArraySlice<UInt64> {
    let numbers = journal.numbers
    let next = first + UInt64(keys.count)
    if next < numbers.lowerBound || next > numbers.upperBound || numbers.lowerBound < first {
      (keys, first, gone) = ([], numbers.lowerBound, 0)
    }
    gone = Int(numbers.lowerBound - first)
    if gone > 1024, gone > keys.count / 2 {
      keys.removeFirst(gone)
      (first, gone) = (numbers.lowerBound, 0)
    }
    for number in (first + UInt64(keys.count))..<numbers.upperBound {
      keys.append(journal.entry(number).map { Self.key($0, grouping) } ?? Self.none)
    }
    return keys[gone...]
  }

  /// The key of an entry; ``none`` of one that is of no group.
  static func key(_ entry: JournalEntry, _ grouping: Grouping) -> UInt64 {
    switch grouping {
    case .operations:
      guard entry.operation == nil || entry.operation == .redirect else { return none }
      return key(entry, byClientRequestID: false)
    case .seenCalls:
      guard entry.operation != nil, entry.registeredCall == 0 else { return none }
      return key(entry, byClientRequestID: true)
    }
  }

  private static func key(_ entry: JournalEntry, byClientRequestID: Bool) -> UInt64 {
    let bytes = entry.message.bytes.span
    var hasher = Hasher()
    var found: Range<Int>?
    if let headLength = entry.message.headLength {
      // Lines are skipped as a whole: their ends are told from their names' lengths.
      var start = 0
      while start < headLength {
        let end = bytes.lineEnd(from: start, to: headLength)
        let line = start..<end
        start = end + 1
        guard let colon = name(line, bytes) else { continue }
        if byClientRequestID,
          bytes.holds(ignoringCase: clientRequestID, in: line.lowerBound..<colon)
        {
          hasher.combine(0)
          hasher.combine(bytes.array(in: bytes.trimmed((colon + 1)..<line.upperBound)))
          return key(hasher)
        }
        if found == nil, bytes.holds(ignoringCase: requestID, in: line.lowerBound..<colon) {
          found = bytes.trimmed((colon + 1)..<line.upperBound)
          if !byClientRequestID { break }
        }
      }
    }
    if let found {
      hasher.combine(1)
      // As a rule it is one, which is the same in either case of its letters.
      if let id = RequestUUID(bytes, in: found) {
        hasher.combine(id)
      } else {
        hasher.combine(bytes.string(in: found).lowercased())
      }
    } else {
      hasher.combine(2)
      hasher.combine(entry.seq)
    }
    return key(hasher)
  }

  private static func key(_ hasher: consuming Hasher) -> UInt64 {
    max(UInt64(bitPattern: Int64(hasher.finalize())), 1)
  }

  private static let clientRequestID = KnownFieldName.xMSClientRequestID.lowercased
  private static let requestID = KnownFieldName.repeatabilityRequestID.lowercased

  /// Where the colon is of a line whose name is as long as one that is asked for.
  private static func name(_ line: Range<Int>, _ bytes: Span<UInt8>) -> Int? {
    for length in [clientRequestID.utf8CodeUnitCount, requestID.utf8CodeUnitCount] {
      let colon = line.lowerBound + length
      if colon < line.upperBound, bytes[colon] == ASCII.colon { return colon }
    }
    return nil
  }
}

extension Span where Element == UInt8 {
  /// Where the next line feed is; `end` where there is none.
  fileprivate func lineEnd(from start: Int, to end: Int) -> Int {
    var index = start
    // Eight bytes at a time: the high bit is set of the first one that is a line feed.
    while end &- index >= 8 {
      let word = littleEndianWord(at: index) ^ 0x0A0A_0A0A_0A0A_0A0A
      let found = (word &- 0x0101_0101_0101_0101) & ~word & 0x8080_8080_8080_8080
      if found != 0 { return index &+ found.trailingZeroBitCount &>> 3 }
      index &+= 8
    }
    while index < end, self[index] != ASCII.lineFeed { index &+= 1 }
    return index
  }
}
