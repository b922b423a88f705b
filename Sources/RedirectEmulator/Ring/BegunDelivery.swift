import Core
import Documents
import EventLoop
import HTTP1
import Scenarios
import Synchronization

/// A delivery that has its number: what is sent, and for which call.
struct BegunDelivery: Sendable {
  let resource: ResourceCore
  /// The call's number.
  let number: UInt64
  /// The number of the delivery of the call's event, from 1.
  let n: Int
  let settings: DeliverySettings
  let event: IncomingCallEvent
  /// Whether the endpoint has already passed the validation.
  let isValidated: Bool
  /// The decision of the rules for events; nil if it is delivered as usual.
  let plan: EventPlan?

  /// The bytes that it takes while it is in progress: the request, what is read of the response, and the connection.
  var cost: Int {
    (settings.event?.count ?? event.incomingCallContext.utf8.count + 2_048) * 2
      + (settings.webhook.isSecure ? 64 << 10 : 16 << 10)
  }

  /// The event alone.
  private var element: [UInt8] { settings.event ?? event.element(settings.schema) }

  /// The request, as it was planned.
  ///
  /// - Parameter others: deliveries with events in the same array.
  func request(with others: [BegunDelivery]) -> OutboundRequest {
    let isBatch = plan?.batch != nil
    let type = plan?.contentType ?? settings.schema.contentType(isBatch: isBatch)
    var fields = [(name: "Content-Type", value: type)]
    fields += DeliveryHeaders.notification(settings.schema, count: n - 1)
    fields += settings.headers.map { ($0.name, $0.value) }
    var request = OutboundRequest(
      .post, to: settings.webhook, fields: fields,
      body: settings.schema.body([element] + others.map(\.element), isBatch: isBatch))
    (request.pace, request.cutAfterBytes) = (plan?.pace, plan?.cutAfterBytes)
    return request
  }
}

/// How a delivery ended.
struct EndedDelivery: Sendable {
  let status: Int?
  let error: String?
  let bodyStart: String?
  let validated: Bool?
  let duration: Int64
  /// On the resource's clock.
  let at: Instant
  /// Whether a rule kept it from being sent, which the publisher counts as delivered.
  var isDropped = false

  init(
    _ outcome: OutboundConnection.Outcome, _ validation: ValidationOutcome?, lasting: Int64,
    at: Instant
  ) {
    var error: String?
    switch outcome {
    case .success(let response):
      status = response.status
      bodyStart = Self.text(response.body)
    case .failure(let failure):
      (status, bodyStart) = (nil, nil)
      error = failure.description
    }
    validated = validation?.passed
    self.error = (validation?.finding ?? error).map {
      String($0.prefix(CallDelivery.errorLimit))
    }
    duration = lasting
    self.at = at
  }

  /// The beginning of a content that is text: UTF-8 without control characters.
  private static func text(_ body: [UInt8]) -> String? {
    var start = body.prefix(CallDelivery.bodyStartLimit)
    // A character that was cut is left out.
    for _ in 0..<4 {
      if let text = String(validating: start, as: UTF8.self) {
        let isText = text.unicodeScalars.allSatisfy {
          $0.value >= 0x20 && $0.value != 0x7F || "\t\r\n".unicodeScalars.contains($0)
        }
        return isText && !text.isEmpty ? text : nil
      }
      guard body.count > CallDelivery.bodyStartLimit, !start.isEmpty else { return nil }
      start = start.dropLast()
    }
    return nil
  }
}

extension CallDelivery {
  /// For logs.
  var urlWithoutQuery: String { Webhook.withoutQuery(url) }
}

extension ResourceCore {
  /// The data of a delivery that has ended and was recorded.
  struct KeptDelivery {
    let delivery: CallDelivery
    let waits: [VerifyWait]
    let subscribers: [EventSubscription]
  }

  /// Gives a call's next delivery its number.
  ///
  /// - Returns: nil if the call is gone, or is not delivered.
  func beginDelivery(_ number: UInt64, at now: Instant) -> BegunDelivery? {
    let source = IncomingCallEvent.Source(id: id, name: name)
    return state.withLock { state in
      guard let call = state.calls[number], let settings = call.delivery else { return nil }
      var event = IncomingCallEvent(
        id: settings.eventID, source: source, time: call.rangAt, from: call.from, to: call.to,
        incomingCallContext: call.context, correlationID: call.correlationID.description)
      event.callerDisplayName = settings.details.callerDisplayName
      event.customContext = settings.details.customContext
      event.onBehalfOf = settings.details.onBehalfOf
      var n = 0
      state.calls.update(number) { n = $0.beginDelivery(at: now) }
      let plan = state.scenario?.decideEvent(call: call.rung, delivery: n)
      if let plan { state.calls.update(number) { $0.noteRule(plan.ruleName) } }
      return BegunDelivery(
        resource: self, number: number, n: n, settings: settings, event: event,
        isValidated: call.isValidated, plan: plan)
    }
  }

  /// Records how a delivery ended, and when the next one is due.
  ///
  /// - Returns: nil if the call is gone.
  func endDelivery(_ begun: BegunDelivery, _ ended: EndedDelivery) -> KeptDelivery? {
    state.withLock { state in
      var delivery: CallDelivery?
      state.calls.update(begun.number) { delivery = $0.endDelivery(begun.n, ended) }
      guard let delivery else { return nil }
      return KeptDelivery(
        delivery: delivery, waits: state.waits, subscribers: state.subscribers)
    }
  }
}

extension RegisteredCall {
  /// The most deliveries that are kept of one call: the first half and the last.
  package static let deliveryLimit = 32

  /// Records that one more delivery is wanted than the settings say. ``CallDelivery/largestCost`` was taken for it.
  mutating func expectDelivery() {
    // Beyond the limit each replaces an earlier one.
    if extraDeliveries < Self.deliveryLimit { extraDeliveries += 1 }
  }

  /// - Returns: the number of the delivery of the call's event.
  mutating func beginDelivery(at now: Instant) -> Int {
    if let last = deliveries.indices.last { deliveries[last].next = nil }
    deliveryCount += 1
    deliveries.append(
      CallDelivery(n: deliveryCount, url: delivery?.webhook.url ?? "", at: now))
    if deliveries.count > Self.deliveryLimit { deliveries.remove(at: Self.deliveryLimit / 2) }
    return deliveryCount
  }

  /// Records which rule decided about the delivery that has begun last.
  mutating func noteRule(_ name: String) {
    if let last = deliveries.indices.last { deliveries[last].rule = name }
  }

  /// - Returns: the delivery; nil if it is not kept any more.
  mutating func endDelivery(_ n: Int, _ ended: EndedDelivery) -> CallDelivery? {
    guard let place = deliveries.firstIndex(where: { $0.n == n }) else { return nil }
    deliveries[place].status = ended.status
    deliveries[place].error = ended.error
    deliveries[place].bodyStart = ended.bodyStart
    deliveries[place].durationNanoseconds = ended.duration
    deliveries[place].ended = ended.at
    deliveries[place].validated = ended.validated
    if ended.validated ?? false { isValidated = true }
    // Without a subscription there is nothing to deliver. Only the last delivery is repeated.
    if ended.validated != false, !ended.isDropped, !deliveries[place].succeeded,
      place == deliveries.count - 1,
      let wait = delivery?.redelivery.wait(after: ended.status, failures: n)
    {
      let due = ended.at.advanced(by: wait)
      if due < ringsUntil { deliveries[place].next = due }
    }
    return deliveries[place]
  }
}
