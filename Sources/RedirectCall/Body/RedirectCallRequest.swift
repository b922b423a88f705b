import Documents

/// What a valid body says, as places in its bytes. Contract guide, "5. Body".
package struct RedirectCallRequest: Sendable, Equatable {
  /// The opaque name of the ringing call, never empty.
  package var incomingCallContext: JSONText
  package var target: Target
  /// The members at the top level that the contract does not name, as far as they are remembered: each shortened,
  /// and at most ``ignoredLimit`` of them. Empty, and then without an allocation, for a body as documented.
  package var ignored: [String] = []

  /// The most ignored members that are named. Further ones are not mentioned.
  package static let ignoredLimit = 16

  /// The target of the redirect.
  package struct Target: Sendable, Equatable {
    /// The kind of the object that is given; without one, what `kind` names; without that, what the raw id's
    /// prefix says.
    package var kind: IdentifierKind
    /// What names the target: `phoneNumber.value`, `communicationUser.id`, `userId`, `appId`; if only a raw id is
    /// given, that part of it (``RawID/id``).
    package var id: JSONText
    package var rawID: JSONText?
  }
}
