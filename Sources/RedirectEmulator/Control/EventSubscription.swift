import Core
import EventLoop
import Synchronization

/// One client's wish to be told of a resource's requests as they end: where its connection is. Sent from any
/// thread, delivered on the connection's own.
final class EventSubscription: Sendable {
  /// Bytes of events that may wait for one client; a reader so slow is dropped, not waited for.
  static let backlog = 1024 * 1024
  /// How often a stream without events says that it is there.
  static let keepAlive = Duration.seconds(15)

  private let resource: ResourceCore
  private let mailbox: Mailbox
  private let connection: UInt64
  /// What it is told of.
  let types: EventTypes

  init(
    resource: ResourceCore, types: EventTypes = .usual, mailbox: Mailbox, connection: UInt64
  ) {
    self.types = types
    self.resource = resource
    self.mailbox = mailbox
    self.connection = connection
  }

  /// Tells each subscriber of a request that has ended.
  static func tell(_ subscribers: [EventSubscription], of entry: JournalEntry, resource: String) {
    if subscribers.isEmpty { return }
    let event = EventStream.event(for: entry, resource: resource)
    for subscriber in subscribers where subscriber.types.contains(.request) {
      subscriber.send(event)
    }
  }

  /// Tells each subscriber that asked for it of a connection that failed.
  static func tell(
    _ subscribers: [EventSubscription], of entry: FailedConnection, resource: String
  ) {
    let wanting = subscribers.filter { $0.types.contains(.connection) }
    if wanting.isEmpty { return }
    let event = EventStream.event(for: entry, resource: resource)
    for subscriber in wanting { subscriber.send(event) }
  }

  /// Whether its resource was removed, so that nothing will come any more.
  var isOver: Bool { resource.isRemoved.load(ordering: .relaxed) }

  /// Ends the reader's stream: the resource was removed.
  func end() {
    // Insisted on: there are no more of these than there are readers.
    mailbox.insist { [connection] loop in
      (loop.owner as? Connections)?.endStream(of: connection)
    }
  }

  /// Ends it.
  func cancel() {
    resource.state.withLock { state in state.subscribers.removeAll { $0 === self } }
  }

  private func send(_ event: [UInt8]) {
    // A full mailbox refuses the event: the client sees the gap in the ids and can ask for what it missed.
    mailbox.post { [connection] loop in
      (loop.owner as? Connections)?.deliver(event, to: connection)
    }
  }
}

/// What a reader of events is told of.
struct EventTypes: OptionSet, Sendable {
  let rawValue: UInt8

  /// Who is asked, first of all.
  static let hello = EventTypes(rawValue: 1)
  /// A request that has ended.
  static let request = EventTypes(rawValue: 2)
  /// Events that the reader did not get.
  static let missed = EventTypes(rawValue: 4)
  /// A connection that failed.
  static let connection = EventTypes(rawValue: 8)

  /// What a reader gets that asks for nothing else.
  static let usual: EventTypes = [.request, .missed]
  /// All of them.
  static let all: EventTypes = [.hello, .request, .missed, .connection]

  /// Each by its name, in `?types=` and on the wire.
  static let names: [(name: String, type: EventTypes)] = [
    ("hello", .hello), ("request", .request), ("missed", .missed), ("connection", .connection),
  ]

  /// Reads `?types=`: `all`, or names separated by commas.
  static func parse(_ text: String) throws(ControlError) -> EventTypes {
    if text == "all" { return .all }
    var types: EventTypes = []
    for name in text.split(separator: ",", omittingEmptySubsequences: false) {
      guard let found = names.first(where: { $0.name == name }) else {
        throw .invalid(
          "types",
          "'\(ShownText.value(name.utf8))' is no type of event; expected all, or some of \(names.map(\.name).joined(separator: ", ")), separated by commas."
        )
      }
      types.insert(found.type)
    }
    return types
  }
}
