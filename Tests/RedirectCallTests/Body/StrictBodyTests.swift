import RedirectCall
import Testing

/// What `--strict` adds to the schema.
@Suite struct StrictBodyTests {
  static let cases: [(target: String, fault: String?)] = [
    (#"{"phoneNumber":{"value":"+14255550123"}}"#, nil),
    (#"{"phoneNumber":{"value":"\u002B14255550123"}}"#, nil),
    (#"{"phoneNumber":{"value":"anonymous"}}"#, nil),
    (#"{"phoneNumber":{"value":"anonymous","isAnonymous":true}}"#, nil),
    (#"{"phoneNumber":{"value":"4255550123"}}"#, "target.phoneNumber.value"),
    (#"{"phoneNumber":{"value":"+14255550123","isAnonymous":true}}"#, "target.phoneNumber.value"),
    (#"{"rawId":"4:+14255550123","phoneNumber":{"value":"+14255550123"}}"#, nil),
    (#"{"rawId":"\#(Bodies.user)","phoneNumber":{"value":"+14255550123"}}"#, "target.rawId"),
    (#"{"rawId":"48:x","phoneNumber":{"value":"+14255550123"}}"#, "target.rawId"),
    (#"{"rawId":"\#(Bodies.user)","communicationUser":{"id":"\#(Bodies.user)"}}"#, nil),
    (#"{"rawId":"8:acs:x","communicationUser":{"id":"x"}}"#, "target.rawId"),
    (#"{"rawId":"8:orgid:\#(Bodies.guid)","microsoftTeamsUser":{"userId":"u"}}"#, nil),
    (#"{"rawId":"8:orgid:u","microsoftTeamsUser":{"userId":"u"}}"#, "target.rawId"),
    (#"{"rawId":"48:x"}"#, nil), (#"{"rawId":"4:1425"}"#, "target.rawId"),
    (#"{"kind":"phoneNumber","rawId":"4:+14255550123"}"#, nil),
    (#"{"kind":"phoneNumber","rawId":"48:x"}"#, "target.rawId"),
    (#"{"kind":"unknown","rawId":"48:x"}"#, nil),
    (#"{"kind":"unknown","rawId":"4:+14255550123"}"#, "target.rawId"),
  ]

  @Test(
    "a member beside the two is refused with its path, and without strict it is ignored",
    arguments: [
      (#","customContext":{}"#, ["customContext"]), (#","Target":1"#, ["Target"]),
      (#","id":"x""#, ["id"]), (#","":"x""#, [""]), (#","a":1,"b":2"#, ["a", "b"]),
    ])
  func others(more: String, names: [String]) throws {
    let body = Bodies.with(target: #"{"rawId":"48:x"}"#, more: more)
    #expect(Bodies.faults(body, strict: true) == names)
    #expect(Bodies.faults(body, strict: false) == [])
    let request = try Bodies.validate(body.utf8, .v2026March12, strict: false).get()
    #expect(request.ignored == names)
  }

  @Test(
    "what the documents do not promise is refused, and without strict it passes", arguments: cases)
  func strict(target: String, fault: String?) {
    let body = Bodies.with(target: target)
    #expect(Bodies.faults(body, strict: true) == (fault.map { [$0] } ?? []))
    #expect(Bodies.faults(body, strict: false) == [])
  }
}
