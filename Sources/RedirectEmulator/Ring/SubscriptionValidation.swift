import Core
import Documents

/// The event that Event Grid sends first, to learn whether an endpoint wants its events. Azure's documents describe it
/// under "Endpoint validation with Event Grid event schema".
package struct SubscriptionValidation: Sendable {
  package static let type = "Microsoft.EventGrid.SubscriptionValidationEvent"

  package let id: String
  package let source: IncomingCallEvent.Source
  package let time: Instant
  /// What the endpoint has to send back as `validationResponse`: a UUID in upper case.
  package let code: String

  package init(id: String, source: IncomingCallEvent.Source, time: Instant, code: String) {
    self.id = id
    self.source = source
    self.time = time
    self.code = code.uppercased()
  }

  /// An array with only this event.
  package var body: [UInt8] {
    var writer = JSONWriter(capacity: 1_024)
    writer.array { writer in
      writer.object { writer in
        writer.member("id", id)
        writer.member("topic", source.topic)
        writer.member("subject", "")
        writer.member("data") { writer in
          writer.object { writer in
            writer.member("validationCode", code)
            // No program listens there: only the synchronous form is emulated.
            writer.member(
              "validationUrl",
              "https://rp-redirect-emulator.invalid:553/eventsubscriptions/\(DeliveryHeaders.subscription.lowercased())/validate?id=\(code)"
            )
          }
        }
        writer.member("eventType", Self.type)
        writer.member("eventTime", EventTime.text(time))
        writer.member("metadataVersion", "1")
        writer.member("dataVersion", "1")
      }
    }
    return writer.bytes
  }
}
