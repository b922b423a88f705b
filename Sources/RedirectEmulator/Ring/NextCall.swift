import Core
import Documents
import RedirectCall
import Synchronization

/// The call that a redirect makes: if its target is a number or user of the resource itself, a new call rings there,
/// with an event of its own.
enum NextCall {
  /// The most calls of one chain: an app that redirects to itself would never stop.
  static let chainLimit = 10

  /// The raw id of a redirect's target, if that is the resource's own; otherwise nil.
  static func callee(
    _ target: RedirectCallRequest.Target, _ body: Span<UInt8>, of resource: ResourceCore
  )
    -> String?
  {
    // Without a call that is delivered, no event follows.
    guard resource.deliversEvents.load(ordering: .acquiring) else { return nil }
    switch target.kind {
    case .phoneNumber:
      if resource.settings.ownNumbers.isEmpty { return nil }
      let text = (target.rawID ?? target.id).string(in: body)
      let rawID = text.hasPrefix("4:") ? text : "4:" + text
      return resource.settings.ownNumbers.contains(rawID) ? rawID : nil
    case .communicationUser:
      let rawID = (target.rawID ?? target.id).string(in: body)
      return rawID.hasPrefix("8:acs:\(resource.id)_") ? rawID : nil
    case .unknown, .microsoftTeamsUser, .microsoftTeamsApp, .teamsExtensionUser: return nil
    }
  }
}

extension ResourceCore.State {
  /// Makes the next call of a chain ring, and records its number in the one that was redirected.
  ///
  /// - Returns: its number; 0 if none was made.
  mutating func ringNext(
    after number: UInt64, to callee: String, _ resource: ResourceCore, at now: Instant
  )
    -> UInt64
  {
    guard let first = calls[number], let delivery = first.delivery else { return 0 }
    guard first.chainLength + 1 < NextCall.chainLimit else {
      calls.update(number) { $0.endsChain = true }
      return 0
    }
    var settings = CallSettings()
    settings.form = first.context.utf8.count < 1_024 ? .short : .real
    (settings.from, settings.to) = (first.from, callee)
    settings.callerDisplayName = delivery.details.callerDisplayName
    settings.ringsFor = .nanoseconds(first.ringsUntil.nanoseconds &- first.rangAt.nanoseconds)
    settings.delivery = delivery.following()
    settings.chainLength = first.chainLength + 1
    let call = resource.newCall(settings, at: now)
    guard !calls.isFull(at: now), resource.budget.take(call.cost, for: .call, .large) else {
      resource.budget.countRefusal(of: .call)
      return 0
    }
    let made = calls.register(call)
    calls.update(number) { $0.next = made.number }
    settleCalls(resource.budget, extra: call.cost)
    return made.number
  }
}
