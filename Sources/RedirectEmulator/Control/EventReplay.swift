import Core

/// What a reader of events is still to be told of, in the order in which it is told: first entries of the journal, which
/// become text as the reader takes them, then what has happened meanwhile.
struct EventReplay: Sendable {
  /// Bytes that are made of entries at a time; one entry may have more.
  private static let portion = 64 * 1024

  private var entries = Ring<JournalEntry>()
  private var meanwhile: [UInt8] = []
  private let resource: String

  /// - Parameter entries: the order in which they ended.
  init(_ entries: [JournalEntry], resource: String) {
    for entry in entries { self.entries.append(entry) }
    self.resource = resource
  }

  var isOver: Bool { entries.isEmpty && meanwhile.isEmpty }

  /// Bytes of events that came meanwhile.
  var waiting: Int { meanwhile.count }

  /// Puts an event behind the others.
  mutating func append(_ event: [UInt8]) {
    meanwhile.append(contentsOf: event)
  }

  /// The next bytes to send.
  mutating func next() -> [UInt8] {
    if entries.isEmpty {
      defer { meanwhile = [] }
      return meanwhile
    }
    var bytes: [UInt8] = []
    while bytes.count < Self.portion, let entry = entries.removeOldest() {
      bytes.append(contentsOf: EventStream.event(for: entry, resource: resource))
    }
    return bytes
  }
}
