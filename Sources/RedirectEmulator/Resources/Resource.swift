import Core
import EventLoop
import LibCrypto
import RedirectCall
import Synchronization

/// One emulated Communication Services resource: its credential and settings, and behind one lock its journal,
/// repeatability memory, calls, rules and counters. Requests that carry its credential belong to it, and see
/// nothing of another's.
final class Resource: Sendable {
  /// What a resource can be made with.
  struct Settings: Sendable {
    var authorization: Configuration.Authorization
    var versions: ServedVersions
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
  }

  let name: String
  /// The id that this resource's tokens name it by.
  let id: String
  let accessKey: AccessKey
  let settings: Settings
  let clock = ResourceClock()
  /// Whether it was removed: connections that remember it must not find it any more.
  let isRemoved = Atomic<Bool>(false)
  let state: Guarded<State>

  init(
    name: String, id: String, accessKey: AccessKey, settings: Settings
  ) {
    self.name = name
    self.id = id
    self.accessKey = accessKey
    self.settings = settings
    state = Guarded(Self.freshState(settings))
  }

  /// Lets a call ring.
  ///
  /// - Parameter context: nil makes an opaque text that no two calls share, shaped like the service's.
  func registerCall(_ context: String?, ringsFor time: Duration, wallClock: UInt64)
    -> RegisteredCalls.Call
  {
    let made =
      context ?? "eyJlbXVsYXRlZENhbGwiOi" + Base64.url.encode(SecureRandom.bytes(count: 48).span)
    let call = RegisteredCalls.Call(
      context: made, ringsUntil: clock.now(wallClock).advanced(by: time))
    state.withLock { $0.calls.register(call.context, ringsUntil: call.ringsUntil) }
    return call
  }

  /// Whether rules are loaded.
  var hasScenario: Bool { state.withLock { $0.scenario != nil } }

  /// Makes all as at start, but the scenario, unless it is cleared too. Who listens to events goes on listening.
  func reset(clearsScenario: Bool, wallClock: UInt64) {
    clock.set(offset: .zero)
    state.withLock { state in
      var fresh = Self.freshState(settings)
      state.journal.clear()
      fresh.journal = state.journal
      fresh.subscribers = state.subscribers
      if !clearsScenario, var kept = state.scenario {
        kept.reset(now: clock.now(wallClock))
        fresh.scenario = kept
      }
      state = fresh
    }
  }

  private static func freshState(_ settings: Settings) -> State {
    State(
      journal: Journal(entryLimit: settings.journalLimit, byteLimit: settings.journalBytes),
      repeatability: RepeatabilityMemory(limit: settings.repeatabilityLimit),
      attempts: AttemptCounter(limit: settings.repeatabilityLimit))
  }
}
