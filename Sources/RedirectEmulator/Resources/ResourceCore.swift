import Core
import EventLoop
import LibCrypto
import RedirectCall
import Synchronization

/// One emulated Communication Services resource: its credential and settings, and behind one lock its journal,
/// repeatability memory, calls, rules and counters. Requests that carry its credential belong to it, and see
/// nothing of another's.
package final class ResourceCore: Sendable {
  /// What a resource can be made with.
  package struct Settings: Sendable {
    package var authorization: Configuration.Authorization
    package var versions: ServedVersions
    var calls: Configuration.Calls
    var strict: Bool
    var journalLimit: Int
    var journalBytes: Int
    var repeatabilityLimit: Int
  }

  /// What the lock guards.
  struct State {
    var journal: Journal
    var repeatability: RepeatabilityMemory
    var attempts: AttemptCounter
    var calls = RegisteredCalls()
    var executed: UInt64 = 0
    var scenario: LoadedScenario?
    /// Whom entries are told to as their requests end.
    var subscribers: [EventSubscription] = []
    var taken = Taken()
  }

  package let name: String
  /// The id that this resource's tokens name it by.
  package let id: String
  package let accessKey: AccessKey
  let settings: Settings
  let clock = ResourceClock()
  /// Whether it was removed: connections that remember it must not find it any more.
  package let isRemoved = Atomic<Bool>(false)
  let state: Guarded<State>
  /// Where the memory comes from that it keeps.
  let budget: MemoryBudget
  /// Whether calls may have been registered, so that contexts have to be looked up.
  private let callsRegistered = Atomic<Bool>(false)

  /// - Parameter budget: of which ``ownCost`` was taken for it already.
  init(
    name: String, id: String, accessKey: AccessKey, settings: Settings, budget: MemoryBudget
  ) {
    self.budget = budget
    self.name = name
    self.id = id
    self.accessKey = accessKey
    self.settings = settings
    state = Guarded(Self.freshState(settings, budget))
  }

  deinit {
    state.withLock { $0.retire(budget) }
    budget.give(Self.ownCost, for: .resource)
  }

  /// Takes all out that it keeps, and keeps nothing any more: it was removed.
  ///
  /// - Returns: what the journal held.
  func retire() -> JournalPage {
    state.withLock { state in
      let page = state.journal.page()
      state.retire(budget)
      return page
    }
  }

  /// A call that is to ring.
  ///
  /// - Parameter context: nil makes one that no two calls share, shaped like the service's.
  func newCall(_ context: String?, ringsFor time: Duration, wallClock: UInt64)
    -> RegisteredCalls.Call
  {
    var generator = SystemRandomNumberGenerator()
    return RegisteredCalls.Call(
      context: context ?? EmulatedContext.make(resourceID: id),
      ringsUntil: clock.now(wallClock).advanced(by: time),
      correlationID: .version4(high: generator.next(), low: generator.next()))
  }

  /// Lets a call ring, for which ``RegisteredCalls/Call/cost`` was taken.
  func register(_ call: RegisteredCalls.Call) {
    state.withLock { state in
      state.calls.register(call)
      state.settleCalls(budget, extra: call.cost)
    }
    callsRegistered.store(true, ordering: .releasing)
  }

  /// Whether a call may have been registered. Once true it stays so: what it saves is the look-up where nobody ever
  /// registers calls.
  var hasRegisteredCalls: Bool { callsRegistered.load(ordering: .acquiring) }

  /// Removes the rules.
  func removeScenario() {
    state.withLock { $0.replaceScenario(nil, cost: 0, budget) }
  }

  /// Whether rules are loaded.
  var hasScenario: Bool { state.withLock { $0.scenario != nil } }

  /// Makes all as at start, but the scenario, unless it is cleared too. Who listens to events goes on listening.
  /// Requests that are on their way finish nothing of those that come after: their tickets are void.
  func reset(clearsScenario: Bool, wallClock: UInt64) {
    clock.set(offset: .zero)
    state.withLock { state in
      var fresh = Self.freshState(settings, budget)
      state.journal.clear()
      fresh.journal = state.journal
      state.repeatability.removeAll()
      fresh.repeatability = state.repeatability
      state.calls.removeAll()
      state.settleCalls(budget)
      fresh.calls = state.calls
      fresh.subscribers = state.subscribers
      if !clearsScenario, var kept = state.scenario {
        kept.reset(now: clock.now(wallClock))
        fresh.scenario = kept
      } else {
        state.replaceScenario(nil, cost: 0, budget)
      }
      fresh.taken = state.taken
      state = fresh
    }
  }

  private static func freshState(_ settings: Settings, _ budget: MemoryBudget) -> State {
    State(
      journal: Journal(
        entryLimit: settings.journalLimit, byteLimit: settings.journalBytes, budget: budget),
      repeatability: RepeatabilityMemory(limit: settings.repeatabilityLimit),
      attempts: AttemptCounter(limit: settings.repeatabilityLimit))
  }
}
