import RedirectEmulator
import Testing

@Suite struct ControlErrorTests {
  @Test("an error is shown in the interface's shape")
  func errors() {
    let error = ControlError.unknownName("rul", among: ["rule"], what: "member")
    #expect(
      String(decoding: error.json, as: UTF8.self)
        == #"{"error":{"code":"UnknownName","message":"There is no member 'rul'. "#
        + #"Did you mean 'rule'? Allowed is rule.","target":"rul"}}"#)
  }
}
