import Core
import Documents

/// `R/events`: Server-Sent Events, one for each request when it ends, and the other types that the reader asks for. An instance belongs
/// to one reader, and has the events that the reader gets first.
package final class EventStream {
  /// The response's content type.
  package static let contentType = "text/event-stream"

  /// The stream's beginning: how long a client waits before it connects again, in milliseconds.
  package static let preamble = Array("retry: 1000\n\n".utf8)

  /// A comment to send when nothing happens, so that the emulator notices a reader that is gone.
  package static let keepAlive = Array(": nothing yet\n\n".utf8)

  /// The form of the entries of requests.
  struct Form: Hashable {
    var fields = JournalQuery.Fields.all
    /// Whether the events of ended requests have the request's number as `id`.
    var hasID = true
  }

  /// A request that has ended, in the default form: its number as `id`, its entry as `data`.
  package static func event(for entry: JournalEntry, resource: String) -> [UInt8] {
    event(for: entry, .request, resource: resource, Form())
  }

  /// A request as an event.
  ///
  /// - Parameter type: whether it has ended, or has only started. A started one has no `id`, because a reader that
  ///   resumes with an `id` gets what ended after that.
  static func event(
    for entry: JournalEntry, _ type: EventTypes, resource: String, _ form: Form
  ) -> [UInt8] {
    var bytes = Array("event: \(type.name)\n".utf8)
    if form.hasID, type == .request { bytes.append(contentsOf: "id: \(entry.seq)\n".utf8) }
    bytes.append(contentsOf: "data: ".utf8)
    switch form.fields {
    case .all: bytes.append(contentsOf: RecordedRequest(entry, resource: resource).json())
    case .summary: bytes.append(contentsOf: RequestSummary(entry).json(resource: resource))
    }
    bytes.append(ASCII.lineFeed)
    bytes.append(ASCII.lineFeed)
    return bytes
  }

  /// `event: missed`, for a reader that connects again when the journal has dropped entries after its `Last-Event-ID`.
  package static func missed(_ count: UInt64) -> [UInt8] {
    Array("event: missed\ndata: {\"missed\":\(count)}\n\n".utf8)
  }

  /// The sequence number in a `Last-Event-ID` field's value; nil for anything else.
  package static func lastEventID(_ value: String) -> UInt64? {
    UInt64(value)
  }

  /// A connection that failed: `event: connection`, without an `id`, because ids are requests' numbers.
  static func event(for entry: FailedConnection, resource: String) -> [UInt8] {
    event(.connection) { entry.write(to: &$0, resource: resource) }
  }

  /// A call as it is now: `event: call`, without an `id`.
  static func event(for call: Call, as form: CallForm) -> [UInt8] {
    event(.call) { call.write(to: &$0, as: form) }
  }

  /// A call that has begun to ring: `event: ringing`, without an `id`.
  static func ringing(_ call: RegisteredCall, resource: String) -> [UInt8] {
    event(.ringing) { writer in
      writer.object { writer in
        writer.member("resource", resource)
        writer.member("id", call.id)
        writer.member("incomingCallContext", call.context)
        writer.member("correlationId", call.correlationID.description)
        writer.member("from", call.from)
        writer.member("to", call.to)
        writer.member("rangAt", call.rangAt)
        writer.member("ringsUntil", call.ringsUntil)
      }
    }
  }

  /// A delivery that has ended: `event: delivered`, without an `id`; `call` is the id of its call.
  static func delivered(_ delivery: CallDelivery, of call: String, resource: String) -> [UInt8] {
    event(.delivered) { delivery.write(to: &$0, of: (call, resource)) }
  }

  /// The emulator's identity: `event: hello`, with the running emulator's id and version, and the state of each
  /// resource's journal, clock and rules.
  ///
  /// - Parameter isOfAll: whether there is a list of resources.
  static func hello(_ server: ServerCore, _ resources: [ResourceCore], isOfAll: Bool) -> [UInt8] {
    event(.hello) { writer in
      writer.object { writer in
        writer.member("instance", server.instance)
        writer.member("version", Emulator.version)
        guard isOfAll else {
          for resource in resources { resource.writeHello(to: &writer) }
          return
        }
        writer.member("resources") { writer in
          writer.array { writer in
            for resource in resources {
              writer.object { resource.writeHello(to: &$0) }
            }
          }
        }
      }
    }
  }

  /// An event without an `id`.
  static func event(_ type: EventTypes, _ write: (inout JSONWriter) -> Void) -> [UInt8] {
    var writer = JSONWriter()
    write(&writer)
    return Array("event: \(type.name)\ndata: ".utf8) + writer.bytes
      + [ASCII.lineFeed, ASCII.lineFeed]
  }

  private let subscription: EventSubscription
  private var replay: EventReplay

  /// - Parameter replay: the events that the reader gets first.
  init(_ subscription: EventSubscription, replaying replay: EventReplay) {
    self.subscription = subscription
    self.replay = replay
  }

  /// Whether the reader has not got all earlier events yet, so that new ones have to wait.
  var isReplaying: Bool { !replay.isOver }

  /// Bytes of events that wait after the earlier events.
  var waiting: Int { replay.waiting }

  /// Bytes of memory that the earlier events take.
  var size: Int { replay.size }

  /// Events that the reader has not got yet.
  var count: Int { replay.count }

  /// Adds an event after those that the reader has not got yet.
  func queue(_ event: [UInt8]) {
    replay.append(event)
  }

  /// How many events begin in what is sent.
  static func count(in bytes: ArraySlice<UInt8>) -> Int {
    // An event's data is on one line, so no other line begins like this.
    var count = 0
    var line = bytes.startIndex
    while line < bytes.endIndex {
      if beginnings.contains(where: { bytes[line...].starts(with: $0) }) { count += 1 }
      line = (bytes[line...].firstIndex(of: ASCII.lineFeed) ?? bytes.endIndex - 1) + 1
    }
    return count
  }

  /// The names of events that happen. `hello` and `missed` are not among them.
  private static let beginnings = EventTypes.names
    .filter { $0.type != .hello && $0.type != .missed }
    .map { Array("event: \($0.name)\n".utf8) }

  /// Appends the next bytes of the earlier events.
  ///
  /// - Returns: false if there are none.
  func appendReplay(to output: inout [UInt8]) -> Bool {
    let bytes = replay.next()
    output.append(contentsOf: bytes)
    return !bytes.isEmpty
  }

  /// The types of events that the reader gets.
  var types: EventTypes { subscription.types }

  /// Whether no more events will come.
  var isOver: Bool { subscription.isOver }

  /// Ends the stream: the reader gets no more events.
  func cancel() {
    subscription.cancel()
  }
}
