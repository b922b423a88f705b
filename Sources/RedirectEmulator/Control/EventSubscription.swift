import Core
import EventLoop
import Synchronization

/// One client's subscription to the events of a resource, or of all resources, with the place of its connection. Events
/// are sent from any thread, and delivered on the connection's own.
final class EventSubscription: Sendable {
  /// Bytes of events that may wait for one client; a slower reader is dropped.
  static let backlog = 1024 * 1024
  /// How often a stream without events sends a sign that it is still open.
  static let keepAlive = Duration.seconds(15)

  /// The most readers of all resources: each needs a place in a list of every resource.
  static let limitOfAll = 64

  private let scope: EventQuery.Scope
  /// How much of a request's entry is sent.
  private let fields: JournalQuery.Fields
  private let mailbox: Mailbox
  private let connection: UInt64
  /// The types of events that it gets.
  let types: EventTypes
  /// Finds calls that change; nil if the reader does not get them.
  private let calls: CallWatch?

  init(
    _ query: EventQuery, calls: CallWatch? = nil, mailbox: Mailbox, connection: UInt64
  ) {
    self.calls = calls
    types = query.types
    scope = query.scope
    fields = query.fields
    self.mailbox = mailbox
    self.connection = connection
  }

  /// Sends a request to each subscriber that asked for such events.
  ///
  /// - Parameter type: whether it has ended, or has only started.
  static func tell(
    _ subscribers: [EventSubscription], of entry: JournalEntry, _ type: EventTypes = .request,
    resource: String
  ) {
    if subscribers.isEmpty { return }
    var made: [EventStream.Form: [UInt8]] = [:]
    for subscriber in subscribers where subscriber.types.contains(type) {
      let form = subscriber.form
      let event =
        made[form] ?? EventStream.event(for: entry, type, resource: resource, form)
      made[form] = event
      subscriber.send(event)
    }
  }

  /// Sends something other than a request to each subscriber that asked for it.
  ///
  /// - Parameter event: makes the event, if there is a reader.
  static func tell(
    _ subscribers: [EventSubscription], _ type: EventTypes, _ event: () -> [UInt8]
  ) {
    let wanting = subscribers.filter { $0.types.contains(type) }
    if wanting.isEmpty { return }
    let event = event()
    for subscriber in wanting { subscriber.send(event) }
  }

  /// The form of its requests. Each resource has its own numbers, so a reader of all resources cannot resume with one.
  var form: EventStream.Form {
    switch scope {
    case .one: EventStream.Form(fields: fields, hasID: true)
    case .all: EventStream.Form(fields: fields, hasID: false)
    }
  }

  /// Adds it to the subscriptions.
  ///
  /// - Returns: the resources with the events that it gets; nil if too many clients read all of them.
  func begin() -> [ResourceCore]? {
    switch scope {
    case .one(let resource):
      resource.state.withLock { $0.subscribers.append(self) }
      return [resource]
    case .all(let store): return store.subscribe(self)
    }
  }

  /// Begins to send calls, if the reader asked for them, on the background thread.
  ///
  /// - Returns: false if the resource already has the most readers that may wait.
  func watchCalls() -> Bool {
    calls?.begin { [self] in send($0) } ?? true
  }

  /// Whether its resource was removed, so no more events will come.
  var isOver: Bool {
    switch scope {
    case .one(let resource): resource.isRemoved.load(ordering: .relaxed)
    case .all: false
    }
  }

  /// Ends the reader's stream, if it is for one resource, which was removed.
  func end() {
    guard case .one = scope else { return }
    // The mailbox must accept this, even if it is full: there are no more of these than there are readers.
    mailbox.insist { [connection] loop in
      (loop.owner as? Connections)?.endStream(of: connection)
    }
  }

  /// Ends it.
  func cancel() {
    switch scope {
    case .one(let resource):
      resource.state.withLock { state in state.subscribers.removeAll { $0 === self } }
    case .all(let store): store.unsubscribe(self)
    }
    calls?.cancel()
  }

  private func send(_ event: [UInt8]) {
    // A full mailbox refuses the event: the client sees the gap in the ids and can ask for what it missed.
    mailbox.post { [connection] loop in
      (loop.owner as? Connections)?.deliver(event, to: connection)
    }
  }
}
