import Core
import EventLoop
import LibCrypto
import RedirectCall
import Synchronization

/// One emulated Communication Services resource: its credential and settings, and behind one lock its journal,
/// request ids, calls, rules and counters. Requests that carry its credential belong to it, and see
/// nothing of other resources.
package final class ResourceCore: Sendable {
  /// The settings that a resource can be made with.
  package struct Settings: Sendable {
    package var authorization: Configuration.Authorization
    package var versions: ServedVersions
    var calls: Configuration.Calls
    var strict: Bool
    var neighbours: Bool
    /// Raw ids of the numbers that the resource owns.
    var ownNumbers: Set<String> = []
    var journalLimit: Int
    var journalBytes: Int
    var repeatabilityLimit: Int
    /// How long it may be unused before it is removed; nil for no limit.
    var expiresAfter: Duration?
  }

  /// The state that the lock guards.
  struct State: Sendable {
    var journal: Journal
    var requestIDs: RequestIDMemory
    /// Their share of the memory that all stores have together.
    var idMemory: MemoryShare
    var calls = RegisteredCalls()
    /// Totals of the requests that have come since the start or the last reset.
    var totals = RequestTotals()
    /// How often it was reset.
    var resets: UInt32 = 0
    /// When it was made or reset last: monotonic nanoseconds.
    var begun = Int64(clamping: SystemCall.monotonicNow())
    var scenario: LoadedScenario?
    /// How often the rules were replaced, removed or switched.
    var scenarioRevision: UInt64 = 0
    var failedConnections = FailedConnections()
    /// Requests with plans that have not ended.
    var openExchanges = 0
    /// The subscribers that get entries when their requests end.
    var subscribers: [EventSubscription] = []
    /// The waits that get notice when requests end.
    var waits: [VerifyWait] = []
    var taken = Taken()
  }

  package let name: String
  /// The id by which tokens name this resource.
  package let id: String
  package let accessKey: AccessKey
  let settings: Settings
  let clock = ResourceClock()
  /// The most bytes that are kept of one request: half of its journal's limit, so that no request drops all others. If
  /// that is little, it is the limit for a refused request.
  let messageLimit: Int
  /// The default resource, if this is another one. Connections that name no resource are reported there.
  let defaultResource: ResourceCore?
  /// Calls of the control API that named it.
  let controlCalls = Atomic<UInt64>(0)
  /// Whether it was removed: connections that remember it must not find it after that.
  package let isRemoved = Atomic<Bool>(false)
  let state: Guarded<State>
  /// The keys by which seen calls are found.
  let callKeys = Guarded(EntryKeys<SeenCallKey>())
  /// The keys by which operations are found.
  private let operationKeys = Guarded(EntryKeys<OperationKey>())
  /// The budget for the memory that it keeps.
  let budget: MemoryBudget
  /// Whether a call's event was ever delivered, so loops may know it.
  let deliversEvents = Atomic<Bool>(false)
  /// Whether calls may have been registered, so contexts have to be looked up.
  private let callsRegistered = Atomic<Bool>(false)

  /// The keys by which the operations of its journal are found.
  func operationKeys(of journal: Journal) -> ArraySlice<OperationKey> {
    operationKeys.withLock { $0.keys(of: journal) }
  }

  /// - Parameter budget: the budget from which ``ownCost`` was already taken for it.
  init(
    name: String, id: String, accessKey: AccessKey, settings: Settings, budget: MemoryBudget,
    defaultResource: ResourceCore? = nil
  ) {
    self.defaultResource = defaultResource
    self.budget = budget
    self.name = name
    self.id = id
    self.accessKey = accessKey
    self.settings = settings
    messageLimit = max(
      min(settings.journalBytes, budget.journalLimit) / 2, RecordedMessage.refusedLimit)
    state = Guarded(Self.freshState(settings, budget))
  }

  deinit {
    state.withLock { $0.retire(budget) }
    budget.give(Self.ownCost, for: .resource)
  }

  /// Removes everything that it keeps, and keeps nothing after that: it was removed.
  ///
  /// - Returns: the journal as it was. Everything else is freed here, without the lock.
  func retire() -> Journal {
    let held = state.withLock { state in
      let held = state
      state.retire(budget)
      return held
    }
    // No more requests will come.
    for wait in held.waits { wait.hurry() }
    EventSubscription.tell(held.subscribers, .resource) { event(.removed) }
    for subscriber in held.subscribers { subscriber.end() }
    return held.journal
  }

  /// A call that is to ring.
  func newCall(_ wanted: CallSettings, wallClock: UInt64) -> RegisteredCall {
    newCall(wanted, at: clock.now(wallClock))
  }

  /// - Parameter now: on the resource's clock.
  func newCall(_ wanted: CallSettings, at now: Instant) -> RegisteredCall {
    var generator = SystemRandomNumberGenerator()
    let correlationID = RequestUUID.version4(high: generator.next(), low: generator.next())
    let from = wanted.from ?? CallSettings.defaultCaller
    let to = wanted.to ?? CallSettings.defaultCallee(of: id)
    return RegisteredCall(
      context: wanted.context
        ?? EmulatedContext.make(
          wanted.form, resourceID: id, callID: correlationID.description,
          EmulatedContext.Parties(from: from, to: to, displayName: wanted.callerDisplayName)),
      from: from, to: to, rangAt: now, ringsFor: wanted.ringsFor,
      correlationID: correlationID, registered: Int64(clamping: SystemCall.monotonicNow()),
      delivery: wanted.delivery, chainLength: wanted.chainLength)
  }

  /// Makes a call ring for which ``RegisteredCall/cost`` was taken.
  ///
  /// - Returns: the call, with its number.
  @discardableResult
  func register(_ call: RegisteredCall) -> RegisteredCall {
    let made = state.withLock { state in
      let made = state.calls.register(call)
      state.settleCalls(budget, extra: call.cost)
      return made
    }
    callsRegistered.store(true, ordering: .releasing)
    return made
  }

  /// Lets all waiting questions here be judged again: their result may have changed without a request.
  func noticeWaits() {
    for wait in state.withLock({ $0.waits }) { wait.notice() }
  }

  /// Ends all waits with the current state: no more requests will come.
  func hurryWaits() {
    for wait in state.withLock({ $0.waits }) { wait.hurry() }
  }

  /// Whether a call may have been registered. Once true, it stays true. It saves the look-up if nobody ever registers
  /// calls.
  var hasRegisteredCalls: Bool { callsRegistered.load(ordering: .acquiring) }

  /// Removes the rules.
  func removeScenario() {
    replaceScenario(nil, cost: 0)
  }

  /// Whether rules are loaded.
  var hasScenario: Bool { state.withLock { $0.scenario != nil } }

  /// A copy of the journal, which takes almost no time. Pages are made from it without the lock.
  var journal: Journal { state.withLock { $0.journal } }

  /// Empties the journal. Its entries are freed here, without the lock.
  func clearJournal() {
    let held = state.withLock { state in
      let held = state.journal
      state.journal.clear()
      return held
    }
    withExtendedLifetime(held) {}
    tell(.journal(.cleared))
  }

  /// Replaces the rules. The old ones are freed here, without the lock.
  ///
  /// - Parameter cost: bytes that were taken for the new ones.
  func replaceScenario(_ scenario: LoadedScenario?, cost: Int) {
    let held = state.withLock { state in
      let held = state.scenario
      state.replaceScenario(scenario, cost: cost, budget)
      return held
    }
    withExtendedLifetime(held) {}
    tell(.scenario(scenario == nil ? .removed : .loaded))
  }

  /// Resets everything to the state at start, except the scenario, unless it is cleared too. Readers of events stay
  /// connected. Requests that are in progress change nothing of the requests after the reset: their tickets are void.
  ///
  /// - Returns: the state before, which the caller frees without the lock.
  @discardableResult
  func reset(clearsScenario: Bool, wallClock: UInt64) -> State {
    clock.set(offset: .zero)
    // A scenario has many counters: they are reset outside of the lock.
    var scenario = clearsScenario ? nil : state.withLock { $0.scenario }
    scenario?.reset(now: clock.now(wallClock))
    defer {
      tell(.journal(.reset))
      tell(.clock)
      if clearsScenario { tell(.scenario(.removed)) }
    }
    return state.withLock { [scenario] state in
      let held = state
      // Copies of these are held, so nothing of them is freed here.
      state.journal.clear()
      state.forgetIDs()
      state.calls.removeAll()
      state.settleCalls(budget)
      budget.give(state.failedConnections.removeAll(), for: .failedConnection)
      state.totals = RequestTotals()
      state.resets &+= 1
      state.begun = Int64(clamping: SystemCall.monotonicNow())
      if clearsScenario {
        state.replaceScenario(nil, cost: 0, budget)
      } else if let scenario, state.scenario?.isSameLoad(as: scenario) ?? false {
        // A scenario that was loaded meanwhile has fresh counters.
        state.scenario = scenario
      }
      return held
    }
  }

  private static func freshState(_ settings: Settings, _ budget: MemoryBudget) -> State {
    State(
      journal: Journal(
        entryLimit: settings.journalLimit, byteLimit: settings.journalBytes, budget: budget),
      requestIDs: RequestIDMemory(limit: settings.repeatabilityLimit),
      idMemory: MemoryShare(of: budget, for: .requestID, part: 4))
  }
}
