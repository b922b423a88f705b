import RedirectCall

/// The calls that were registered at a resource. A registered call rings for its time and is taken once, whether or
/// not calls have to be registered there. Contract guide, "7. The call".
struct RegisteredCalls {
  enum State: Sendable, Equatable {
    case ringing, redirecting, redirected
  }

  struct Call: Sendable {
    var context: String
    var ringsUntil: Instant
    /// What every response about the call has in `X-Microsoft-Skype-Chain-ID`.
    var correlationID: RequestUUID
    var state = State.ringing
  }

  /// What a context may do now.
  enum Verdict: Equatable {
    case rings
    /// It was not registered.
    case unknown
    /// It was not registered, and the emulator made it for another resource.
    case ofAnotherResource
    case expired
    case redirecting
    case redirected
  }

  /// How long a call rings where nothing else is said.
  static let defaultRingTime = Duration.seconds(30)
  /// Calls kept; the oldest goes for a new one.
  static let limit = 100_000

  private var calls: [String: Call] = [:]
  private var order: [String] = []
  private var orderStart = 0
  private(set) var evicted: UInt64 = 0

  var count: Int { calls.count }

  /// Registers a call, or lets one ring anew.
  mutating func register(_ call: Call) {
    let context = call.context
    if calls.updateValue(call, forKey: context) == nil {
      order.append(context)
      if calls.count > Self.limit {
        calls[order[orderStart]] = nil
        orderStart += 1
        evicted += 1
        if orderStart > Self.limit {
          order.removeFirst(orderStart)
          orderStart = 0
        }
      }
    }
  }

  func verdict(_ context: String, now: Instant) -> Verdict {
    guard let call = calls[context] else { return .unknown }
    return switch call.state {
    case .redirected: .redirected
    case .redirecting: .redirecting
    case .ringing: now < call.ringsUntil ? .rings : .expired
    }
  }

  /// nil for a context that was not registered.
  func correlationID(of context: String) -> RequestUUID? { calls[context]?.correlationID }

  mutating func set(_ context: String, _ state: State) {
    calls[context]?.state = state
  }

  /// The calls in the order of their registration.
  var all: [Call] { order[orderStart...].compactMap { calls[$0] } }

  mutating func removeAll() {
    self = RegisteredCalls()
  }
}
