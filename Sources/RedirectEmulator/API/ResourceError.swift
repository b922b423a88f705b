import Core

/// Why a resource is not made.
public enum ResourceError: Error, Sendable, Hashable {
  /// The name is not a label of a host name.
  case invalidName(String)
  /// A resource with this name exists.
  case nameTaken(String)
  /// The text is not a version of the service's interface.
  case invalidVersion(String)
  /// The list of versions is empty: no request could be served.
  case noVersions
  /// The text is not a number that a resource can own.
  case invalidNumber(String)
  /// The time after which an unused resource is removed is too short.
  case invalidExpiry(Duration)
  /// As many resources exist as the configuration allows.
  case tooMany(limit: Int)
  /// There is no memory for one more: this many bytes of ``Configuration/maxMemory`` are in use.
  case noMemory(used: Int, limit: Int)
}

extension ResourceError: CustomStringConvertible {
  /// What was wrong, what was expected, and what to do.
  public var description: String {
    switch self {
    case .invalidName(let name):
      "'name' must be a label of a host name: 1 to 63 letters, digits and hyphens, with no hyphen at its ends; got '\(ShownText.value(name.utf8))'."
    case .nameTaken(let name):
      "There is a resource '\(name)' already."
    case .invalidVersion(let text):
      "'apiVersions' must be a list of versions such as 2026-03-12; got '\(ShownText.value(text.utf8))'."
    case .noVersions:
      "'apiVersions' must name at least one version."
    case .invalidNumber(let text):
      "'ownNumbers' must be a list of \(Configuration.ownNumberForm); got '\(ShownText.value(text.utf8))'."
    case .invalidExpiry(let time):
      "'expiresAfter' must be at least \(DurationText(ResourceExpiry.shortest)); it is \(DurationText(time))."
    case .tooMany(let limit):
      "There are \(limit) resources, as many as there may be; remove one first."
    case .noMemory(let used, let limit):
      MemoryBudget.message("another resource", used: used, limit: limit)
    }
  }
}
