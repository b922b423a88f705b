import Core
import EventLoop
import RedirectCall
import Scenarios

extension ServerCore {
  /// Makes a resource.
  ///
  /// - Throws: for a name that is none or is taken, for versions that are none, and at the limit.
  func makeResource(_ wanted: ResourceSettings) throws(ResourceError) -> ResourceCore {
    var settings = resources.defaultSettings
    if let authorization = wanted.authorization { settings.authorization = authorization }
    if let calls = wanted.calls { settings.calls = calls }
    if let strict = wanted.strict { settings.strict = strict }
    if let texts = wanted.apiVersions {
      var versions: [APIVersion] = []
      for text in texts {
        guard let version = APIVersion(text) else { throw .invalidVersion(text) }
        versions.append(version)
      }
      guard !versions.isEmpty else { throw .noVersions }
      settings.versions = ServedVersions(versions, skipsCheck: settings.versions.skipsCheck)
    }
    if let name = wanted.name, !Self.isLabel(name) { throw .invalidName(name) }
    return try resources.make(named: wanted.name, settings)
  }

  /// Replaces a resource's rules; counters are from zero.
  func load(_ scenario: Scenario, into resource: ResourceCore, _ wallClock: UInt64) {
    let loaded = LoadedScenario(
      scenario, now: resource.clock.now(wallClock), connectionsAccepted: connectionsAccepted)
    resource.replaceScenario(loaded)
  }

  private static func isLabel(_ text: String) -> Bool {
    let bytes = Array(text.utf8)
    guard (1...63).contains(bytes.count), bytes.first != ASCII.hyphen, bytes.last != ASCII.hyphen
    else {
      return false
    }
    return bytes.allSatisfy { ASCII.isLetterOrDigit($0) || $0 == ASCII.hyphen }
  }
}
