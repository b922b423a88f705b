import CSystem
import Core
import EventLoop
import LibCrypto
import RedirectCall
import Synchronization

/// The emulated resources, by name. Bounded: beyond the limit none is made, nor where there is no memory for it.
package final class ResourceStore: Sendable {
  /// Why a resource was not made.
  package enum Refusal: Error, Equatable {
    case nameTaken
    case full(Int)
    /// There is no memory for one more.
    case noMemory
  }

  static let defaultName = "default"

  package let defaultResource: ResourceCore

  private struct State {
    var byName: [String: ResourceCore]
    var byID: [String: ResourceCore]
    /// In the order they were made, the default one first.
    var ordered: [ResourceCore]
  }

  /// What all that clients make the process keep is taken from.
  package let budget: MemoryBudget
  /// Held while journals give up entries.
  let reclaiming = Guarded<Void>(())
  private let state: Guarded<State>
  private let limit: Int
  private let settings: ResourceCore.Settings
  /// More than the default one: credentials have to be told apart.
  private let hasSeveral = Atomic<Bool>(false)

  package init(_ checked: CheckedConfiguration) {
    let configuration = checked.settings
    settings = ResourceCore.Settings(
      authorization: configuration.authorization, versions: checked.versions,
      calls: configuration.calls, strict: configuration.strict,
      journalLimit: configuration.journalLimit, journalBytes: configuration.journalBytes,
      repeatabilityLimit: configuration.repeatabilityLimit)
    limit = configuration.resourceLimit
    budget = MemoryBudget(limit: configuration.maxMemory) { used in
      // What is no client's: the program and its tables, and a part of what was freed.
      csystem_trim_memory(used + (24 << 20))
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

  /// Whether there is only the default resource, so that every credential is its own.
  package var hasOnlyDefault: Bool { !hasSeveral.load(ordering: .relaxed) }

  package var all: [ResourceCore] { state.withLock { $0.ordered } }

  package func named(_ name: String) -> ResourceCore? { state.withLock { $0.byName[name] } }

  /// The resource that tokens name by this id.
  package func identified(by id: String) -> ResourceCore? { state.withLock { $0.byID[id] } }

  /// What a resource is made with where nothing else is said.
  package var defaultSettings: ResourceCore.Settings { settings }

  /// Makes a resource with an access key and an id of its own.
  package func make(named name: String?, _ settings: ResourceCore.Settings) throws(Refusal)
    -> ResourceCore
  {
    guard hold(ResourceCore.ownCost, for: .resource, .large) else { throw .noMemory }
    let id = SecureRandom.uuid()
    let made = ResourceCore(
      name: name ?? "r-" + id.prefix(8), id: id, accessKey: AccessKey.random(), settings: settings,
      budget: budget)
    let refusal = state.withLock { state -> Refusal? in
      if state.byName[made.name] != nil { return .nameTaken }
      if state.ordered.count >= limit { return .full(limit) }
      state.byName[made.name] = made
      state.byID[made.id] = made
      state.ordered.append(made)
      return nil
    }
    if let refusal { throw refusal }
    hasSeveral.store(true, ordering: .relaxed)
    return made
  }

  /// Removes a resource; the default one stays.
  package func remove(_ name: String) -> ResourceCore? {
    guard name != Self.defaultName else { return nil }
    return state.withLock { state in
      guard let removed = state.byName.removeValue(forKey: name) else { return nil }
      state.byID[removed.id] = nil
      removed.isRemoved.store(true, ordering: .relaxed)
      state.ordered.removeAll { $0 === removed }
      return removed
    }
  }
}
