import Core

/// Events that are due and wait for others, by `order: last` and `batch`. It knows no clock and no socket: who sends
/// events adds those that are due, tells what it has sent, and asks what is to be sent at ``nextDue``.
///
/// - Note: An event's own `delay` is over when it is added.
package struct HeldEvents<Event: Sendable>: Sendable {
  private struct Held: Sendable {
    var event: Event
    var call: Int
    var due: Instant
  }

  /// Events that share a request.
  private struct Batch: Sendable {
    var key: Key
    var events: [Event]
    var calls: [Int]
    var most: Int
    var due: Instant
  }

  /// Which events may share a request.
  private struct Key: Sendable, Hashable {
    var rule: Int
    var webhook: String
  }

  private var last: [Held] = []
  private var batches: [Batch] = []

  package init() {}

  package var isEmpty: Bool { last.isEmpty && batches.isEmpty }

  /// When something is to be sent though nothing else happens; nil where nothing is held.
  package var nextDue: Instant? {
    (last.lazy.map(\.due) + batches.lazy.map(\.due)).min()
  }

  /// Takes an event that is due.
  ///
  /// - Parameters:
  ///   - call: which of the resource's calls that are delivered, from 1.
  ///   - webhook: what tells requests apart that events may share: where they go to and in which form.
  ///   - now: on the resource's clock.
  /// - Returns: the events that are to be sent now, in one request; empty where the event is held.
  package mutating func add(
    _ event: Event, call: Int, webhook: String, plan: EventPlan, now: Instant
  ) -> [Event] {
    if let most = plan.batch {
      return join(event, call, Key(rule: plan.ruleIndex, webhook: webhook), most, now)
    }
    // Where an earlier call's event is held, this is what that one waits for.
    if plan.comesLast, !last.contains(where: { $0.call < call }) {
      last.append(
        Held(event: event, call: call, due: now.advanced(by: EventFault.longestHold)))
      return []
    }
    return [event]
  }

  private mutating func join(
    _ event: Event, _ call: Int, _ key: Key, _ most: Int, _ now: Instant
  ) -> [Event] {
    guard let place = batches.firstIndex(where: { $0.key == key }) else {
      batches.append(
        Batch(
          key: key, events: [event], calls: [call], most: most,
          due: now.advanced(by: EventFault.batchTime)))
      return []
    }
    batches[place].events.append(event)
    batches[place].calls.append(call)
    return batches[place].events.count < most ? [] : batches.remove(at: place).events
  }

  /// Hears that an event of a call was sent.
  ///
  /// - Returns: the events that waited for it, each of which is to be sent in a request of its own.
  package mutating func sent(call: Int) -> [Event] {
    let released = last.filter { $0.call < call }
    if released.isEmpty { return [] }
    last.removeAll { $0.call < call }
    return released.map(\.event)
  }

  /// Takes out what waits no longer.
  ///
  /// - Parameter now: on the resource's clock.
  /// - Returns: the requests that are to be sent, with the events of each.
  package mutating func takeDue(_ now: Instant) -> [[Event]] {
    let due =
      last.filter { $0.due <= now }.map { [$0.event] }
      + batches.filter { $0.due <= now }.map(\.events)
    if due.isEmpty { return [] }
    last.removeAll { $0.due <= now }
    batches.removeAll { $0.due <= now }
    return due
  }

  /// Forgets the events of a call, which rings no more.
  package mutating func forget(call: Int) {
    last.removeAll { $0.call == call }
    for place in batches.indices.reversed() {
      for index in batches[place].calls.indices.reversed()
      where batches[place].calls[index] == call {
        batches[place].calls.remove(at: index)
        batches[place].events.remove(at: index)
      }
      if batches[place].events.isEmpty { batches.remove(at: place) }
    }
  }
}
