import Core
import HTTP1

/// The operations' places: `POST /calling/callConnections:redirect`, and its neighbours. Contract guide, "1. The
/// operation".
package enum OperationRoute {
  package static let path = path(of: .redirect)

  package static func path(of operation: CallOperation) -> String {
    "/calling/callConnections:" + operation.rawValue
  }

  /// Passes if the request is for an operation: its path, with the colon plain or percent-encoded and nothing else
  /// encoded, without a trailing slash, and the method POST.
  ///
  /// For a target in absolute-form the path is that of the URI; its authority is not checked here.
  package static func check(message: Span<UInt8>, head: RequestHead) throws(Rejection)
    -> CallOperation
  {
    guard let operation = operation(message: message, path: head.target.path) else {
      throw notFound(message: message, head: head)
    }
    guard head.method == .post else {
      let method = shortened(string(message, head.methodBytes))
      throw Rejection(
        stage: .route, status: 405,
        error: CommunicationError(
          code: ErrorCode.methodNotAllowed,
          message: "The method \(method) is not allowed at \(path(of: operation)); use POST."),
        fields: [ResponseField("Allow", "POST")], section: ContractSection.operation)
    }
    return operation
  }

  /// The refusal of a path that is not an operation's, or one of an operation that is switched off.
  ///
  /// - Parameter neighbour: that operation.
  package static func notFound(
    message: Span<UInt8>, head: RequestHead, neighbour: CallOperation? = nil
  ) -> Rejection {
    let hint =
      neighbour.map { " The emulator serves :\($0.rawValue) with --neighbours on." } ?? ""
    return Rejection(
      stage: .route, status: 404,
      error: CommunicationError(
        code: ErrorCode.resourceNotFound,
        message: "There is no resource at '\(text(head.target, in: message))'; the operation is "
          + "POST \(path).\(hint)"),
      section: ContractSection.operation)
  }

  /// The operation that `path` names.
  package static func operation(message: Span<UInt8>, path: Range<Int>) -> CallOperation? {
    // This is the usual operation, and then no other is compared.
    if matches(message: message, path: path, suffix: "redirect") { return .redirect }
    if matches(message: message, path: path, suffix: "answer") { return .answer }
    return matches(message: message, path: path, suffix: "reject") ? .reject : nil
  }

  private static func matches(message: Span<UInt8>, path: Range<Int>, suffix: StaticString)
    -> Bool
  {
    guard path.lowerBound >= 0, path.upperBound <= message.count else { return false }
    let prefix: StaticString = "/calling/callConnections"
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
