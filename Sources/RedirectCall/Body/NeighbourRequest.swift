import Core
import Documents

/// What the body of `:reject` or `:answer` says. Contract guide, "1. The operation".
package struct NeighbourRequest: Sendable, Equatable {
  package var incomingCallContext: String
  /// Of `:answer`: where the service would send the call's events.
  package var callbackURI: String?
  /// Of `:answer`: what those events would repeat.
  package var operationContext: String?

  /// The reasons of `:reject` that the documents name.
  package static let reasons = ["none", "busy", "forbidden"]

  /// - Parameter strict: refuse also what the service's documents do not guarantee: a reason that they do not name, a
  ///   callback over http.
  package init(_ body: Span<UInt8>, of operation: CallOperation, strict: Bool)
    throws(Rejection)
  {
    guard let text = String(validating: body.array(in: 0..<body.count), as: UTF8.self) else {
      throw Self.refuse("$", "The body is not UTF-8.")
    }
    let document: DocumentNode
    do throws(DocumentErrors) {
      document = try Document.parse(text, as: .json)
    } catch {
      throw Self.refuse(
        "$",
        "The body is not JSON (RFC 8259): "
          + error.issues.map(\.description).joined(separator: " "))
    }
    guard case .object = document.content else {
      throw Self.refuse("$", "The body must be a JSON object.")
    }
    guard let context = try Self.string("incomingCallContext", document), !context.isEmpty else {
      throw Self.refuse(
        "incomingCallContext",
        "incomingCallContext is required and must be a string that is not empty.")
    }
    incomingCallContext = context
    guard operation == .answer else {
      let reason = try Self.string("callRejectReason", document)
      if let reason, reason.isEmpty || strict && !Self.reasons.contains(reason) {
        throw Self.refuse(
          "callRejectReason",
          "callRejectReason must be one of \(Self.reasons.joined(separator: ", ")).")
      }
      return
    }
    operationContext = try Self.string("operationContext", document)
    callbackURI = try Self.string("callbackUri", document)
    guard let callbackURI, Self.isURI(callbackURI, strict: strict) else {
      throw Self.refuse(
        "callbackUri",
        "The field CallbackUri is invalid: it is required and must be an absolute URI of https\(strict ? "" : " or http")."
      )
    }
  }

  private static func isURI(_ text: String, strict: Bool) -> Bool {
    let schemes = strict ? ["https://"] : ["https://", "http://"]
    guard let scheme = schemes.first(where: { text.lowercased().hasPrefix($0) }) else {
      return false
    }
    let rest = text.dropFirst(scheme.count)
    return !rest.isEmpty && rest.first != "/"
      && rest.utf8.allSatisfy { $0 > ASCII.space && $0 < ASCII.delete }
  }

  /// A member that is a string or absent.
  private static func string(_ name: String, _ document: DocumentNode) throws(Rejection)
    -> String?
  {
    guard let member = document[name], !member.isNull else { return nil }
    guard let text = member.string else { throw refuse(name, "\(name) must be a string.") }
    return text
  }

  private static func refuse(_ target: String, _ message: String) -> Rejection {
    BodyFaults.rejection(
      CommunicationError(code: ErrorCode.invalidArgument, message: message, target: target))
  }
}
