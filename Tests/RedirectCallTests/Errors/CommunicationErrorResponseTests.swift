import Foundation
import RedirectCall
import Testing

@Suite struct CommunicationErrorResponseTests {
  @Test("members are in the contract's order, absent ones not at all")
  func order() {
    let error = CommunicationError(
      code: "8523", message: "m", target: "t",
      details: [
        CommunicationError(code: "a", message: "b", target: "c"),
        CommunicationError(code: "d", message: "e"),
      ], innererror: CommunicationError(code: "7501", message: "i"))
    #expect(
      String(decoding: CommunicationErrorResponse.render(error), as: UTF8.self)
        == #"{"error":{"code":"8523","message":"m","target":"t","details":"#
        + #"[{"code":"a","message":"b","target":"c"},{"code":"d","message":"e"}],"#
        + #""innererror":{"code":"7501","message":"i"}}}"#)
    #expect(
      CommunicationErrorResponse.render(CommunicationError(code: "x", message: ""))
        == Array(#"{"error":{"code":"x","message":""}}"#.utf8))
  }

  @Test(
    "any text survives the way through JSON",
    arguments: [
      "plain", "\"\\/", "\n\r\t\u{8}\u{C}\u{0}\u{1F}\u{7F}", "ä€𝄞\u{2028}", "\u{FFFD}", "'</x>",
    ])
  func escapes(text: String) throws {
    let bytes = CommunicationErrorResponse.render(
      CommunicationError(code: text, message: text, target: text))
    #expect(!bytes.contains { $0 < 0x20 || $0 == 0x7F })
    let object = try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: [String: String]]
    #expect(object?["error"] == ["code": text, "message": text, "target": text])
  }

  @Test("control characters are escaped the short way where there is one")
  func shortEscapes() {
    #expect(
      CommunicationErrorResponse.render(CommunicationError(code: "", message: "\n\r\t\"\\\u{1}"))
        == Array(#"{"error":{"code":"","message":"\n\r\t\"\\\u0001"}}"#.utf8))
  }
}
