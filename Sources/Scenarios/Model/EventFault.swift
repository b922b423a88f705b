/// What goes wrong with one delivery of `IncomingCall`. Event Grid delivers at least once and in no order, and with
/// batching on it sends several events in one request. The other faults are those of networks and webhooks.
public struct EventFault: Sendable, Equatable {
  /// How many more times the same request is sent.
  public var duplicate: Int
  /// A pause before the event is sent.
  public var delay: Delay?
  /// Whether the event is not sent, although its publisher counts it as delivered.
  public var isDropped: Bool
  /// Whether the event is held until the next call's event was sent, for 2 seconds at most.
  public var comesLast: Bool
  /// The most events that are sent in one array, if they are due within a second; nil for one each.
  public var batch: Int?
  /// The `Content-Type` of the request; nil for the schema's own.
  public var contentType: String?
  /// How slowly the request is sent.
  public var pace: Pace?
  /// After how many bytes of the app's response the connection is closed; nil if all of it is read.
  public var cutAfterBytes: Int?

  /// How many further copies of an event there may be.
  package static let duplicateRange = 1...10
  /// How many events one array may have. Event Grid's largest request has 1 MiB, about as much as this many events with
  /// contexts of real length.
  package static let batchRange = 2...100
  /// Where a response may be cut, in bytes: no more is read of longer ones.
  package static let cutRange = 0...(64 << 10)
  /// How long an event waits for the next call's event.
  package static let longestHold = Duration.seconds(2)
  /// How long a batch waits for further events.
  package static let batchTime = Duration.seconds(1)

  /// A fault of any of these parts.
  public init(
    duplicate: Int = 0, delay: Delay? = nil, isDropped: Bool = false, comesLast: Bool = false,
    batch: Int? = nil, contentType: String? = nil, pace: Pace? = nil, cutAfterBytes: Int? = nil
  ) {
    self.duplicate = duplicate
    self.delay = delay
    self.isDropped = isDropped
    self.comesLast = comesLast
    self.batch = batch
    self.contentType = contentType
    self.pace = pace
    self.cutAfterBytes = cutAfterBytes
  }

  /// The same request is sent again.
  ///
  /// - Parameter count: how many more times, from 1 to 10.
  public static func duplicate(_ count: Int = 1) -> EventFault { EventFault(duplicate: count) }

  /// The event comes late.
  public static func delay(_ duration: Duration) -> EventFault {
    EventFault(delay: Delay(duration))
  }

  /// The event never comes.
  public static let drop = EventFault(isDropped: true)

  /// The event comes after that of the next call.
  public static let last = EventFault(comesLast: true)

  /// Several events come in one request.
  ///
  /// - Parameter count: how many at most, from 2 to 100.
  public static func batch(_ count: Int) -> EventFault { EventFault(batch: count) }

  /// The request has another content type.
  public static func contentType(_ type: String) -> EventFault { EventFault(contentType: type) }

  /// The request comes slowly.
  public static func pace(_ pace: Pace) -> EventFault { EventFault(pace: pace) }

  /// The app's response is cut off, so that the delivery fails.
  ///
  /// - Parameter count: bytes of the response that are read, up to 64 KiB.
  public static func cut(afterBytes count: Int) -> EventFault {
    EventFault(cutAfterBytes: count)
  }

  /// Its parts, by their names in scenario files.
  package var names: [String] {
    var names: [String] = []
    if duplicate > 0 { names.append("duplicate") }
    if delay != nil { names.append("delay") }
    if isDropped { names.append("drop") }
    if comesLast { names.append("order") }
    if batch != nil { names.append("batch") }
    if contentType != nil { names.append("contentType") }
    if pace != nil { names.append("pace") }
    if cutAfterBytes != nil { names.append("cut") }
    return names
  }
}
