import Core
import RedirectCall

/// The calls that were registered at a resource. A registered call rings for its time and is taken once, whether or
/// not calls have to be registered there. Contract guide, "7. The call".
package struct RegisteredCalls: Sendable {
  package enum State: Sendable, Equatable {
    case ringing, redirecting, redirected
  }

  package struct Call: Sendable {
    package var context: String
    package var ringsUntil: Instant
    /// What every response about the call has in `X-Microsoft-Skype-Chain-ID`.
    package var correlationID: RequestUUID
    package var state = State.ringing
    /// Which registration it is, of all that were ever made here: the same context may be registered again.
    fileprivate var registration: UInt64 = 0

    package init(context: String, ringsUntil: Instant, correlationID: RequestUUID) {
      self.context = context
      self.ringsUntil = ringsUntil
      self.correlationID = correlationID
    }

    /// The bytes that it counts as: its context, which the table's key shares, its places in the table, and what
    /// allocating them takes.
    package var cost: Int {
      context.utf8.count + 2 * MemoryLayout<Call>.stride + 128
    }
  }

  /// The right to say that a call which is being redirected has been.
  package struct Ticket: Sendable {
    fileprivate let context: String
    fileprivate let registration: UInt64
  }

  /// What a context may do now.
  package enum Verdict: Sendable, Equatable {
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
  private var calls: BoundedTable<String, Call>
  private var registrations: UInt64 = 0

  /// What the calls take, as ``Call/cost`` counts it.
  package private(set) var bytes = 0

  /// Calls that were dropped for newer ones.
  package var evicted: UInt64 { calls.dropped }

  /// - Parameter limit: calls kept; the oldest is dropped for a new one.
  package init(limit: Int = 100_000) {
    calls = BoundedTable(limit: max(limit, 1))
  }

  package var count: Int { calls.count }

  /// Registers a call, or lets one ring anew.
  package mutating func register(_ registered: Call) {
    registrations += 1
    var call = registered
    call.registration = registrations
    bytes += call.cost
    if let displaced = calls.set(call, for: call.context) { bytes -= displaced.cost }
  }

  /// What the call of a context may do.
  package func verdict(_ context: String, now: Instant) -> Verdict {
    guard let call = calls[context] else { return .unknown }
    return switch call.state {
    case .redirected: .redirected
    case .redirecting: .redirecting
    case .ringing: now < call.ringsUntil ? .rings : .expired
    }
  }

  /// nil for a context that was not registered.
  package func correlationID(of context: String) -> RequestUUID? { calls[context]?.correlationID }

  /// Redirects a call at once.
  package mutating func redirect(_ context: String) {
    calls.update(context) { $0.state = .redirected }
  }

  /// Begins to redirect a call.
  ///
  /// - Returns: what ``finish(_:)`` takes; nil where there is no such call.
  package mutating func begin(_ context: String) -> Ticket? {
    guard let registration = calls[context]?.registration else { return nil }
    calls.update(context) { $0.state = .redirecting }
    return Ticket(context: context, registration: registration)
  }

  /// Ends what ``begin(_:)`` began. A call of that context that was registered later is another, and stays.
  package mutating func finish(_ ticket: Ticket) {
    guard calls[ticket.context]?.registration == ticket.registration else { return }
    calls.update(ticket.context) { $0.state = .redirected }
  }

  /// A copy of the calls, taken in no time; ``Kept/all`` is what takes its time.
  package var kept: Kept { Kept(entries: calls.entries) }

  /// The calls as they were in one moment.
  package struct Kept: Sendable {
    fileprivate let entries: Ring<BoundedTable<String, Call>.Entry>

    /// In the order of their registration.
    package var all: [Call] { entries.elements(0..<(.max)).map(\.value) }
  }

  /// The calls in the order of their registration.
  package var all: [Call] { kept.all }

  /// Forgets all calls, as when it was made. Tickets that are out finish nothing any more.
  package mutating func removeAll() {
    let made = registrations
    self = RegisteredCalls(limit: calls.limit)
    registrations = made
  }
}
