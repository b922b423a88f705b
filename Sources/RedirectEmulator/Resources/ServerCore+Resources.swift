import Core
import EventLoop
import RedirectCall
import Scenarios

extension ServerCore {
  /// Makes a resource.
  ///
  /// - Throws: for a name that is none or is taken, and for versions that are none.
  func makeResource(_ wanted: ResourceSettings) throws(ControlError) -> ResourceCore {
    var settings = resources.defaultSettings
    if let authorization = wanted.authorization { settings.authorization = authorization }
    if let calls = wanted.calls { settings.calls = calls }
    if let strict = wanted.strict { settings.strict = strict }
    if let texts = wanted.apiVersions {
      var versions: [APIVersion] = []
      for text in texts {
        guard let version = APIVersion(text) else {
          throw .invalid(
            "apiVersions",
            "'apiVersions' must be a list of versions such as 2026-03-12; '\(ShownText.value(text.utf8))' is none."
          )
        }
        versions.append(version)
      }
      guard !versions.isEmpty else {
        throw .invalid("apiVersions", "'apiVersions' must name at least one version.")
      }
      settings.versions = ServedVersions(versions, skipsCheck: settings.versions.skipsCheck)
    }
    if let name = wanted.name, !Self.isLabel(name) {
      throw .invalid(
        "name",
        "'name' must be a label of a host name: 1 to 63 letters, digits and hyphens, with no hyphen at its ends; '\(ShownText.value(name.utf8))' is none."
      )
    }
    do {
      return try resources.make(named: wanted.name, settings)
    } catch {
      throw switch error {
      case .nameTaken:
        ControlError(
          status: 409, code: "NameTaken",
          message: "There is a resource '\(wanted.name ?? "")' already.", target: "name")
      case .full(let limit):
        ControlError(
          status: 409, code: "TooManyResources",
          message: "There are \(limit) resources, as many as there may be; remove one first.")
      }
    }
  }

  /// Replaces a resource's rules; counters are from zero.
  func load(_ scenario: Scenario, into resource: ResourceCore, _ wallClock: UInt64) {
    let loaded = LoadedScenario(
      scenario, now: resource.clock.now(wallClock), connectionsAccepted: connectionsAccepted)
    resource.state.withLock { $0.scenario = loaded }
  }

  private static func isLabel(_ text: String) -> Bool {
    let bytes = Array(text.utf8)
    guard (1...63).contains(bytes.count), bytes.first != 0x2D, bytes.last != 0x2D else {
      return false
    }
    return bytes.allSatisfy { byte in
      switch byte {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D: true
      default: false
      }
    }
  }
}
