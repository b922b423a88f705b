import Core
import Documents
import LibCrypto

extension CallSettings {
  static let names = [
    "from", "to", "ringsFor", "incomingCallContext", "context", "callerDisplayName",
    "customContext",
    "onBehalfOf", "deliver",
  ]
  private static let ringTimes = Duration.milliseconds(100)...Duration.seconds(3600)

  /// Reads the body of `POST R/calls`.
  ///
  /// - Parameters:
  ///   - size: the body's bytes.
  ///   - webhooks: where events may be delivered.
  init(_ body: ControlBody, size: Int, webhooks: AllowedWebhooks) throws(ControlError) {
    self.init()
    context = try body.string("incomingCallContext")
    if let context, context.isEmpty || context.utf8.count > 64 * 1024 {
      throw body.refused("incomingCallContext", "a string of 1 to 65536 bytes")
    }
    if let form = try body.choice("context", of: EmulatedContext.Form.self) {
      if context != nil {
        throw body.refused("context", "left out where incomingCallContext is given")
      }
      self.form = form
    }
    from = try Self.party("from", body)
    to = try Self.party("to", body)
    if let name = try body.string("callerDisplayName") {
      guard name.utf8.count <= 256 else {
        throw body.refused("callerDisplayName", "a string of at most 256 bytes")
      }
      callerDisplayName = name
    }
    if let time = try body.duration("ringsFor") {
      guard Self.ringTimes.contains(time) else {
        throw body.refused("ringsFor", "a duration from 100ms to 1h")
      }
      ringsFor = time
    }
    var details = DeliverySettings.Details()
    details.callerDisplayName = callerDisplayName
    details.customContext = try Self.customContext(body)
    details.onBehalfOf = try Self.party("onBehalfOf", body)
    details.size = size
    guard let deliver = try body.object("deliver", names: DeliverySettings.names) else { return }
    if let event = try DeliverySettings.event(deliver) { try take(event, body) }
    delivery = try DeliverySettings(deliver, details, webhooks)
  }

  /// A user's own event defines its call, so that the redirects that follow from it belong to that call.
  private mutating func take(_ event: DocumentNode, _ body: ControlBody) throws(ControlError) {
    guard let data = event["data"] else { return }
    if context == nil, !body.has("context"), let text = data["incomingCallContext"]?.string,
      (1...65_536).contains(text.utf8.count)
    {
      context = text
    }
    if from == nil { from = data["from"]?["rawId"]?.string.flatMap(Self.rawID) }
    if to == nil { to = data["to"]?["rawId"]?.string.flatMap(Self.rawID) }
  }

  private static func party(_ name: String, _ body: ControlBody) throws(ControlError) -> String? {
    guard let text = try body.string(name) else { return nil }
    guard let id = rawID(text) else {
      throw body.refused(
        name, "a number such as +14255550123, anonymous, or a raw id such as 8:acs:…")
    }
    return id
  }

  private static let customContextNames = ["sipHeaders", "voipHeaders", "teamsPhoneCallDetails"]

  private static func customContext(_ body: ControlBody) throws(ControlError) -> DocumentNode? {
    guard let object = try body.object("customContext", names: customContextNames) else {
      return nil
    }
    for name in ["sipHeaders", "voipHeaders"] {
      guard let headers = object.node(name) else { continue }
      guard case .object(let members) = headers.content,
        members.allSatisfy({ $0.value.string != nil })
      else { throw object.refused(name, "an object whose values are strings") }
    }
    if let details = object.node("teamsPhoneCallDetails") {
      guard case .object = details.content else {
        throw object.refused("teamsPhoneCallDetails", "an object")
      }
    }
    return body.node("customContext")
  }
}

extension DeliverySettings {
  static let names = [
    "url", "schema", "validate", "timeout", "redeliverAfter", "maxDeliveries", "headers", "event",
  ]

  /// Reads the member `deliver` of the body of `POST R/calls`.
  convenience init(_ body: ControlBody, _ details: Details, _ webhooks: AllowedWebhooks)
    throws(ControlError)
  {
    guard let url = try body.string("url") else {
      throw body.refused("url", "a URL, such as http://127.0.0.1:8080/api/incomingCall")
    }
    let webhook: Webhook
    do throws(Webhook.Fault) {
      webhook = try Webhook(url)
    } catch {
      throw body.refused("url", error.description)
    }
    guard webhooks.contains(webhook) else {
      throw body.refused("url", webhooks.expected(for: webhook))
    }
    var rules = RedeliveryRules()
    if let time = try Self.time("redeliverAfter", body) { rules.after = time }
    if let count = try body.integer("maxDeliveries") {
      guard Self.deliveryRange.contains(count) else {
        throw body.refused("maxDeliveries", "a whole number from 1 to 30")
      }
      rules.most = count
    }
    var event: [UInt8]?
    if let node = try Self.event(body) {
      var writer = JSONWriter()
      writer.value(node)
      event = writer.bytes
    }
    self.init(
      webhook,
      schema: try body.choice("schema", of: IncomingCallEvent.Schema.self) ?? .eventGrid,
      validates: try body.flag("validate") ?? false,
      timeout: try Self.time("timeout", body) ?? Self.ringTimeout, redelivery: rules,
      headers: try Self.headers(body), eventID: SecureRandom.uuid(), event: event,
      details: details)
  }

  private static func time(_ name: String, _ body: ControlBody) throws(ControlError) -> Duration? {
    guard let time = try body.duration(name) else { return nil }
    guard times.contains(time) else { throw body.refused(name, "a duration from 1ms to 1h") }
    return time
  }

  /// The user's own event: an object, or an array of one.
  static func event(_ body: ControlBody) throws(ControlError) -> DocumentNode? {
    guard let node = body.node("event"), !node.isNull else { return nil }
    switch node.content {
    case .object: return node
    case .array(let elements):
      if elements.count == 1, let only = elements.first, case .object = only.content { return only }
      fallthrough
    default: throw body.refused("event", "an event as an object, or an array with one")
    }
  }

  /// Fields that the emulator sends itself.
  private static let ownFields: Set<String> = [
    "host", "content-length", "content-type", "transfer-encoding", "connection", "expect",
    "upgrade", "te", "trailer",
  ]

  private static func headers(_ body: ControlBody) throws(ControlError) -> [Header] {
    guard let node = body.node("headers"), !node.isNull else { return [] }
    guard case .object(let members) = node.content, members.count <= headerLimit else {
      throw body.refused("headers", "an object of at most \(headerLimit) names and values")
    }
    var headers: [Header] = []
    for member in members {
      let isName =
        !member.name.isEmpty
        && member.name.utf8.allSatisfy {
          ASCII.isLetterOrDigit($0) || "!#$%&'*+-.^_`|~".utf8.contains($0)
        }
      guard isName, member.name.utf8.count <= 256 else {
        throw body.refused("headers", "fields whose names are tokens (RFC 9110 §5.1)")
      }
      guard !ownFields.contains(member.name.lowercased()) else {
        throw body.refused(
          "headers", "fields other than \(member.name), which the emulator sends itself")
      }
      guard let value = member.value.string, value.utf8.count <= headerValueLimit,
        value.utf8.allSatisfy({
          $0 == ASCII.horizontalTab || $0 >= ASCII.space && $0 < ASCII.delete
        })
      else {
        throw body.refused(
          "headers",
          "values that are strings of visible ASCII characters, of at most \(headerValueLimit) bytes each"
        )
      }
      headers.append(Header(member.name, value))
    }
    return headers
  }
}
