/// The fields that Event Grid sends with a delivery, besides those of HTTP. Azure's documents describe them under
/// "Event Grid message delivery and retry" and "Receive events to an HTTP endpoint".
package enum DeliveryHeaders {
  /// The name of the event subscription.
  package static let subscription = "REDIRECT-EMULATOR"
  /// It tells a webhook who sends its events. CloudEvents' HTTP webhooks, "Abuse protection".
  package static let origin = "eventgrid.azure.net"

  /// - Parameter count: deliveries of the same event before this one.
  package static func notification(_ schema: IncomingCallEvent.Schema, count: Int) -> [(
    name: String, value: String
  )] {
    var fields = [
      ("aeg-subscription-name", subscription),
      ("aeg-delivery-count", String(count)),
      ("aeg-event-type", "Notification"),
      ("aeg-metadata-version", schema.metadataVersion),
    ]
    switch schema {
    case .eventGrid: fields.append(("aeg-data-version", IncomingCallEvent.dataVersion))
    case .cloudEvents: fields.append(("Origin", origin))
    }
    return fields
  }

  /// The fields of a ``SubscriptionValidation``.
  package static var validation: [(name: String, value: String)] {
    [
      ("aeg-subscription-name", subscription),
      ("aeg-delivery-count", "0"),
      ("aeg-event-type", "SubscriptionValidation"),
      ("aeg-metadata-version", "1"),
      ("aeg-data-version", "1"),
    ]
  }

  /// The fields of the `OPTIONS` request that asks an endpoint whether it accepts CloudEvents.
  package static var options: [(name: String, value: String)] {
    [("WebHook-Request-Origin", origin), ("WebHook-Request-Rate", "120")]
  }
}
