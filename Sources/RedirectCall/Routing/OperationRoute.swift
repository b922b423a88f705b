import Core
import HTTP1

/// The one operation's place: `POST /calling/callConnections:redirect`. Contract guide, "1. The operation".
package enum OperationRoute {
  package static let path = "/calling/callConnections:redirect"

  /// Passes where the request is for the operation: its path, with the colon plain or percent-encoded and
  /// nothing else encoded, without a trailing slash, and the method POST.
  ///
  /// For a target in absolute-form the path is that of the URI; its authority plays no part here.
  package static func check(message: Span<UInt8>, head: RequestHead) throws(Rejection) {
    guard matches(message: message, path: head.target.path) else {
      throw Rejection(
        stage: .route, status: 404,
        error: CommunicationError(
          code: ErrorCode.resourceNotFound,
          message: "There is no resource at '\(text(head.target, in: message))'; the operation is "
            + "POST \(path)."),
        section: ContractSection.operation)
    }
    guard head.method == .post else {
      let method = shortened(string(message, head.methodBytes))
      throw Rejection(
        stage: .route, status: 405,
        error: CommunicationError(
          code: ErrorCode.methodNotAllowed,
          message: "The method \(method) is not allowed at \(path); use POST."),
        fields: [ResponseField("Allow", "POST")], section: ContractSection.operation)
    }
  }

  /// Whether `path` is the operation's.
  package static func matches(message: Span<UInt8>, path: Range<Int>) -> Bool {
    guard path.lowerBound >= 0, path.upperBound <= message.count else { return false }
    let prefix: StaticString = "/calling/callConnections"
    let suffix: StaticString = "redirect"
    let afterPrefix = path.lowerBound + prefix.utf8CodeUnitCount
    switch path.count - prefix.utf8CodeUnitCount - suffix.utf8CodeUnitCount {
    case 1:
      guard message[afterPrefix] == ASCII.colon else { return false }
    case 3:
      guard message[afterPrefix] == ASCII.percentSign,
        message[afterPrefix + 1] == UInt8(ascii: "3"),
        message[afterPrefix + 2] | 0x20 == UInt8(ascii: "a")
      else { return false }
    default: return false
    }
    return message.holds(prefix, in: path.lowerBound..<afterPrefix)
      && message.holds(
        suffix, in: (path.upperBound - suffix.utf8CodeUnitCount)..<path.upperBound)
  }

  private static func text(_ target: RequestTarget, in message: Span<UInt8>) -> String {
    shortened(string(message, target.path.isEmpty ? target.whole : target.path), to: 128)
  }

  private static func string(_ message: Span<UInt8>, _ range: Range<Int>) -> String {
    message.string(in: range.clamped(to: 0..<message.count))
  }
}
