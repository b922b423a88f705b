import Core
import EventLoop
import LibCrypto
import Scenarios

extension Resource {
  /// Lets a call ring as a day says, and has its event delivered to an app.
  ///
  /// - Parameter webhook: the app's; it need not be one of the configuration's.
  package func ring(_ day: Day.Ring, at webhook: Webhook) {
    var settings = CallSettings()
    settings.form = day.context == .short ? .short : .real
    settings.from = day.from
    settings.to = day.to
    if let time = day.ringsFor { settings.ringsFor = time }
    var redelivery = RedeliveryRules()
    if let time = day.redeliverAfter { redelivery.after = time }
    if let most = day.maxDeliveries { redelivery.most = most }
    settings.delivery = DeliverySettings(
      webhook, schema: day.schema == .cloudEvents ? .cloudEvents : .eventGrid,
      validates: day.validate ?? false, redelivery: redelivery, eventID: SecureRandom.uuid())
    let call = resource.newCall(settings, wallClock: SystemCall.realtimeNow())
    // The emulator's owner asks for it.
    core.resources.insist(on: call.cost, for: .call)
    core.rings(resource.register(call), at: resource)
  }

  /// Makes all as at start, with other rules and the machine's clock.
  package func begin(_ scenario: Scenario) {
    reset(clearsScenario: true)
    clockOffset = .zero
    core.load(scenario, into: resource, SystemCall.realtimeNow())
  }

  /// What happens at the moment.
  package var dayActivity: DayActivity {
    let calls = calls
    let snapshot = core.metricsSnapshot()
    var activity = DayActivity()
    // A delivery that a rule holds back does not count yet.
    activity.isBusy = snapshot.deliveriesOpen + snapshot.deliveriesWaiting > 0
    activity.hasRequests = snapshot.requests > 0 || calls.contains { !$0.attempts.isEmpty }
    activity.mark = [
      snapshot.accepted, snapshot.requests, UInt64(calls.reduce(0) { $0 + $1.attempts.count }),
      UInt64(calls.reduce(0) { $0 + $1.deliveries.count }),
      snapshot.deliveries.reduce(0, &+), UInt64(clamping: snapshot.deliveriesOpen),
    ]
    for call in calls {
      let isOpen = call.deliveries.contains(where: \.isOpen)
      if call.attempts.contains(where: \.isInFlight) { activity.isBusy = true }
      guard call.origin == .registered, isOpen || !call.verdict.isFinal else { continue }
      activity.undecided += 1
      activity.silence = max(activity.silence, call.silenceOfIdle)
      if call.mayRedirectInBackground { activity.isDoubtful = true }
      let due = call.deliveries.compactMap(\.next).map { $0.nanoseconds &- call.now.nanoseconds }
      for time in due + [call.changesIn].compactMap(\.self) where time > 0 {
        activity.step = min(activity.step, .nanoseconds(time))
      }
    }
    return activity
  }
}

/// What happens at a resource on a day: by it a drill knows when nothing does, and how far the clock may be moved.
package struct DayActivity: Sendable {
  /// Another one where something has begun or ended.
  package fileprivate(set) var mark: [UInt64] = []
  /// Whether a request or a delivery is on its way.
  package fileprivate(set) var isBusy = false
  /// Whether any request came, also one without a response yet.
  package fileprivate(set) var hasRequests = false
  /// How long nothing has to happen until nothing will, as far as clients decide it.
  package fileprivate(set) var silence = Duration.zero
  /// Whether an app may be about to redirect a call in the background, so that skipping time takes it away from the app.
  package fileprivate(set) var isDoubtful = false
  /// Calls that were made to ring and are not decided.
  package fileprivate(set) var undecided = 0
  /// How far the clock may be moved so that nothing that is due is skipped: one second, since not all that is due is
  /// known here, such as an event that a rule holds back.
  package fileprivate(set) var step = Duration.seconds(1)
}
