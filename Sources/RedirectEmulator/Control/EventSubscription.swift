import Core
import EventLoop

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

  init(resource: ResourceCore, mailbox: Mailbox, connection: UInt64) {
    self.resource = resource
    self.mailbox = mailbox
    self.connection = connection
  }

  /// Tells each subscriber of a request that has ended.
  static func tell(_ subscribers: [EventSubscription], of entry: JournalEntry, resource: String) {
    if subscribers.isEmpty { return }
    let event = EventStream.event(for: entry, resource: resource)
    for subscriber in subscribers { subscriber.send(event) }
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
