import Core
import Documents
import RedirectCall

/// The call that a request is about, if its context has to be looked up. Contract guide, "7. The call".
struct AskedCall {
  /// The request's `incomingCallContext`.
  let context: String
  /// Whether the emulator made the context, and for another resource than the request's.
  let isOfAnotherResource: Bool
  /// Whether only registered calls ring at the resource.
  let hasToBeRegistered: Bool

  /// Nil if any context is accepted, so that no text has to be made from it: no call was registered at the resource,
  /// none has to be, and the context was not made by the emulator.
  init?(_ text: JSONText, of resource: ResourceCore, _ body: Span<UInt8>) {
    hasToBeRegistered = resource.settings.calls == .registered
    let mayBeMade = text.hasEscapes || EmulatedContext.begins(text.range, in: body)
    guard hasToBeRegistered || mayBeMade || resource.hasRegisteredCalls else { return nil }
    context = text.string(in: body)
    let owner = mayBeMade ? EmulatedContext.resourceID(of: context) : nil
    isOfAnotherResource = owner.map { $0 != resource.id } ?? false
  }

  /// The call that a neighbour's request is about.
  init(_ context: String, of resource: ResourceCore) {
    self.context = context
    hasToBeRegistered = resource.settings.calls == .registered
    isOfAnotherResource =
      EmulatedContext.resourceID(of: context).map { $0 != resource.id } ?? false
  }

  /// The call of a request that was refused before its body had passed: such requests are part of a call's story too.
  /// Nil if no call was registered at the resource, or if the body does not say which call.
  init?(ofRefused body: Span<UInt8>, at resource: ResourceCore) {
    guard resource.hasRegisteredCalls, let context = IncomingCallContext.find(in: body) else {
      return nil
    }
    self.context = context
    (hasToBeRegistered, isOfAnotherResource) = (false, false)
  }
}
