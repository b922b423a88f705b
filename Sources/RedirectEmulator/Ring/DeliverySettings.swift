import Core
import Documents
import LibCrypto

/// How a call's event is delivered, and what the event says besides the call's own data.
package final class DeliverySettings: Sendable {
  package let webhook: Webhook
  package let schema: IncomingCallEvent.Schema
  /// Whether the endpoint has to pass the validation first.
  package let validates: Bool
  /// How long it waits for a response, on the resource's clock.
  package let timeout: Duration
  package let redelivery: RedeliveryRules
  /// The user's own fields, after those of Event Grid.
  package let headers: [Header]
  /// The event's id, the same in each delivery.
  package let eventID: String
  /// The user's own event instead of the call's, as JSON.
  package let event: [UInt8]?
  package let details: Details

  /// A field of a request.
  package struct Header: Sendable, Equatable {
    package let name: String
    package let value: String

    package init(_ name: String, _ value: String) {
      (self.name, self.value) = (name, value)
    }
  }

  /// What the event says about the call that no request about it says.
  package struct Details: Sendable, Equatable {
    package var callerDisplayName = ""
    package var customContext: DocumentNode?
    /// A raw id.
    package var onBehalfOf: String?
    /// How many bytes it was read from.
    package var size = 0

    package init() {}
  }

  package static let ringTimeout = Duration.seconds(30)
  /// The range of a time-out, and of the first wait for a redelivery.
  package static let times = Duration.milliseconds(1)...Duration.seconds(3600)
  /// How often an event may be delivered. Event Grid's own limits.
  package static let deliveryRange = 1...30
  package static let headerLimit = 10
  package static let headerValueLimit = 4_096

  package init(
    _ webhook: Webhook, schema: IncomingCallEvent.Schema = .eventGrid, validates: Bool = false,
    timeout: Duration = ringTimeout, redelivery: RedeliveryRules = RedeliveryRules(),
    headers: [Header] = [], eventID: String, event: [UInt8]? = nil, details: Details = Details()
  ) {
    self.webhook = webhook
    self.schema = schema
    self.validates = validates
    self.timeout = timeout
    self.redelivery = redelivery
    self.headers = headers
    self.eventID = eventID
    self.event = event
    self.details = details
    let fields = headers.reduce(0) { $0 + $1.name.utf8.count + $1.value.utf8.count + 64 }
    cost =
      512 + webhook.url.utf8.count * 3 + fields + (event?.count ?? 0) + details.size * 4
      + redelivery.most * CallDelivery.largestCost
  }

  /// The bytes that it counts as, with those of the deliveries that it asks for.
  package let cost: Int

  /// The same for the next call of a chain.
  package func following() -> DeliverySettings {
    DeliverySettings(
      webhook, schema: schema, validates: validates, timeout: timeout, redelivery: redelivery,
      headers: headers, eventID: SecureRandom.uuid(), details: details)
  }
}

extension CallDelivery {
  /// The bytes of a response that are kept.
  package static let bodyStartLimit = 200
  /// The characters of an error's words that are kept.
  package static let errorLimit = 300
  /// The most bytes that one counts as; its URL is counted with its call.
  package static let largestCost =
    MemoryLayout<CallDelivery>.stride + bodyStartLimit + errorLimit * 4 + 64
}
