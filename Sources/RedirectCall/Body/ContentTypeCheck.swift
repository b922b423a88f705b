import Core
import HTTP1

/// The check of a body's media type. RFC 9110 §8.3; Contract guide, "5. Body".
package enum ContentTypeCheck {
  /// Passes if there is one `Content-Type` line and it says `application/json`, compared without case, with any
  /// parameters. Anything else, several lines too, is 415.
  package static func check(message: Span<UInt8>, head: RequestHead) throws(Rejection) {
    var found: Range<Int>?
    for field in head.fields where field.known == .contentType {
      guard found == nil else {
        throw refused("Content-Type is given more than once; send one, application/json.")
      }
      found = field.value
    }
    guard let value = found, !value.isEmpty else {
      throw refused("Content-Type is missing; send application/json.")
    }
    guard isJSON(message, value) else {
      throw refused(
        "Content-Type is '\(shortened(message.string(in: value)))', but must be application/json.")
    }
  }

  private static func isJSON(_ message: Span<UInt8>, _ value: Range<Int>) -> Bool {
    let type: StaticString = "application/json"
    let end = value.lowerBound + type.utf8CodeUnitCount
    guard value.lowerBound >= 0, value.upperBound <= message.count, value.upperBound >= end,
      message.holds(ignoringCase: type, in: value.lowerBound..<end)
    else { return false }
    guard end < value.upperBound else { return true }
    for index in end..<value.upperBound {
      switch message[index] {
      case ASCII.space, ASCII.horizontalTab: continue
      case ASCII.semicolon: return true
      default: return false
      }
    }
    return true
  }

  private static func refused(_ message: String) -> Rejection {
    Rejection(
      stage: .body, status: 415,
      error: CommunicationError(
        code: ErrorCode.unsupportedMediaType, message: message, target: "Content-Type"),
      section: ContractSection.body)
  }
}
