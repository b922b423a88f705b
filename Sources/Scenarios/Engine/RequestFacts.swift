/// The facts about a request that rules need. Numbers are read for every request. Texts are read only if a rule needs
/// one, so they can be made on demand.
package protocol RequestFacts: ~Copyable, ~Escapable {
  /// Whether the request passed all checks before the operation.
  var isValid: Bool { get }
  /// The number of the try of its logical request, from 1.
  var attempt: Int { get }
  /// The number of the logical request of the resource, from 1.
  var call: Int { get }
  /// The number of the request about one registered call, from 1; 0 if it is about none.
  var ofCall: Int { get }
  /// How many deliveries of its registered call's event had begun when it came; 0 if it is about none.
  var deliveries: Int { get }
  /// The number of the connection, from 1.
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

/// The texts of a request that the rules of a scenario need, of those that cost something to keep.
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
