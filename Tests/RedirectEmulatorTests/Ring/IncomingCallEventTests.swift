import Core
import Documents
import RedirectEmulator
import TestSupport
import Testing

@Suite("The IncomingCall event")
struct IncomingCallEventTests {
  private static let resource = "11111111-2222-4333-8444-555555555555"
  private static let user = "8:acs:\(resource)_0000001b-5c1d-4a2e-9f00-000000000001"
  private static let guid = "99999999-8888-4777-8666-555555555555"
  private static let topic =
    "/subscriptions/\(resource)/resourceGroups/redirect-emulator/providers/Microsoft.Communication/communicationServices/main"

  private static func event(from: String = "4:+14255550123", to: String = user)
    -> IncomingCallEvent
  {
    IncomingCallEvent(
      id: "e-1", source: .init(id: resource, name: "main"),
      time: Instant(nanoseconds: 1_780_000_000_000_012_345), from: from, to: to,
      incomingCallContext: "eyJ.x.", correlationID: guid)
  }

  private static func node(_ bytes: [UInt8]) throws -> DocumentNode {
    try Document.parse(String(decoding: bytes, as: UTF8.self), as: .json)
  }

  private static func names(_ node: DocumentNode?) -> Set<String> {
    guard case .object(let members)? = node?.content else { return [] }
    return Set(members.map(\.name))
  }

  @Test("has in Event Grid's schema each member that the service's has, in an array of one")
  func eventGrid() throws {
    guard case .array(let events) = try Self.node(Self.event().body(.eventGrid)).content else {
      Issue.record("no array")
      return
    }
    try #require(events.count == 1)
    #expect(
      Self.names(events[0]) == [
        "id", "topic", "subject", "data", "eventType", "dataVersion", "metadataVersion",
        "eventTime",
      ])
    let expected = [
      "id": "e-1", "topic": Self.topic, "subject": "/caller/4:+14255550123/recipient/\(Self.user)",
      "eventType": "Microsoft.Communication.IncomingCall", "dataVersion": "1.0",
      "metadataVersion": "1", "eventTime": "2026-05-28T20:26:40.0000123Z",
    ]
    for (name, value) in expected { #expect(events[0][name]?.string == value, "\(name)") }
    #expect(IncomingCallEvent.Schema.eventGrid.contentType() == "application/json; charset=utf-8")
  }

  @Test("is in CloudEvents one object, without Event Grid's versions")
  func cloudEvents() throws {
    let event = try Self.node(Self.event().body(.cloudEvents))
    #expect(
      Self.names(event) == ["id", "source", "type", "subject", "time", "specversion", "data"])
    let expected = [
      "source": Self.topic, "type": "Microsoft.Communication.IncomingCall", "specversion": "1.0",
      "time": "2026-05-28T20:26:40.0000123Z",
    ]
    for (name, value) in expected { #expect(event[name]?.string == value, "\(name)") }
    let schema = IncomingCallEvent.Schema.cloudEvents
    #expect(schema.contentType() == "application/cloudevents+json; charset=utf-8")
    #expect(
      schema.contentType(isBatch: true) == "application/cloudevents-batch+json; charset=utf-8")
    let batch = try Self.node(schema.body([Self.event().element(schema)], isBatch: true))
    guard case .array(let events) = batch.content else {
      Issue.record("no array")
      return
    }
    #expect(events.count == 1)
  }

  @Test("says the call's data, and no member that there is nothing to say in")
  func data() throws {
    var event = Self.event()
    let plain = try Self.node(event.body(.cloudEvents))["data"]
    #expect(
      Self.names(plain) == [
        "to", "from", "serverCallId", "callerDisplayName", "incomingCallContext", "correlationId",
      ])
    #expect(plain?["callerDisplayName"]?.string == "")
    #expect(plain?["incomingCallContext"]?.string == "eyJ.x.")
    #expect(plain?["correlationId"]?.string == Self.guid)
    let id = try Base64.standard.decode(plain?["serverCallId"]?.string ?? "")
    #expect(String(decoding: id, as: UTF8.self).hasPrefix("https://"))

    event.callerDisplayName = "Ann"
    event.onBehalfOf = "8:orgid:\(Self.guid)"
    event.customContext = try Self.node(
      Array(#"{"sipHeaders":{"X-MS-Custom-a":"1"},"voipHeaders":{"k":"v"}}"#.utf8))
    let full = try Self.node(event.body(.cloudEvents))["data"]
    #expect(full?["callerDisplayName"]?.string == "Ann")
    #expect(full?["onBehalfOfCallee"]?["kind"]?.string == "microsoftTeamsUser")
    #expect(full?["customContext"]?["sipHeaders"]?["X-MS-Custom-a"]?.string == "1")
    #expect(full?["customContext"]?["voipHeaders"]?["k"]?.string == "v")
  }

  @Test(
    "writes each party with its kind, its raw id and the object of that kind",
    arguments: [
      (
        "4:+14255550123",
        #"{"kind":"phoneNumber","rawId":"4:+14255550123","phoneNumber":{"value":"+14255550123"}}"#
      ),
      (
        "4:anonymous",
        #"{"kind":"phoneNumber","rawId":"4:anonymous","phoneNumber":{"value":"anonymous"}}"#
      ),
      (
        user,
        #"{"kind":"communicationUser","rawId":"\#(user)","communicationUser":{"id":"\#(user)"}}"#
      ),
      (
        "8:gcch:\(guid)",
        #"{"kind":"microsoftTeamsUser","rawId":"8:gcch:\#(guid)","microsoftTeamsUser":{"userId":"\#(guid)","isAnonymous":false,"cloud":"gcch"}}"#
      ),
      (
        "8:teamsvisitor:abc",
        #"{"kind":"microsoftTeamsUser","rawId":"8:teamsvisitor:abc","microsoftTeamsUser":{"userId":"abc","isAnonymous":true,"cloud":"public"}}"#
      ),
      (
        "28:orgid:\(guid)",
        #"{"kind":"microsoftTeamsApp","rawId":"28:orgid:\#(guid)","microsoftTeamsApp":{"appId":"\#(guid)","cloud":"public"}}"#
      ),
      (
        "8:acs:\(resource)_\(resource)_\(guid)",
        #"{"kind":"teamsExtensionUser","rawId":"8:acs:\#(resource)_\#(resource)_\#(guid)","teamsExtensionUser":{"userId":"\#(guid)","tenantId":"\#(resource)","resourceId":"\#(resource)","cloud":"public"}}"#
      ),
      ("48:bot", #"{"kind":"unknown","rawId":"48:bot"}"#),
    ])
  func parties(_ rawID: String, _ json: String) throws {
    let body = String(decoding: Self.event(from: rawID).body(.cloudEvents), as: UTF8.self)
    #expect(body.contains(#""from":\#(json),"#))
  }

  @Test(
    "is delivered with Event Grid's fields",
    arguments: [
      (
        IncomingCallEvent.Schema.eventGrid,
        [
          "aeg-subscription-name: REDIRECT-EMULATOR", "aeg-delivery-count: 2",
          "aeg-event-type: Notification", "aeg-metadata-version: 1", "aeg-data-version: 1.0",
        ]
      ),
      (
        .cloudEvents,
        [
          "aeg-subscription-name: REDIRECT-EMULATOR", "aeg-delivery-count: 2",
          "aeg-event-type: Notification", "aeg-metadata-version: 1.0",
          "Origin: eventgrid.azure.net",
        ]
      ),
    ])
  func headers(_ schema: IncomingCallEvent.Schema, _ lines: [String]) {
    #expect(
      DeliveryHeaders.notification(schema, count: 2).map { "\($0.name): \($0.value)" } == lines)
  }

  @Test("follows a validation that asks for its code")
  func validation() throws {
    let validation = SubscriptionValidation(
      id: "v", source: .init(id: Self.resource, name: "main"), time: Instant(seconds: 0),
      code: "abcdef00-0000-4000-8000-000000000000")
    guard case .array(let events) = try Self.node(validation.body).content else {
      Issue.record("no array")
      return
    }
    let event = try #require(events.first)
    #expect(event["eventType"]?.string == "Microsoft.EventGrid.SubscriptionValidationEvent")
    #expect(event["eventTime"]?.string == "1970-01-01T00:00:00.0000000Z")
    #expect(event["topic"]?.string == Self.topic)
    #expect(
      event["data"]?["validationCode"]?.string == "ABCDEF00-0000-4000-8000-000000000000")
  }
}
