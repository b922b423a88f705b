import Core
import HTTP1
import RedirectCall

/// The keys by which the entries of a journal are grouped. They are made when they are needed, and kept for the next
/// time. Requests pay nothing for them.
struct EntryKeys<Key: EntryKey> {
  // This is an array: a `Ring` from another module is not specialised here, which would cost a tenth of a microsecond
  // per key.
  private var keys: [Key] = []
  /// The `seq` of the entry with the first key.
  private var first: UInt64 = 1
  /// How many keys at the front belong to entries that are gone.
  private var gone = 0

  /// Makes the keys of the entries that came since the last time, and drops those of entries that are gone.
  ///
  /// - Returns: the keys of the journal's entries, oldest first.
  mutating func keys(of journal: Journal) -> ArraySlice<Key> {
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
      keys.append(journal.entry(number).map(Key.init) ?? .none)
    }
    return keys[gone...]
  }

  /// The keys of a journal, without any kept from before.
  static func made(of journal: Journal) -> ArraySlice<Key> {
    var made = EntryKeys()
    return made.keys(of: journal)
  }
}

/// The key by which an entry of a journal is grouped.
protocol EntryKey {
  /// A hash that is the same for all entries of a group; 0 for an entry without a group.
  var group: UInt64 { get }

  /// The key of an entry without a group.
  static var none: Self { get }

  init(_ entry: JournalEntry)
}

/// Groups requests about calls that nobody registered into seen calls. SDKs keep `x-ms-client-request-id` for the tries
/// of one call. Without it, `Repeatability-Request-ID` identifies a call. Without that, each request is a call of its
/// own.
struct SeenCallKey: EntryKey {
  let group: UInt64

  static let none = SeenCallKey(group: 0)

  private init(group: UInt64) {
    self.group = group
  }

  init(_ entry: JournalEntry) {
    if entry.operation == nil || entry.registeredCall != 0 {
      self = .none
      return
    }
    let recorded = entry.message.withoutToken
    let bytes = recorded.bytes
    let message = bytes.span
    let fields = RepeatedFields(message, headLength: recorded.headLength)
    group =
      fields.clientRequestID.map { EntryHash.of(0, message, $0) }
      ?? EntryHash.ofRequest(fields, message, entry.seq)
  }
}

/// Groups redirects into operations, by `Repeatability-Request-ID`; without it each request is an operation of its own.
/// It also has the values by which all operations of a journal are compared.
struct OperationKey: EntryKey {
  let group: UInt64
  /// A hash of `x-ms-client-request-id`; 0 if there is none.
  var client: UInt64 = 0
  /// A hash of `Repeatability-First-Sent`; 0 if there is none.
  var firstSent: UInt64 = 0
  var hasRequestID = false

  static let none = OperationKey(group: 0)

  private init(group: UInt64) {
    self.group = group
  }

  init(_ entry: JournalEntry) {
    guard entry.operation == nil || entry.operation == .redirect else {
      self = .none
      return
    }
    let recorded = entry.message.withoutToken
    let bytes = recorded.bytes
    let message = bytes.span
    let fields = RepeatedFields(message, headLength: recorded.headLength)
    group = EntryHash.ofRequest(fields, message, entry.seq)
    client = fields.clientRequestID.map { EntryHash.of(0, message, $0) } ?? 0
    firstSent = fields.firstSent.map { EntryHash.of(3, message, $0) } ?? 0
    hasRequestID = fields.requestID != nil
  }
}

private enum EntryHash {
  static func of(_ kind: Int, _ message: Span<UInt8>, _ value: Range<Int>) -> UInt64 {
    var hasher = Hasher()
    hasher.combine(kind)
    hasher.combine(message.array(in: value))
    return finish(hasher)
  }

  /// By the request id, else by the number.
  static func ofRequest(_ fields: RepeatedFields, _ message: Span<UInt8>, _ seq: UInt64) -> UInt64 {
    var hasher = Hasher()
    if let id = fields.requestID {
      hasher.combine(1)
      // Usually it is a UUID, for which the case of letters does not matter.
      if let id = RequestUUID(message, in: id) {
        hasher.combine(id)
      } else {
        hasher.combine(message.string(in: id).lowercased())
      }
    } else {
      hasher.combine(2)
      hasher.combine(seq)
    }
    return finish(hasher)
  }

  private static func finish(_ hasher: consuming Hasher) -> UInt64 {
    max(UInt64(bitPattern: Int64(hasher.finalize())), 1)
  }
}

/// Where the values of the fields are by which requests belong together. For each name it is the first field.
private struct RepeatedFields {
  private(set) var requestID: Range<Int>?
  private(set) var firstSent: Range<Int>?
  private(set) var clientRequestID: Range<Int>?

  private static let clientRequestIDName = KnownFieldName.xMSClientRequestID.lowercased
  private static let requestIDName = KnownFieldName.repeatabilityRequestID.lowercased
  private static let firstSentName = KnownFieldName.repeatabilityFirstSent.lowercased

  init(_ message: Span<UInt8>, headLength: Int?) {
    guard let headLength else { return }
    // Lines are skipped as a whole: the names' lengths show where they end.
    var start = 0
    while start < headLength {
      let end = message.lineEnd(from: start, to: headLength)
      read(start..<end, message)
      if requestID != nil, firstSent != nil, clientRequestID != nil { return }
      start = end + 1
    }
  }

  private mutating func read(_ line: Range<Int>, _ message: Span<UInt8>) {
    func value(_ name: StaticString) -> Range<Int>? {
      let colon = line.lowerBound + name.utf8CodeUnitCount
      guard colon < line.upperBound, message[colon] == ASCII.colon,
        message.holds(ignoringCase: name, in: line.lowerBound..<colon)
      else { return nil }
      return message.trimmed((colon + 1)..<line.upperBound)
    }
    if requestID == nil, let found = value(Self.requestIDName) {
      requestID = found
    } else if firstSent == nil, let found = value(Self.firstSentName) {
      firstSent = found
    } else if clientRequestID == nil, let found = value(Self.clientRequestIDName) {
      clientRequestID = found
    }
  }
}

extension Span where Element == UInt8 {
  /// Where the next line feed is; `end` if there is none.
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
