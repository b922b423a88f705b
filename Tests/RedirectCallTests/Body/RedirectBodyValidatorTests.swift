import Documents
import RedirectCall
import Testing

/// What good bodies are read as, and which faults the schema's every rule gives.
@Suite struct RedirectBodyValidatorTests {
  static let guid = Bodies.guid

  struct Good: Sendable, CustomTestStringConvertible {
    var target: String
    var kind: IdentifierKind
    var id: String
    var rawID: String?
    var testDescription: String { target }

    init(_ target: String, _ kind: IdentifierKind, _ id: String, _ rawID: String? = nil) {
      (self.target, self.kind, self.id, self.rawID) = (target, kind, id, rawID)
    }
  }

  static let good: [Good] = [
    Good(#"{"kind":"communicationUser","communicationUser":{"id":"x"}}"#, .communicationUser, "x"),
    Good(#"{"rawId":"r","communicationUser":{"id":"x"}}"#, .communicationUser, "x", "r"),
    Good(#"{"communicationUser":{"id":"x"},"rawId":"r"}"#, .communicationUser, "x", "r"),
    Good(#"{"rawId":"4:+1425","phoneNumber":{"value":"+1425"}}"#, .phoneNumber, "+1425", "4:+1425"),
    Good(
      #"{"phoneNumber":{"value":"anonymous","isAnonymous":true,"assertedId":"a"}}"#, .phoneNumber,
      "anonymous"),
    Good(
      #"{"phoneNumber":{"value":"1","isAnonymous":null,"assertedId":null}}"#, .phoneNumber, "1"),
    Good(
      #"{"microsoftTeamsUser":{"userId":"u","isAnonymous":false,"cloud":"PUBLIC"}}"#,
      .microsoftTeamsUser, "u"),
    Good(#"{"microsoftTeamsUser":{"userId":"u","cloud":"mars"}}"#, .microsoftTeamsUser, "u"),
    Good(#"{"microsoftTeamsApp":{"appId":"a","cloud":"gcch"}}"#, .microsoftTeamsApp, "a"),
    Good(
      #"{"teamsExtensionUser":{"resourceId":"r","tenantId":"t","userId":"u","cloud":"dod"}}"#,
      .teamsExtensionUser, "u"),
    // `kind` without case, unknown, null.
    Good(#"{"kind":"PHONENUMBER","phoneNumber":{"value":"1"}}"#, .phoneNumber, "1"),
    Good(#"{"kind":"fax","phoneNumber":{"value":"1"}}"#, .phoneNumber, "1"),
    Good(#"{"kind":null,"phoneNumber":{"value":"1"}}"#, .phoneNumber, "1"),
    // Null objects are absent.
    Good(
      #"{"communicationUser":null,"phoneNumber":{"value":"1"},"rawId":null}"#, .phoneNumber, "1"),
    // A raw id alone.
    Good(#"{"rawId":"48:echo"}"#, .unknown, "48:echo", "48:echo"),
    Good(#"{"rawId":"4:+14255550123"}"#, .phoneNumber, "+14255550123", "4:+14255550123"),
    Good(#"{"rawId":"8:orgid:\#(guid)"}"#, .microsoftTeamsUser, guid, "8:orgid:\(guid)"),
    Good(#"{"rawId":"28:dod:\#(guid)"}"#, .microsoftTeamsApp, guid, "28:dod:\(guid)"),
    Good(#"{"rawId":"\#(Bodies.user)"}"#, .communicationUser, Bodies.user, Bodies.user),
    Good(#"{"kind":"unknown","rawId":"4:+1"}"#, .unknown, "4:+1", "4:+1"),
    Good(#"{"kind":"phoneNumber","rawId":"x"}"#, .phoneNumber, "x", "x"),
    Good(#"{"kind":"fax","rawId":"48:x"}"#, .unknown, "48:x", "48:x"),
    // Unknown members inside the target and its objects; escapes in names and values.
    Good(
      #"{"extra":[1,{"a":[]}],"phoneNumber":{"x":{"y":null},"value":"1"}}"#, .phoneNumber, "1"),
    Good(#"{"phone\u004Eumber":{"v\u0061lue":"\u002B1\n\ud834\udd1e"}}"#, .phoneNumber, "+1\n𝄞"),
    Good(#"{"r\u0061wId":"4\u003A+1"}"#, .unknown, "4:+1", "4:+1"),
    Good(#"{"k\u0069nd":"phone\u004eumber","rawId":"x"}"#, .phoneNumber, "x", "x"),
    Good(" { \"phoneNumber\"\r\n:\t{ \"value\" : \"ä€\" } } ", .phoneNumber, "ä€"),
  ]

  @Test("a good target is read as its kind and what names it", arguments: good)
  func reads(good: Good) throws {
    let bytes = Array(Bodies.with(target: good.target).utf8)
    let request = try RedirectBodyValidator.validate(bytes.span, version: .v2026March12)
    #expect(request.incomingCallContext.string(in: bytes.span) == "H4sIAAAA")
    #expect(request.target.kind == good.kind)
    #expect(request.target.id.string(in: bytes.span) == good.id)
    #expect(request.target.rawID?.string(in: bytes.span) == good.rawID)
  }

  static let faulty: [(body: String, targets: [String])] = [
    // The top.
    ("[]", ["$"]), ("\"x\"", ["$"]), ("null", ["$"]), ("1", ["$"]), ("true", ["$"]),
    ("{}", ["incomingCallContext", "target"]),
    (#"{"incomingCallContext":"x"}"#, ["target"]),
    (#"{"incomingCallContext":"x","target":null}"#, ["target"]),
    (#"{"incomingCallContext":"x","target":"y"}"#, ["target"]),
    (#"{"incomingCallContext":"x","target":[]}"#, ["target"]),
    (#"{"target":{"rawId":"x"}}"#, ["incomingCallContext"]),
    (#"{"target":{"rawId":"x"},"incomingCallContext":null}"#, ["incomingCallContext"]),
    (#"{"target":{"rawId":"x"},"incomingCallContext":""}"#, ["incomingCallContext"]),
    (#"{"target":{"rawId":"x"},"incomingCallContext":7}"#, ["incomingCallContext"]),
    (
      #"{"target":{"rawId":"x"},"incomingCallContext":{"a":1,"a":1}}"#,
      ["incomingCallContext.a", "incomingCallContext"]
    ),
    // Given twice.
    (Bodies.with(target: #"{"rawId":"x"}"#, more: #","target":{"rawId":"x"}"#), ["target"]),
    (Bodies.with(target: #"{"rawId":"x"}"#, more: #","t\u0061rget":null"#), ["target"]),
    (
      Bodies.with(target: #"{"rawId":"x"}"#, more: #","incomingCallContext":"""#),
      ["incomingCallContext"]
    ),
    (Bodies.with(target: #"{"rawId":"x","rawId":"x"}"#), ["target.rawId"]),
    (Bodies.with(target: #"{"rawId":"x","kind":null,"kind":null}"#), ["target.kind"]),
    (
      Bodies.with(target: #"{"phoneNumber":{"value":"1"},"phoneNumber":{"value":"1"}}"#),
      ["target.phoneNumber"]
    ),
    (
      Bodies.with(target: #"{"phoneNumber":{"value":"1","value":"1"}}"#),
      ["target.phoneNumber.value"]
    ),
    (Bodies.with(target: #"{"rawId":"x","z":1,"\u007a":1}"#), ["target.z"]),
    (
      Bodies.with(target: #"{"rawId":"x","z":[0,{"q":{"a":1,"b":2,"a":3}}]}"#),
      ["target.z[1].q.a"]
    ),
    (
      Bodies.with(target: #"{"rawId":"x","phoneNumber":{"value":"1","e":{"a":1,"a":1}}}"#),
      ["target.phoneNumber.e.a"]
    ),
    // The target.
    (Bodies.with(target: "{}"), ["target"]),
    (Bodies.with(target: #"{"kind":"unknown"}"#), ["target"]),
    (Bodies.with(target: #"{"kind":"fax"}"#), ["target"]),
    (Bodies.with(target: #"{"kind":"phoneNumber"}"#), ["target.phoneNumber"]),
    (
      Bodies.with(target: #"{"kind":"microsoftteamsuser","microsoftTeamsUser":null}"#),
      ["target.microsoftTeamsUser"]
    ),
    (Bodies.with(target: #"{"rawId":null}"#), ["target"]),
    (Bodies.with(target: #"{"rawId":""}"#), ["target"]),
    (Bodies.with(target: #"{"rawId":1}"#), ["target.rawId"]),
    (Bodies.with(target: #"{"rawId":"x","kind":1}"#), ["target.kind"]),
    (Bodies.with(target: #"{"Phonenumber":{"value":"1"}}"#), ["target"]),
    (
      Bodies.with(target: #"{"kind":"phoneNumber","communicationUser":{"id":"x"}}"#),
      ["target.kind"]
    ),
    (Bodies.with(target: #"{"kind":"unknown","communicationUser":{"id":"x"}}"#), ["target.kind"]),
    (
      Bodies.with(target: #"{"phoneNumber":{"value":"1"},"communicationUser":{"id":"x"}}"#),
      ["target"]
    ),
    (Bodies.with(target: #"{"phoneNumber":"1"}"#), ["target.phoneNumber"]),
    (Bodies.with(target: #"{"rawId":"x","phoneNumber":["1"]}"#), ["target.phoneNumber"]),
    // The five objects.
    (Bodies.with(target: #"{"communicationUser":{}}"#), ["target.communicationUser.id"]),
    (Bodies.with(target: #"{"communicationUser":{"id":null}}"#), ["target.communicationUser.id"]),
    (Bodies.with(target: #"{"communicationUser":{"id":""}}"#), ["target.communicationUser.id"]),
    (Bodies.with(target: #"{"communicationUser":{"id":5}}"#), ["target.communicationUser.id"]),
    (Bodies.with(target: #"{"communicationUser":{"value":"x"}}"#), ["target.communicationUser.id"]),
    (
      Bodies.with(target: #"{"rawId":"x","communicationUser":{}}"#),
      ["target.communicationUser.id"]
    ),
    (Bodies.with(target: #"{"phoneNumber":{"id":"x"}}"#), ["target.phoneNumber.value"]),
    (
      Bodies.with(target: #"{"phoneNumber":{"value":"1","isAnonymous":"yes"}}"#),
      ["target.phoneNumber.isAnonymous"]
    ),
    (
      Bodies.with(target: #"{"phoneNumber":{"value":"1","assertedId":2}}"#),
      ["target.phoneNumber.assertedId"]
    ),
    (Bodies.with(target: #"{"microsoftTeamsUser":{}}"#), ["target.microsoftTeamsUser.userId"]),
    (
      Bodies.with(target: #"{"microsoftTeamsUser":{"userId":"u","cloud":true,"isAnonymous":0}}"#),
      ["target.microsoftTeamsUser.cloud", "target.microsoftTeamsUser.isAnonymous"]
    ),
    (
      Bodies.with(target: #"{"microsoftTeamsApp":{"userId":"u"}}"#),
      ["target.microsoftTeamsApp.appId"]
    ),
    (
      Bodies.with(target: #"{"teamsExtensionUser":{}}"#),
      [
        "target.teamsExtensionUser.userId", "target.teamsExtensionUser.tenantId",
        "target.teamsExtensionUser.resourceId",
      ]
    ),
    (
      Bodies.with(target: #"{"teamsExtensionUser":{"userId":"u","resourceId":"r","tenantId":[]}}"#),
      ["target.teamsExtensionUser.tenantId"]
    ),
    // Many at once, in the body's order.
    (
      #"{"target":{"kind":3,"phoneNumber":{"value":{}}},"x":1,"incomingCallContext":[]}"#,
      ["target.kind", "target.phoneNumber.value", "incomingCallContext"]
    ),
  ]

  @Test("each fault is reported with its path", arguments: faulty)
  func faults(body: String, targets: [String]) throws {
    let rejection = try #require(Bodies.refusal(body))
    #expect(rejection.stage == .body)
    #expect(rejection.status == 400)
    #expect(rejection.section == "5. Body")
    #expect(Bodies.faults(body) == targets)
    #expect(rejection.error.code == "8523")
    #expect(rejection.error.details.allSatisfy { $0.code == "8523" && !$0.message.isEmpty })
    #expect(rejection.error.details.count == (targets.count > 1 ? targets.count : 0))
  }

  @Test("messages say what was wrong and what was expected")
  func messages() {
    #expect(
      Bodies.refusal(Bodies.with(target: #"{"phoneNumber":{"value":5}}"#))?.error
        == CommunicationError(
          code: "8523", message: "value must be a string, but is a number.",
          target: "target.phoneNumber.value"))
    #expect(
      Bodies.refusal("{}")?.error
        == CommunicationError(
          code: "8523",
          message: "The request body has 2 faults, at incomingCallContext, target. The first: "
            + "incomingCallContext is required and must be a string that is not empty. All of them "
            + "are in details.",
          details: [
            CommunicationError(
              code: "8523",
              message: "incomingCallContext is required and must be a string that is not empty.",
              target: "incomingCallContext"),
            CommunicationError(
              code: "8523",
              message: "target is required and must be an object that identifies whom to call.",
              target: "target"),
          ]))
  }

  @Test("faults beyond the thirty-second are counted, not told")
  func manyFaults() throws {
    let members = (0..<100).map { "\"m\($0)\":1" }.joined(separator: ",")
    let error = try #require(Bodies.refusal("{\(members)}", strict: true)).error
    #expect(error.details.count == 32)
    #expect(error.message.contains("more than 32 faults"))
  }

  @Test("a member name of any length is shown in short")
  func longName() throws {
    let name = String(repeating: "ä", count: 10_000)
    let error = try #require(
      Bodies.refusal(
        Bodies.with(target: #"{"rawId":"x"}"#, more: ",\"\(name)\":1"), strict: true)
    ).error
    #expect(error.target == String(repeating: "ä", count: 64) + "…")
    #expect(error.message.count < 300)
  }

  @Test("a context of any length and content is read whole", arguments: Array(0..<70) + [8_000])
  func contexts(length: Int) throws {
    for text in ["a", "\\n", "ä", "\\\""] {
      for tail in ["", "ä", "\\t", "\\u00e4x"] {
        let content = String(repeating: "a", count: length) + text + tail
        let body = Array(
          "{\"incomingCallContext\":\"\(content)\",\"target\":{\"rawId\":\"x\"}}".utf8)
        let request = try RedirectBodyValidator.validate(body.span, version: .v2026March12)
        let context = request.incomingCallContext
        #expect(context.hasEscapes == content.contains("\\"))
        #expect(Array(content.utf8) == Array(body[context.range]))
      }
    }
  }
}
