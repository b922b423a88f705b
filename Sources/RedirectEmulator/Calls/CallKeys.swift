import Core
import HTTP1

/// What the entries of a journal are grouped by to seen calls: a hash for each, made when somebody asks for calls and
/// kept for the next who does. Requests pay nothing for it.
struct CallKeys {
  /// The key of entries that are of no seen call.
  static let none: UInt64 = 0

  /// An entry's number is its `seq`.
  private var keys = Ring<UInt64>(startingAt: 1)

  /// Makes the keys of the entries that came since the last time, and drops those of entries that are gone.
  ///
  /// - Returns: the keys of the journal's entries, oldest first.
  mutating func keys(of journal: Journal) -> [UInt64] {
    let numbers = journal.numbers
    if keys.nextNumber < numbers.lowerBound || keys.nextNumber > numbers.upperBound {
      keys = Ring(startingAt: numbers.lowerBound)
    }
    while keys.firstNumber < numbers.lowerBound, keys.removeOldest() != nil {}
    for number in keys.nextNumber..<numbers.upperBound {
      keys.append(journal.entry(number).map(Self.key) ?? Self.none)
    }
    return keys.elements(numbers)
  }

  /// SDKs keep `x-ms-client-request-id` over the tries of one call. Without it a call is known by its
  /// `Repeatability-Request-ID`, and without that each request is one.
  static func key(_ entry: JournalEntry) -> UInt64 {
    guard entry.operation != nil, entry.registeredCall == 0 else { return none }
    let bytes = entry.message.bytes.span
    var hasher = Hasher()
    var found: Range<Int>?
    if let headLength = entry.message.headLength {
      // Lines are skipped as a whole: their ends are told from their names' first letters.
      var start = 0
      while start < headLength {
        let end = bytes.lineEnd(from: start, to: headLength)
        let line = start..<end
        start = end + 1
        guard let colon = name(line, bytes) else { continue }
        if bytes.holds(ignoringCase: clientRequestID, in: line.lowerBound..<colon) {
          hasher.combine(0)
          hasher.combine(value(line, colon, bytes))
          return max(UInt64(bitPattern: Int64(hasher.finalize())), 1)
        }
        if found == nil, bytes.holds(ignoringCase: requestID, in: line.lowerBound..<colon) {
          found = (colon + 1)..<line.upperBound
        }
      }
    }
    if let found {
      hasher.combine(1)
      hasher.combine(bytes.string(in: bytes.trimmed(found)).lowercased())
    } else {
      hasher.combine(2)
      hasher.combine(entry.seq)
    }
    return max(UInt64(bitPattern: Int64(hasher.finalize())), 1)
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

  private static func value(_ line: Range<Int>, _ colon: Int, _ bytes: Span<UInt8>) -> [UInt8] {
    bytes.array(in: bytes.trimmed((colon + 1)..<line.upperBound))
  }
}

extension Span where Element == UInt8 {
  /// Where the next line feed is; `end` where there is none.
  fileprivate func lineEnd(from start: Int, to end: Int) -> Int {
    var index = start
    while index < end, self[index] != ASCII.lineFeed { index &+= 1 }
    return index
  }
}
