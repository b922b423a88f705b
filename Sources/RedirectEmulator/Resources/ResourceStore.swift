import CSystem
import Core
import EventLoop
import LibCrypto
import RedirectCall
import Synchronization

/// The emulated resources, by name. There is a limit: none is made beyond it, or if there is no memory for it.
package final class ResourceStore: Sendable {
  static let defaultName = "default"

  package let defaultResource: ResourceCore

  private struct State {
    /// By name in lower case: a name is a label of a host name, where case does not matter (RFC 4343 §2).
    var byName: [String: ResourceCore]
    var byID: [String: ResourceCore]
    /// In the order they were made, the default one first.
    var ordered: [ResourceCore]
    /// The names of the first resources that were made besides the default one, even if they were removed.
    var firstMade: [String] = []
    /// The readers of events of all resources.
    var subscribers: [EventSubscription] = []
  }

  /// The budget for everything that clients make the process keep.
  package let budget: MemoryBudget
  /// Held while journals give up entries.
  let reclaiming = Guarded<Void>(())
  /// When to look again for ids that are no longer needed: monotonic nanoseconds.
  let nextIDCheck = Guarded<UInt64>(0)
  private let state: Guarded<State>
  private let limit: Int
  private let settings: ResourceCore.Settings
  /// Whether there are more resources than the default one: then each credential has to be looked up.
  private let hasSeveral = Atomic<Bool>(false)

  package init(_ checked: CheckedConfiguration) {
    let configuration = checked.settings
    settings = ResourceCore.Settings(
      authorization: configuration.authorization, versions: checked.versions,
      calls: configuration.calls, strict: configuration.strict,
      neighbours: configuration.neighbours, ownNumbers: checked.ownNumbers,
      journalLimit: configuration.journalLimit, journalBytes: configuration.journalBytes,
      repeatabilityLimit: configuration.repeatabilityLimit)
    limit = configuration.resourceLimit
    let most = configuration.maxMemory
    budget = MemoryBudget(limit: most) { used in
      // This allows for the memory that is not a client's: the program and its tables, and a part of the freed memory.
      // What is kept takes somewhat more than is counted. If there is much of it, a search for free memory in vain
      // would make others wait.
      csystem_trim_memory(max(min(used + used / 8, most), used) + (24 << 20))
    }
    budget.insist(on: ResourceCore.ownCost, for: .resource)
    defaultResource = ResourceCore(
      name: Self.defaultName, id: DevelopmentKeys.resourceID, accessKey: checked.accessKey,
      settings: settings, budget: budget)
    state = Guarded(
      State(
        byName: [Self.defaultName: defaultResource], byID: [defaultResource.id: defaultResource],
        ordered: [defaultResource]))
  }

  /// Whether there is only the default resource, so every credential belongs to it.
  package var hasOnlyDefault: Bool { !hasSeveral.load(ordering: .relaxed) }

  package var count: Int { state.withLock { $0.ordered.count } }

  private static let mostFirst = 2

  /// The names of the first resources, two at most, that were made besides the default one, even if they were removed.
  package var firstMade: [String] { state.withLock { $0.firstMade } }

  package var all: [ResourceCore] { state.withLock { $0.ordered } }

  /// - Parameter name: in any case.
  package func named(_ name: String) -> ResourceCore? {
    let key = name.lowercased()
    return state.withLock { $0.byName[key] }
  }

  /// The resource that tokens name by this id.
  package func identified(by id: String) -> ResourceCore? { state.withLock { $0.byID[id] } }

  /// The settings of a resource by default.
  package var defaultSettings: ResourceCore.Settings { settings }

  /// Makes a resource with an access key and an id of its own.
  ///
  /// - Throws: for a name that is taken, and at the limit.
  package func make(named name: String?, _ settings: ResourceCore.Settings) throws(ResourceError)
    -> ResourceCore
  {
    guard hold(ResourceCore.ownCost, for: .resource, .large) else {
      throw .noMemory(used: budget.used, limit: budget.limit)
    }
    let id = SecureRandom.uuid()
    let made = ResourceCore(
      name: name ?? "r-" + id.prefix(8), id: id, accessKey: AccessKey.random(), settings: settings,
      budget: budget, defaultResource: defaultResource)
    let key = made.name.lowercased()
    let (refusal, subscribers) = state.withLock { state -> (ResourceError?, [EventSubscription]) in
      if state.byName[key] != nil { return (.nameTaken(made.name), []) }
      if state.ordered.count >= limit { return (.tooMany(limit: limit), []) }
      state.byName[key] = made
      state.byID[made.id] = made
      state.ordered.append(made)
      if state.firstMade.count < Self.mostFirst { state.firstMade.append(made.name) }
      let subscribers = state.subscribers
      // Before any client can find it.
      made.state.withLock { $0.subscribers = subscribers }
      return (nil, subscribers)
    }
    if let refusal { throw refusal }
    hasSeveral.store(true, ordering: .relaxed)
    EventSubscription.tell(subscribers, .resource) { made.event(.made) }
    return made
  }

  /// Adds a reader of all resources.
  ///
  /// - Returns: the existing resources; nil if there are already the most readers.
  func subscribe(_ subscriber: EventSubscription) -> [ResourceCore]? {
    let known = state.withLock { state -> [ResourceCore]? in
      guard state.subscribers.count < EventSubscription.limitOfAll else { return nil }
      state.subscribers.append(subscriber)
      return state.ordered
    }
    // Resources that are made meanwhile have it already.
    for resource in known ?? [] {
      resource.state.withLock { $0.subscribers.append(subscriber) }
    }
    return known
  }

  /// Removes a reader of all resources.
  func unsubscribe(_ subscriber: EventSubscription) {
    let known = state.withLock { state in
      state.subscribers.removeAll { $0 === subscriber }
      return state.ordered
    }
    for resource in known {
      resource.state.withLock { state in state.subscribers.removeAll { $0 === subscriber } }
    }
  }

  /// Removes a resource; the default one cannot be removed.
  package func remove(_ name: String) -> ResourceCore? {
    let key = name.lowercased()
    guard key != Self.defaultName else { return nil }
    return state.withLock { state in
      guard let removed = state.byName.removeValue(forKey: key) else { return nil }
      state.byID[removed.id] = nil
      removed.isRemoved.store(true, ordering: .relaxed)
      state.ordered.removeAll { $0 === removed }
      return removed
    }
  }
}
