import Core
import RedirectCall

/// The calls that ring at a resource whose calls have to be registered. Contract guide, "7. The call".
struct RegisteredCalls {
  enum State: Sendable, Equatable {
    case ringing, redirecting, redirected
  }

  struct Call: Sendable {
    var context: String
    var ringsUntil: Instant
    var state = State.ringing
  }

  /// What a context may do now.
  enum Verdict: Equatable {
    case rings
    case unknown
    case expired
    case redirecting
    case redirected
  }

  /// How long a call rings where nothing else is said.
  static let defaultRingTime = Duration.seconds(30)
  /// Calls kept; the oldest goes for a new one.
  static let limit = 100_000

  private var calls = BoundedTable<String, Call>(limit: RegisteredCalls.limit)

  /// Calls that were dropped for newer ones.
  var evicted: UInt64 { calls.dropped }

  var count: Int { calls.count }

  /// Registers a call, or lets one ring anew.
  mutating func register(_ context: String, ringsUntil: Instant) {
    calls.set(Call(context: context, ringsUntil: ringsUntil), for: context)
  }

  func verdict(_ context: String, now: Instant) -> Verdict {
    guard let call = calls[context] else { return .unknown }
    return switch call.state {
    case .redirected: .redirected
    case .redirecting: .redirecting
    case .ringing: now < call.ringsUntil ? .rings : .expired
    }
  }

  mutating func set(_ context: String, _ state: State) {
    calls.update(context) { $0.state = state }
  }

  /// The calls in the order of their registration.
  var all: [Call] { calls.values }

  mutating func removeAll() {
    self = RegisteredCalls()
  }
}
