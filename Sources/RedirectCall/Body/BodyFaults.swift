/// One place where JSON breaks the contract's schema. Contract guide, "5. Body".
struct BodyFault: Equatable {
  /// The path from the top: `target.communicationUser.id`, `target.extras[2].a`; `$` for the top itself.
  var target: String
  var message: String

  var error: CommunicationError {
    CommunicationError(code: ErrorCode.invalidArgument, message: message, target: target)
  }
}

/// The faults found so far, in the body's order. Empty, and then without an allocation, for a good body.
struct BodyFaults {
  /// Faults that a response names; further ones are only counted.
  static let limit = 32

  private(set) var found: [BodyFault] = []
  private(set) var dropped = 0

  var count: Int { found.count }

  mutating func add(_ target: String, _ message: String) {
    guard found.count < Self.limit else {
      dropped += 1
      return
    }
    found.append(BodyFault(target: target, message: message))
  }

  /// Puts `step` before the paths of the faults found since there were `count`.
  mutating func prefix(_ step: String, since count: Int) {
    guard count < found.count else { return }
    for index in count..<found.count {
      let path = found[index].target
      found[index].target =
        path.isEmpty ? step : path.hasPrefix("[") ? step + path : step + "." + path
    }
  }

  /// A single fault is the error itself. Several faults are listed in `details`, and the error sums them up.
  var rejection: Rejection {
    guard let first = found.first, found.count > 1 else {
      return Self.rejection(
        found.first?.error
          ?? CommunicationError(code: ErrorCode.invalidArgument, message: "The body is invalid."))
    }
    let places = found.map(\.target).joined(separator: ", ")
    let count = dropped == 0 ? "\(found.count)" : "more than \(found.count)"
    return Self.rejection(
      CommunicationError(
        code: ErrorCode.invalidArgument,
        message: "The request body has \(count) faults, at \(places). The first: \(first.message) "
          + "All of them are in details.",
        details: found.map(\.error)))
  }

  static func rejection(_ error: CommunicationError) -> Rejection {
    Rejection(stage: .body, status: 400, error: error, section: ContractSection.body)
  }
}
