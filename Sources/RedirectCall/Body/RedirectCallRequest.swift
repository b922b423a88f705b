import Documents

/// What a body that passed says, as places in its bytes. Contract guide, "5. Body".
package struct RedirectCallRequest: Sendable, Equatable {
  /// The opaque name of the ringing call, never empty.
  package var incomingCallContext: JSONText
  package var target: Target

  /// Whom the call is redirected to.
  package struct Target: Sendable, Equatable {
    /// The kind of the object that is given; without one, what `kind` names; without that, what the raw id's
    /// prefix says.
    package var kind: IdentifierKind
    /// What names the target: `phoneNumber.value`, `communicationUser.id`, `userId`, `appId`; where only a
    /// raw id is given, that part of it (``RawID/id``).
    package var id: JSONText
    package var rawID: JSONText?
  }
}
