import Core
import RedirectCall

/// The calls that were registered at a resource. A registered call rings for its time and is taken once, whether or
/// not calls have to be registered there. Contract guide, "7. The call".
///
/// It is guarded by its resource's lock. A copy takes almost no time. A change after that copies a list of at most
/// twice ``limit`` references.
package struct RegisteredCalls: Sendable {
  package enum State: Sendable, Equatable {
    case ringing, redirecting, taken
  }

  /// The right to mark a call as redirected, after its redirect.
  package struct Ticket: Sendable {
    fileprivate let number: UInt64
  }

  /// The state of a context now.
  package enum Verdict: Sendable, Equatable {
    case rings
    /// It was not registered.
    case unknown
    /// It was not registered, and the emulator made it for another resource.
    case ofAnotherResource
    /// It rang until then.
    case expired(Instant)
    case redirecting
    case taken(CallOperation)
  }

  /// How long a call rings by default.
  package static let defaultRingTime = Duration.seconds(30)

  /// A context with its hash, so that the hash is not computed again when a dictionary grows: a context may be long.
  package struct ContextKey: Hashable, Sendable {
    private let text: String
    private let value: Int

    package init(_ text: String) {
      self.text = text
      value = text.hashValue
    }

    package func hash(into hasher: inout Hasher) { hasher.combine(value) }
  }

  /// A place among the calls. It stays empty when its call is forgotten.
  private struct Slot {
    let number: UInt64
    var box: Box?
  }

  private final class Box: Sendable {
    let call: RegisteredCall

    init(_ call: RegisteredCall) { self.call = call }
  }

  private var slots: [Slot] = []
  /// This many slots at the front are empty.
  private var emptyFront = 0
  private var numbers: [ContextKey: UInt64] = [:]
  private let limit: Int
  /// How many calls were registered so far with events that are delivered.
  private(set) var rung = 0
  /// Calls registered so far.
  private var registrations: UInt64 = 0

  /// The bytes of the calls, as ``RegisteredCall/cost`` counts them.
  package private(set) var bytes = 0
  /// Calls that were dropped for newer ones.
  package private(set) var dropped: UInt64 = 0
  /// Calls kept.
  package private(set) var count = 0

  /// - Parameter limit: calls kept; a new one replaces the oldest one that no longer rings.
  package init(limit: Int = 10_000) {
    self.limit = max(limit, 1)
  }

  /// Makes a call ring, even if its context is that of an earlier call. The context then belongs to the new call only.
  /// If there are too many calls, the oldest one that no longer rings is dropped. If all of them ring, the oldest one
  /// is.
  ///
  /// - Returns: the call, with its number.
  @discardableResult
  package mutating func register(_ registered: RegisteredCall) -> RegisteredCall {
    if count >= limit, let place = oldestFinished(at: registered.rangAt) ?? firstPlace {
      forget(at: place)
      dropped += 1
    }
    registrations += 1
    var call = registered
    call.number = registrations
    if call.delivery != nil {
      rung += 1
      call.rung = rung
    }
    slots.append(Slot(number: call.number, box: Box(call)))
    numbers[ContextKey(call.context)] = call.number
    count += 1
    bytes += call.cost
    return call
  }

  /// Whether a new call would drop one that rings.
  package func isFull(at now: Instant) -> Bool {
    count >= limit && oldestFinished(at: now) == nil
  }

  /// The number of the call that a context belongs to.
  package func number(of context: String) -> UInt64? {
    numbers.isEmpty ? nil : numbers[ContextKey(context)]
  }

  package func number(of key: ContextKey) -> UInt64? { numbers[key] }

  package subscript(number: UInt64) -> RegisteredCall? {
    place(of: number).flatMap { slots[$0].box?.call }
  }

  /// The calls, in the order of their registration.
  package var all: [RegisteredCall] { slots.compactMap { $0.box?.call } }

  /// The state of a call.
  ///
  /// - Parameter number: nil for a context that was not registered.
  package func verdict(_ number: UInt64?, now: Instant) -> Verdict {
    guard let number, let call = self[number] else { return .unknown }
    return switch call.state {
    case .taken: .taken(call.takenBy)
    case .redirecting: .redirecting
    case .ringing: now < call.ringsUntil ? .rings : .expired(call.ringsUntil)
    }
  }

  /// Takes a call at once.
  package mutating func take(_ number: UInt64, by operation: CallOperation, at now: Instant) {
    update(number) { call in
      call.state = .taken
      call.takenBy = operation
      call.takenAt = now
    }
  }

  /// Begins to redirect a call.
  ///
  /// - Returns: the ticket for ``finish(_:)``.
  package mutating func begin(_ number: UInt64, at now: Instant) -> Ticket {
    update(number) { call in
      call.state = .redirecting
      call.takenAt = now
    }
    return Ticket(number: number)
  }

  /// Ends what ``begin(_:at:)`` began. A number is given only once, so this never affects a call that was registered
  /// later.
  package mutating func finish(_ ticket: Ticket) {
    update(ticket.number) { $0.state = .taken }
  }

  /// Ends the ring of all calls that ring.
  package mutating func endRings(at now: Instant) {
    for call in all where call.ringsUntil > now {
      update(call.number) { call in call.ringsUntil = max(now, call.rangAt) }
    }
  }

  /// Changes a call, if it is kept.
  package mutating func update(_ number: UInt64, _ change: (inout RegisteredCall) -> Void) {
    guard let place = place(of: number), var call = slots[place].box?.call else { return }
    bytes -= call.cost
    change(&call)
    bytes += call.cost
    slots[place].box = Box(call)
  }

  /// Forgets a call.
  ///
  /// - Returns: whether it was kept.
  package mutating func remove(_ number: UInt64) -> Bool {
    guard let place = place(of: number), slots[place].box != nil else { return false }
    forget(at: place)
    return true
  }

  /// Forgets all calls, as when it was new. Numbers continue, so tickets that were given out before change nothing.
  package mutating func removeAll() {
    let made = registrations
    self = RegisteredCalls(limit: limit)
    registrations = made
  }

  private func place(of number: UInt64) -> Int? {
    let place = slots.indices.first(fromWhich: { slots[$0].number >= number })
    return place < slots.count && slots[place].number == number ? place : nil
  }

  private var firstPlace: Int? { slots[emptyFront...].firstIndex { $0.box != nil } }

  private func oldestFinished(at now: Instant) -> Int? {
    slots[emptyFront...].firstIndex { slot in
      guard let call = slot.box?.call else { return false }
      return call.state == .taken || call.state == .ringing && now >= call.ringsUntil
    }
  }

  private mutating func forget(at place: Int) {
    guard let call = slots[place].box?.call else { return }
    slots[place].box = nil
    let key = ContextKey(call.context)
    if numbers[key] == call.number { numbers[key] = nil }
    bytes -= call.cost
    count -= 1
    // It is usually at the front, so this is rarely done.
    if slots.count > 2 * count + 64 {
      slots.removeAll { $0.box == nil }
      emptyFront = 0
    }
    while emptyFront < slots.count, slots[emptyFront].box == nil { emptyFront += 1 }
  }
}
