import Core
import Synchronization

/// The events that a reader has not received yet, in their order: first entries of the journal, then what has happened
/// meanwhile. Entries are looked up and become text when the reader takes them. It keeps no entry: one that the journal
/// drops before that is `missed`.
struct EventReplay: Sendable {
  /// Bytes of text that are made from entries at a time; one entry may have more.
  private static let portion = 64 * 1024
  /// Entries that are looked up at a time.
  private static let lookedUp = 32

  private var numbers: ArraySlice<UInt64>
  private var meanwhile: [UInt8] = []
  /// The resource with the entries; nil if there are none.
  private let resource: ResourceCore?
  private let form: EventStream.Form

  /// - Parameter entries: in the order in which they ended.
  init(_ entries: [JournalEntry], of resource: ResourceCore, _ form: EventStream.Form) {
    numbers = entries.map(\.seq)[...]
    self.resource = resource
    self.form = form
  }

  /// A replay without earlier entries.
  init() {
    numbers = []
    resource = nil
    form = EventStream.Form()
  }

  var isOver: Bool { numbers.isEmpty && meanwhile.isEmpty }

  /// Bytes of events that came meanwhile.
  var waiting: Int { meanwhile.count }

  /// Bytes of memory that it takes.
  var size: Int { numbers.count * MemoryLayout<UInt64>.stride + meanwhile.capacity }

  /// Events that were not sent yet.
  var count: Int { numbers.count + EventStream.count(in: meanwhile[...]) }

  /// Adds an event after the others.
  mutating func append(_ event: [UInt8]) {
    meanwhile.append(contentsOf: event)
  }

  /// The next bytes to send.
  mutating func next() -> [UInt8] {
    guard let resource, !numbers.isEmpty else {
      defer { meanwhile = [] }
      return meanwhile
    }
    var bytes: [UInt8] = []
    var missed: UInt64 = 0
    while bytes.count < Self.portion, !numbers.isEmpty {
      let next = numbers.prefix(Self.lookedUp)
      let entries = resource.state.withLock { state in next.map { state.journal.entry($0) } }
      for entry in entries where bytes.count < Self.portion {
        numbers.removeFirst()
        guard let entry else {
          missed += 1
          continue
        }
        if missed > 0 { bytes.append(contentsOf: EventStream.missed(missed)) }
        missed = 0
        bytes.append(
          contentsOf:
            EventStream.event(for: entry, .request, resource: resource.name, form))
      }
    }
    if missed > 0 { bytes.append(contentsOf: EventStream.missed(missed)) }
    return bytes
  }
}
