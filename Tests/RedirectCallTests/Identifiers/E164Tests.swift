import RedirectCall
import Testing

@Suite struct E164Tests {
  @Test(
    "a plus sign and 2 to 15 digits are a number",
    arguments: [
      ("+14255550123", true), ("+12", true), ("+123456789012345", true), ("+1", false),
      ("+1234567890123456", false), ("+", false), ("", false), ("14255550123", false),
      ("+04255550123", false), ("+1425555a123", false), ("+1 4255550123", false),
      ("anonymous", false), ("+１２３４", false),
    ])
  func number(text: String, isNumber: Bool) {
    let bytes = Array(text.utf8)
    #expect(E164.isNumber(bytes.span, in: 0..<bytes.count) == isNumber)
  }
}
