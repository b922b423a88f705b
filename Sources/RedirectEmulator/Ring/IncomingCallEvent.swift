import Core
import Documents

/// The event `Microsoft.Communication.IncomingCall`, as Event Grid delivers it to a webhook. Azure's documents describe it
/// under "Azure Communication Services - Voice and video calling events".
package struct IncomingCallEvent: Sendable {
  /// How an event is written, and how its endpoint is validated.
  package enum Schema: String, Sendable, CaseIterable {
    /// Event Grid's own: an array of events.
    case eventGrid
    /// CloudEvents 1.0, structured mode: one object.
    case cloudEvents
  }

  /// The resource that a call rings at.
  package struct Source: Sendable, Equatable {
    package let id: String
    package let name: String

    package init(id: String, name: String) {
      (self.id, self.name) = (id, name)
    }

    /// Its path in Azure Resource Manager. The emulator makes up the subscription and the group.
    package var topic: String {
      "/subscriptions/\(id)/resourceGroups/redirect-emulator/providers/Microsoft.Communication/communicationServices/\(name)"
    }
  }

  package static let type = "Microsoft.Communication.IncomingCall"
  package static let dataVersion = "1.0"

  /// The same in each delivery of the event.
  package var id: String
  package var source: Source
  package var time: Instant
  /// The caller's raw id.
  package var from: String
  /// The callee's raw id.
  package var to: String
  package var callerDisplayName = ""
  package var incomingCallContext: String
  package var correlationID: String
  /// `sipHeaders`, `voipHeaders` and `teamsPhoneCallDetails`; nil if there are none.
  package var customContext: DocumentNode?
  /// The raw id of the person or number that the callee acts for; nil for none.
  package var onBehalfOf: String?

  package init(
    id: String, source: Source, time: Instant, from: String, to: String,
    incomingCallContext: String, correlationID: String
  ) {
    self.id = id
    self.source = source
    self.time = time
    self.from = from
    self.to = to
    self.incomingCallContext = incomingCallContext
    self.correlationID = correlationID
  }

  /// The event alone, as an object.
  package func element(_ schema: Schema) -> [UInt8] {
    var writer = JSONWriter(capacity: incomingCallContext.utf8.count + 1_536)
    writer.object { writer in
      writer.member("id", id)
      switch schema {
      case .eventGrid: writer.member("topic", source.topic)
      case .cloudEvents: writer.member("source", source.topic)
      }
      // Not percent-encoded: apps look for a number with its plus sign.
      writer.member("subject", "/caller/\(from)/recipient/\(to)")
      switch schema {
      case .eventGrid:
        writer.member("data", writeData)
        writer.member("eventType", Self.type)
        writer.member("dataVersion", Self.dataVersion)
        writer.member("metadataVersion", schema.metadataVersion)
        writer.member("eventTime", EventTime.text(time))
      case .cloudEvents:
        writer.member("type", Self.type)
        writer.member("time", EventTime.text(time))
        writer.member("specversion", schema.metadataVersion)
        writer.member("data", writeData)
      }
    }
    return writer.bytes
  }

  /// The body of a delivery of this event alone.
  package func body(_ schema: Schema) -> [UInt8] {
    schema.body([element(schema)], isBatch: false)
  }

  private func writeData(_ writer: inout JSONWriter) {
    writer.object { writer in
      writer.member("to") { EventParty(to).write(to: &$0) }
      writer.member("from") { EventParty(from).write(to: &$0) }
      writer.member("serverCallId", serverCallID)
      writer.member("callerDisplayName", callerDisplayName)
      writer.member("incomingCallContext", incomingCallContext)
      writer.member("correlationId", correlationID)
      if let customContext { writer.member("customContext") { $0.value(customContext) } }
      if let onBehalfOf {
        writer.member("onBehalfOfCallee") { EventParty(onBehalfOf).write(to: &$0) }
      }
    }
  }

  /// Base64 of a URL, like the service's.
  private var serverCallID: String {
    let url =
      "https://conv.redirect-emulator.invalid/conv/\(correlationID)?i=10-60-0-1&e=0"
    return Base64.standard.encode(Array(url.utf8).span)
  }
}

extension IncomingCallEvent.Schema {
  /// The version of the event's outer members.
  package var metadataVersion: String {
    switch self {
    case .eventGrid: "1"
    case .cloudEvents: "1.0"
    }
  }

  /// - Parameter isBatch: whether several events may be in one delivery.
  package func contentType(isBatch: Bool = false) -> String {
    switch self {
    case .eventGrid: "application/json; charset=utf-8"
    case .cloudEvents:
      isBatch
        ? "application/cloudevents-batch+json; charset=utf-8"
        : "application/cloudevents+json; charset=utf-8"
    }
  }

  /// The body of one delivery with these events: an array, except for CloudEvents that come one by one.
  package func body(_ elements: [[UInt8]], isBatch: Bool) -> [UInt8] {
    if self == .cloudEvents, !isBatch, elements.count == 1, let only = elements.first {
      return only
    }
    var body: [UInt8] = []
    body.reserveCapacity(elements.reduce(2) { $0 + $1.count + 1 })
    body.append(ASCII.leftBracket)
    for (index, element) in elements.enumerated() {
      if index > 0 { body.append(ASCII.comma) }
      body.append(contentsOf: element)
    }
    body.append(ASCII.rightBracket)
    return body
  }
}

/// Times in events: RFC 3339, UTC, seven digits of fraction.
enum EventTime {
  static func text(_ instant: Instant) -> String {
    let rest = instant.nanoseconds &- instant.seconds &* 1_000_000_000
    // A one before the digits keeps their zeros.
    let digits = String(10_000_000 + rest / 100).dropFirst()
    return Timestamp.text(secondsSince1970: instant.seconds).dropLast() + "." + digits + "Z"
  }
}
