/// What rules ask of a request. Numbers are read for every request, the texts only where a rule needs one, so that
/// they may be made when they are asked for.
package protocol RequestFacts: ~Copyable, ~Escapable {
  /// Whether the request passed all checks before the operation.
  var isValid: Bool { get }
  /// Which try of its logical request, from 1.
  var attempt: Int { get }
  /// Which logical request of the resource, from 1.
  var call: Int { get }
  /// Which request about one registered call, from 1; 0 where it is about none.
  var ofCall: Int { get }
  /// How many deliveries of its registered call's event had begun when it came; 0 where it is about none.
  var deliveries: Int { get }
  /// Which connection, from 1.
  var connection: Int { get }
  var apiVersion: String? { get }
  /// The target's kind, as the service names it: `phoneNumber`.
  var targetKind: String? { get }
  /// The target's id: a phone number, a raw id, …
  var targetID: String? { get }
  /// `incomingCallContext`.
  var context: String? { get }
  /// `userToken`, `accessKey`, `entra` or `other`; nil if there is no credential.
  var authScheme: String? { get }
  var user: String? { get }
  /// The value of a field line, or of several joined by `, `; nil if there is none.
  ///
  /// - Parameter name: in any case.
  func header(_ name: String) -> String?
}

/// Which of a request's texts the rules of a scenario ask for, of those that cost something to keep.
package struct AskedFacts: OptionSet, Sendable {
  package let rawValue: UInt8

  package init(rawValue: UInt8) {
    self.rawValue = rawValue
  }

  package static let targetID = AskedFacts(rawValue: 1)
  package static let context = AskedFacts(rawValue: 2)
  package static let headers = AskedFacts(rawValue: 4)

  init(_ checks: [TextCheck]) {
    self = []
    for check in checks {
      switch check.fact {
      case TextCheck.targetID: insert(.targetID)
      case TextCheck.context: insert(.context)
      case TextCheck.firstHeader...: insert(.headers)
      default: break
      }
    }
  }
}
