import Core
import LibCrypto
import RedirectCall

extension IncomingCallEvent {
  /// An event of a call that does not ring anywhere, to be read or to be sent by hand.
  ///
  /// - Parameters:
  ///   - from: the caller's raw id; nil is a number.
  ///   - to: the callee's raw id; nil is a user of the default resource.
  package static func standalone(
    from: String?, to: String?, form: EmulatedContext.Form, time: Instant
  ) -> IncomingCallEvent {
    let resource = DevelopmentKeys.resourceID
    let caller = from ?? CallSettings.defaultCaller
    let callee = to ?? CallSettings.defaultCallee(of: resource)
    let correlationID = SecureRandom.uuid()
    return IncomingCallEvent(
      id: SecureRandom.uuid(), source: Source(id: resource, name: ResourceStore.defaultName),
      time: time, from: caller, to: callee,
      incomingCallContext: EmulatedContext.make(
        form, resourceID: resource, callID: correlationID,
        EmulatedContext.Parties(from: caller, to: callee)),
      correlationID: correlationID)
  }
}
