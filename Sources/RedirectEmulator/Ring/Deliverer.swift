import Core
import EventLoop
import HTTP1
import RedirectCall
import Scenarios
import Synchronization

/// Delivers the events of calls to webhooks, on one loop: at once, and again after failures, on the clock of each call's
/// resource. A call always belongs to the same loop.
final class Deliverer {
  /// A call of a resource.
  private struct Key: Hashable {
    let resource: ObjectIdentifier
    let number: UInt64

    init(_ resource: ResourceCore, _ number: UInt64) {
      (self.resource, self.number) = (ObjectIdentifier(resource), number)
    }
  }

  /// A delivery that is due.
  private struct Due {
    let resource: ResourceCore
    let number: UInt64
  }

  /// A delivery that is due later.
  private struct Scheduled {
    let resource: ResourceCore
    let number: UInt64
    let due: Instant
    var timer: TimerID
  }

  /// A delivery that has its number and waits because of a rule.
  private struct Held {
    let delivery: BegunDelivery
    let due: Instant
    var timer: TimerID
    /// Whether it is sent only after an event of another call was sent.
    let comesLast: Bool

    /// Whether it is sent after this event, which is of a later call.
    func waits(for other: BegunDelivery) -> Bool {
      comesLast && delivery.resource === other.resource && delivery.number < other.number
    }
  }

  /// Events that are sent in one array.
  private struct BatchKey: Hashable {
    let resource: ObjectIdentifier
    let rule: Int
    let url: String
    let schema: IncomingCallEvent.Schema
  }

  private struct Batch {
    var deliveries: [BegunDelivery]
    let due: Instant
    var timer: TimerID
  }

  /// A delivery that is in progress.
  private final class Open {
    /// The deliveries with events in the same array.
    var others: [BegunDelivery] = []
    /// Whether it only repeats another one, so its end is not recorded.
    var isCopy = false
    let delivery: BegunDelivery
    /// On the resource's clock.
    let began: Instant
    /// Monotonic nanoseconds.
    let beganAt: UInt64
    let cost: Int
    var exchange: UInt64 = 0
    var timer: TimerID?
    /// Until when it waits, on the resource's clock.
    var deadline: Instant
    /// The result of the validation.
    var validation: ValidationOutcome?

    init(_ delivery: BegunDelivery, began: Instant, at time: UInt64, cost: Int) {
      (self.delivery, self.began, beganAt, self.cost) = (delivery, began, time, cost)
      deadline = began
    }
  }

  /// The most deliveries that are open at one time, over all loops.
  static let openLimit = 1_000
  /// The most deliveries of one loop that wait until another has ended, and the most that are held or due later.
  static let waitingLimit = 20_000

  let client: OutboundClient
  private let server: ServerCore
  private let loop: EventLoop
  private let metrics: Metrics
  /// This loop's part of ``openLimit``.
  private let limit: Int
  private var open: [UInt64: Open] = [:]
  private var lastOpen: UInt64 = 0
  private var waiting = Ring<Due>()
  private var waitingCount = 0
  private var scheduled: [Key: Scheduled] = [:]
  private var held: [UInt64: Held] = [:]
  private var lastHeld: UInt64 = 0
  private var batches: [BatchKey: Batch] = [:]
  private var isStopped = false
  private let rate: DeliveryRate?

  init(server: ServerCore, loop: EventLoop, metrics: Metrics) {
    (self.server, self.loop, self.metrics) = (server, loop, metrics)
    client = OutboundClient(on: loop, server.trust, lookups: server.lookups)
    limit = max(Self.openLimit / server.configuration.threads, 1)
    rate = server.address.isLoopback ? nil : server.deliveryRate
  }

  /// Drops all deliveries that are in progress and all that are due.
  func close() {
    isStopped = true
    for delivery in open.values {
      if let timer = delivery.timer { loop.cancel(timer) }
      server.resources.budget.give(delivery.cost, for: .delivery)
    }
    open = [:]
    waiting.removeAll()
    waitingCount = 0
    for item in scheduled.values { loop.cancel(item.timer) }
    scheduled = [:]
    for item in held.values { loop.cancel(item.timer) }
    for item in batches.values { loop.cancel(item.timer) }
    (held, batches) = ([:], [:])
    client.close()
    tellGauges()
  }

  /// Delivers a call's event now, or as soon as there is a place.
  func deliver(_ resource: ResourceCore, _ number: UInt64) {
    guard !isStopped else { return }
    unschedule(Key(resource, number))
    guard open.count >= limit else { return start(resource, number) }
    guard waitingCount < Self.waitingLimit else {
      metrics.deliveryRefused()
      return refuse(
        resource, number, OutboundFailure("too many deliveries wait: \(waitingCount)"))
    }
    waiting.append(Due(resource: resource, number: number))
    waitingCount += 1
    tellGauges()
  }

  /// The resource's clock was moved: deliveries that are now due are sent. If the clock went back, they are due later.
  func clockMoved(_ resource: ResourceCore) {
    let now = resource.clock.now(loop.wallClock)
    let id = ObjectIdentifier(resource)
    for (key, item) in scheduled where key.resource == id {
      loop.cancel(item.timer)
      scheduled[key]?.timer = timer(for: key, due: item.due, now)
    }
    for (number, item) in held where item.delivery.resource === resource {
      loop.cancel(item.timer)
      held[number]?.timer = alarm(at: item.due, now) { [unowned self] in release(number) }
    }
    for (key, item) in batches where key.resource == id {
      loop.cancel(item.timer)
      batches[key]?.timer = alarm(at: item.due, now) { [unowned self] in send(key) }
    }
    for (number, delivery) in open where delivery.delivery.resource === resource {
      if delivery.deadline <= now {
        timedOut(number)
      } else if let timer = delivery.timer {
        loop.cancel(timer)
        delivery.timer = deadlineTimer(number, delivery, now)
      }
    }
  }

  /// Forgets the deliveries that are due of a resource's removed calls.
  func forgetRemoved(of resource: ResourceCore) {
    let id = ObjectIdentifier(resource)
    for (key, item) in scheduled where key.resource == id {
      if resource.state.withLock({ $0.calls[key.number] == nil }) {
        loop.cancel(item.timer)
        scheduled[key] = nil
      }
    }
    func isGone(_ delivery: BegunDelivery) -> Bool {
      delivery.resource === resource
        && resource.state.withLock { $0.calls[delivery.number] == nil }
    }
    for (number, item) in held where isGone(item.delivery) {
      loop.cancel(item.timer)
      held[number] = nil
    }
    for (key, var batch) in batches where key.resource == id {
      batch.deliveries.removeAll(where: isGone)
      batches[key] = batch
    }
    for (number, delivery) in open where isGone(delivery.delivery) { drop(number) }
    startWaiting()
  }

  // MARK: One delivery

  private func start(_ resource: ResourceCore, _ number: UInt64) {
    let now = resource.clock.now(loop.wallClock)
    guard let delivery = resource.beginDelivery(number, at: now) else { return }
    plan(delivery, now)
  }

  // MARK: Rules for events

  /// Decides when and how a delivery is sent. This is decided nowhere else.
  private func plan(_ delivery: BegunDelivery, _ now: Instant) {
    guard let plan = delivery.plan else { return pass(delivery, now) }
    metrics.faultFired("event")
    if plan.isDropped {
      return finish(
        delivery, .failure(OutboundFailure("dropped by the rule '\(plan.ruleName)'")), nil,
        lasting: 0, isDropped: true)
    }
    if let delay = plan.delay { return hold(delivery, for: delay, now) }
    planned(delivery, now)
  }

  /// Continues after a delivery's delay.
  private func planned(_ delivery: BegunDelivery, _ now: Instant) {
    guard let plan = delivery.plan else { return pass(delivery, now) }
    // If the event of an earlier call already waits, it waits for this delivery.
    if plan.comesLast, !held.values.contains(where: { $0.waits(for: delivery) }) {
      return hold(delivery, for: EventFault.longestHold, now, comesLast: true)
    }
    if let size = plan.batch { return join(delivery, plan, size, now) }
    pass(delivery, now)
  }

  private func hold(
    _ delivery: BegunDelivery, for time: Duration, _ now: Instant, comesLast: Bool = false
  ) {
    guard held.count < Self.waitingLimit else {
      metrics.deliveryRefused()
      return finish(
        delivery, .failure(OutboundFailure("too many deliveries wait: \(held.count)")), nil,
        lasting: 0)
    }
    lastHeld += 1
    let number = lastHeld
    let due = now.advanced(by: time)
    held[number] = Held(
      delivery: delivery, due: due,
      timer: alarm(at: due, now) { [unowned self] in release(number) }, comesLast: comesLast)
  }

  private func release(_ number: UInt64) {
    guard let item = held.removeValue(forKey: number) else { return }
    loop.cancel(item.timer)
    let now = item.delivery.resource.clock.now(loop.wallClock)
    if item.comesLast { pass(item.delivery, now) } else { planned(item.delivery, now) }
  }

  /// Events that came before this one and wait for it are sent after it.
  private func releaseLast(behind delivery: BegunDelivery) {
    guard !held.isEmpty else { return }
    let released = held.filter { $0.value.waits(for: delivery) }
    for number in released.keys.sorted() { release(number) }
  }

  private func join(_ delivery: BegunDelivery, _ plan: EventPlan, _ size: Int, _ now: Instant) {
    let key = BatchKey(
      resource: ObjectIdentifier(delivery.resource), rule: plan.ruleIndex,
      url: delivery.settings.webhook.url, schema: delivery.settings.schema)
    guard var batch = batches[key] else {
      guard batches.count < Self.openLimit else { return pass(delivery, now) }
      let due = now.advanced(by: EventFault.batchTime)
      batches[key] = Batch(
        deliveries: [delivery], due: due,
        timer: alarm(at: due, now) { [unowned self] in send(key) })
      return
    }
    batch.deliveries.append(delivery)
    batches[key] = batch
    if batch.deliveries.count >= size { send(key) }
  }

  private func send(_ key: BatchKey) {
    guard let batch = batches.removeValue(forKey: key), let first = batch.deliveries.first else {
      return
    }
    loop.cancel(batch.timer)
    pass(first, first.resource.clock.now(loop.wallClock), with: Array(batch.deliveries.dropFirst()))
  }

  private func alarm(at due: Instant, _ now: Instant, _ action: @escaping () -> Void) -> TimerID {
    let left = due.nanoseconds.subtractingReportingOverflow(now.nanoseconds)
    return loop.schedule(
      after: .nanoseconds(left.overflow ? .max : max(left.partialValue, 0)), action)
  }

  // MARK: Sending

  private func pass(_ delivery: BegunDelivery, _ now: Instant, with others: [BegunDelivery] = []) {
    guard let rate else { return send(delivery, now, with: others) }
    guard let wait = rate.wait(for: delivery.settings.webhook.port, at: loop.now) else {
      metrics.deliveryRefused()
      let failure = OutboundFailure(
        "too many deliveries to port \(delivery.settings.webhook.port): it gets \(DeliveryRate.perSecond) a second, since --host is not loopback"
      )
      for delivery in [delivery] + others { finish(delivery, .failure(failure), nil, lasting: 0) }
      return
    }
    if wait <= .zero { return send(delivery, now, with: others) }
    // Its place is reserved: it is sent when its turn comes.
    _ = loop.schedule(after: wait) { [unowned self] in send(delivery, now, with: others) }
  }

  private func send(_ delivery: BegunDelivery, _ now: Instant, with others: [BegunDelivery]) {
    begin(delivery, now, with: others)
    for _ in 0..<(delivery.plan?.duplicates ?? 0) { begin(delivery, now, isCopy: true) }
  }

  private func begin(
    _ delivery: BegunDelivery, _ now: Instant, with others: [BegunDelivery] = [],
    isCopy: Bool = false
  ) {
    let cost = others.reduce(delivery.cost) { $0 + $1.cost }
    guard !isStopped, server.resources.hold(cost, for: .delivery, .small) else {
      if isCopy { return }
      let failure = OutboundFailure("there is no memory for a delivery")
      for delivery in [delivery] + others { finish(delivery, .failure(failure), nil, lasting: 0) }
      return
    }
    lastOpen += 1
    let opened = Open(delivery, began: now, at: loop.now, cost: cost)
    (opened.others, opened.isCopy) = (others, isCopy)
    open[lastOpen] = opened
    tellGauges()
    if delivery.settings.validates, !delivery.isValidated {
      validate(lastOpen, opened)
    } else {
      notify(lastOpen, opened)
    }
  }

  private func validate(_ number: UInt64, _ opened: Open) {
    let validation = EndpointValidation(
      opened.delivery, at: opened.delivery.resource.clock.now(loop.wallClock))
    ask(number, opened, validation.request) { [unowned self] outcome in
      let found = validation.judge(outcome)
      opened.validation = found
      guard found.passed else { return end(number, outcome) }
      notify(number, opened)
    }
  }

  private func notify(_ number: UInt64, _ opened: Open) {
    ask(number, opened, opened.delivery.request(with: opened.others)) { [unowned self] outcome in
      end(number, outcome)
    }
  }

  private func ask(
    _ number: UInt64, _ opened: Open, _ request: OutboundRequest,
    _ completion: @escaping OutboundClient.Completion
  ) {
    let resource = opened.delivery.resource
    let now = resource.clock.now(loop.wallClock)
    opened.deadline = now.advanced(by: opened.delivery.settings.timeout)
    if let timer = opened.timer { loop.cancel(timer) }
    opened.timer = deadlineTimer(number, opened, now)
    var isOver = false
    let exchange = client.send(request) { [unowned self] outcome in
      isOver = true
      guard open[number] != nil else { return }
      completion(outcome)
    }
    if !isOver { opened.exchange = exchange }
  }

  private func deadlineTimer(_ number: UInt64, _ opened: Open, _ now: Instant) -> TimerID {
    let left = opened.deadline.nanoseconds.subtractingReportingOverflow(now.nanoseconds)
    return loop.schedule(after: .nanoseconds(left.overflow ? .max : max(left.partialValue, 0))) {
      [unowned self] in timedOut(number)
    }
  }

  private func timedOut(_ number: UInt64) {
    guard let opened = open[number] else { return }
    client.cancel(opened.exchange)
    opened.timer = nil
    end(number, .failure(.timedOut))
  }

  /// Ends a delivery without recording it: its call is gone.
  private func drop(_ number: UInt64) {
    guard let opened = open.removeValue(forKey: number) else { return }
    client.cancel(opened.exchange)
    if let timer = opened.timer { loop.cancel(timer) }
    server.resources.budget.give(opened.cost, for: .delivery)
    tellGauges()
  }

  private func end(_ number: UInt64, _ outcome: OutboundConnection.Outcome) {
    guard let opened = open.removeValue(forKey: number) else { return }
    if let timer = opened.timer { loop.cancel(timer) }
    server.resources.budget.give(opened.cost, for: .delivery)
    let (lasting, _) = SystemCall.monotonicNow().subtractingReportingOverflow(opened.beganAt)
    if !opened.isCopy {
      for delivery in [opened.delivery] + opened.others {
        finish(delivery, outcome, opened.validation, lasting: Int64(clamping: lasting))
      }
    }
    startWaiting()
    tellGauges()
  }

  private func finish(
    _ delivery: BegunDelivery, _ outcome: OutboundConnection.Outcome,
    _ validation: ValidationOutcome?, lasting: Int64, isDropped: Bool = false
  ) {
    let resource = delivery.resource
    var ended = EndedDelivery(
      outcome, validation, lasting: lasting,
      at: resource.clock.now(SystemCall.realtimeNow()))
    ended.isDropped = isDropped
    let kept = resource.endDelivery(delivery, ended)
    metrics.deliveryEnded(status: ended.status)
    // This is not done when it was written: on two connections, the later one could arrive first.
    if !isDropped { releaseLast(behind: delivery) }
    guard let kept else { return }
    if let due = kept.delivery.next { schedule(resource, delivery.number, due) }
    for wait in kept.waits { wait.notice() }
    EventSubscription.tell(kept.subscribers, .delivered) {
      EventStream.delivered(kept.delivery, of: "c\(delivery.number)", resource: resource.name)
    }
    log(kept.delivery, delivery)
  }

  /// A delivery that could not begin.
  private func refuse(_ resource: ResourceCore, _ number: UInt64, _ failure: OutboundFailure) {
    let now = resource.clock.now(loop.wallClock)
    guard let delivery = resource.beginDelivery(number, at: now) else { return }
    finish(delivery, .failure(failure), nil, lasting: 0)
  }

  private func startWaiting() {
    while open.count < limit, let due = waiting.removeOldest() {
      waitingCount -= 1
      start(due.resource, due.number)
    }
  }

  // MARK: Later deliveries

  private func schedule(_ resource: ResourceCore, _ number: UInt64, _ due: Instant) {
    let key = Key(resource, number)
    unschedule(key)
    guard scheduled.count < Self.waitingLimit, !isStopped else {
      metrics.deliveryRefused()
      return
    }
    let now = resource.clock.now(loop.wallClock)
    scheduled[key] = Scheduled(
      resource: resource, number: number, due: due, timer: timer(for: key, due: due, now))
  }

  private func unschedule(_ key: Key) {
    if let item = scheduled.removeValue(forKey: key) { loop.cancel(item.timer) }
  }

  private func timer(for key: Key, due: Instant, _ now: Instant) -> TimerID {
    let left = due.nanoseconds.subtractingReportingOverflow(now.nanoseconds)
    return loop.schedule(after: .nanoseconds(left.overflow ? .max : max(left.partialValue, 0))) {
      [unowned self] in
      guard let item = scheduled.removeValue(forKey: key) else { return }
      deliver(item.resource, item.number)
    }
  }

  private func tellGauges() {
    metrics.deliveriesAre(open: open.count, waiting: waitingCount)
  }

  private func log(_ ended: CallDelivery, _ delivery: BegunDelivery) {
    server.log(
      .info, "delivery",
      fields: {
        var fields: [String: LogLine.Value] = [
          "call": .text("c\(delivery.number)"), "n": .integer(Int64(ended.n)),
          "resource": .text(delivery.resource.name), "url": .text(ended.urlWithoutQuery),
          "durationMs": .decimal(Double((ended.durationNanoseconds ?? 0) / 1_000) / 1_000),
        ]
        if let status = ended.status { fields["status"] = .integer(Int64(status)) }
        if let error = ended.error { fields["error"] = .text(error) }
        return fields
      }())
  }
}
