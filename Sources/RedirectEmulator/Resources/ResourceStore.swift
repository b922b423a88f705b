import Core
import EventLoop
import LibCrypto
import RedirectCall
import Synchronization

/// The emulated resources, by name. Bounded: beyond the limit none is made.
package final class ResourceStore: Sendable {
  /// Why a resource was not made.
  package enum Refusal: Error, Equatable {
    case nameTaken
    case full(Int)
  }

  static let defaultName = "default"

  package let defaultResource: Resource

  private struct State {
    var byName: [String: Resource]
    var byID: [String: Resource]
    /// In the order they were made, the default one first.
    var ordered: [Resource]
  }

  private let state: Guarded<State>
  private let limit: Int
  private let settings: Resource.Settings
  /// More than the default one: credentials have to be told apart.
  private let hasSeveral = Atomic<Bool>(false)

  /// - Throws: ``ConfigurationError`` for an access key or api-version that is none.
  package init(_ configuration: Configuration) throws(ConfigurationError) {
    var versions: [APIVersion] = []
    for text in configuration.apiVersions {
      guard let version = APIVersion(text) else {
        throw ConfigurationError(
          option: "api-version",
          message: "\(text): expected the form 2026-03-12 or 2026-03-12-preview")
      }
      versions.append(version)
    }
    settings = Resource.Settings(
      authorization: configuration.authorization,
      versions: ServedVersions(
        versions.isEmpty ? APIVersion.servedByDefault : versions,
        skipsCheck: configuration.skipsAPIVersionCheck),
      calls: configuration.calls, strict: configuration.strict,
      journalLimit: configuration.journalLimit, journalBytes: configuration.journalBytes,
      repeatabilityLimit: configuration.repeatabilityLimit)
    limit = configuration.resourceLimit
    let keyText = configuration.accessKey ?? DevelopmentKeys.accessKey
    let key: AccessKey
    do {
      key = try AccessKey(base64: keyText)
    } catch {
      throw ConfigurationError(option: "access-key", message: "\(error)")
    }
    defaultResource = Resource(
      name: Self.defaultName, id: DevelopmentKeys.resourceID, accessKey: key, settings: settings)
    state = Guarded(
      State(
        byName: [Self.defaultName: defaultResource], byID: [defaultResource.id: defaultResource],
        ordered: [defaultResource]))
  }

  /// Whether there is only the default resource, so that every credential is its own.
  package var hasOnlyDefault: Bool { !hasSeveral.load(ordering: .relaxed) }

  package var all: [Resource] { state.withLock { $0.ordered } }

  package func named(_ name: String) -> Resource? { state.withLock { $0.byName[name] } }

  /// The resource that tokens name by this id.
  package func identified(by id: String) -> Resource? { state.withLock { $0.byID[id] } }

  /// What a resource is made with where nothing else is said.
  package var defaultSettings: Resource.Settings { settings }

  /// Makes a resource with an access key and an id of its own.
  package func make(named name: String?, _ settings: Resource.Settings) throws(Refusal) -> Resource
  {
    let id = SecureRandom.uuid()
    let made = Resource(
      name: name ?? "r-" + id.prefix(8), id: id, accessKey: AccessKey.random(), settings: settings)
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
  package func remove(_ name: String) -> Resource? {
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
