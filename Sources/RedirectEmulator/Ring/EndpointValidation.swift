import Core
import Documents
import HTTP1

/// The result of asking an endpoint whether it wants events.
struct ValidationOutcome: Sendable, Equatable {
  let passed: Bool
  /// What is wrong, or may be wrong: the end of a sentence; nil if all is well.
  let finding: String?
}

/// Asks an endpoint whether it wants events, before the first one: with a ``SubscriptionValidation``, or as CloudEvents' HTTP
/// webhooks do, "Abuse protection".
struct EndpointValidation {
  let request: OutboundRequest
  private let schema: IncomingCallEvent.Schema
  private let code: String

  init(_ delivery: BegunDelivery, at now: Instant) {
    let settings = delivery.settings
    schema = settings.schema
    let validation = SubscriptionValidation(
      id: delivery.event.correlationID, source: delivery.event.source, time: now,
      code: settings.eventID)
    code = validation.code
    var fields: [(name: String, value: String)] = []
    let method: HTTP1.Method
    let body: [UInt8]?
    switch schema {
    case .eventGrid:
      fields.append(("Content-Type", schema.contentType()))
      fields += DeliveryHeaders.validation
      (method, body) = (.post, validation.body)
    case .cloudEvents:
      fields += DeliveryHeaders.options
      (method, body) = (.options, nil)
    }
    fields += settings.headers.map { ($0.name, $0.value) }
    var request = OutboundRequest(method, to: settings.webhook, fields: fields, body: body)
    request.keeps = OutboundRequest.readLimit
    self.request = request
  }

  func judge(_ outcome: OutboundConnection.Outcome) -> ValidationOutcome {
    switch outcome {
    case .failure(let failure):
      ValidationOutcome(passed: false, finding: "it got no response: \(failure)")
    case .success(let response):
      switch schema {
      case .eventGrid: eventGrid(response)
      case .cloudEvents: cloudEvents(response)
      }
    }
  }

  private func eventGrid(_ response: Response) -> ValidationOutcome {
    let expected = "expected 200 with {\"validationResponse\":\"the event's validationCode\"}"
    func failed(_ seen: String) -> ValidationOutcome {
      ValidationOutcome(passed: false, finding: "the validation got \(seen); \(expected)")
    }
    guard response.status == 200 else { return failed("\(response.status)") }
    guard !response.body.isEmpty else { return failed("200 without a body") }
    guard let text = String(validating: response.body, as: UTF8.self),
      let document = try? Document.parse(text, as: .json),
      case .object(let members) = document.content
    else { return failed("200 with a body that is not a JSON object") }
    let name = "validationResponse"
    guard let member = members.first(where: { $0.name == name }) else {
      let other = members.first { $0.name.lowercased() == name.lowercased() }?.name
      return failed(
        other.map { "the member '\(ShownText.value($0.utf8))' with other capital letters" }
          ?? "no member '\(name)'")
    }
    guard member.value.string?.lowercased() == code.lowercased() else {
      return failed("another code in '\(name)'")
    }
    let type = response.value(of: "Content-Type") ?? "none"
    guard type.lowercased().contains("json") else {
      return ValidationOutcome(
        passed: true,
        finding:
          "the validation's response has Content-Type '\(ShownText.value(type.utf8))'; expected application/json"
      )
    }
    return ValidationOutcome(passed: true, finding: nil)
  }

  private func cloudEvents(_ response: Response) -> ValidationOutcome {
    let name = "WebHook-Allowed-Origin"
    let expected = "expected 200 with \(name): \(DeliveryHeaders.origin) or *"
    func failed(_ seen: String) -> ValidationOutcome {
      ValidationOutcome(passed: false, finding: "OPTIONS got \(seen); \(expected)")
    }
    guard response.status == 200 else { return failed("\(response.status)") }
    guard let origin = response.value(of: name) else { return failed("no \(name)") }
    guard origin == "*" || origin.lowercased() == DeliveryHeaders.origin else {
      return failed("\(name): \(ShownText.value(origin.utf8))")
    }
    return ValidationOutcome(passed: true, finding: nil)
  }
}
