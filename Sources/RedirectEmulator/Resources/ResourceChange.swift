import Core
import Documents
import EventLoop
import Synchronization

/// A change of a resource without a request. Readers of events are notified, so that they need not poll.
enum ResourceChange: Sendable {
  enum OfResource: String, Sendable {
    case made, removed
  }

  enum OfJournal: String, Sendable {
    /// Only the requests were removed.
    case cleared
    /// Everything is in the state of the start.
    case reset
  }

  enum OfScenario: String, Sendable {
    case loaded, removed
    /// A rule was switched on or off.
    case switched
  }

  case resource(OfResource)
  case journal(OfJournal)
  case scenario(OfScenario)
  case clock

  var type: EventTypes {
    switch self {
    case .resource: .resource
    case .journal: .journal
    case .scenario: .scenario
    case .clock: .clock
    }
  }
}

extension ResourceCore {
  /// Notifies the readers that asked for it.
  func tell(_ change: ResourceChange) {
    let subscribers = state.withLock { $0.subscribers }
    EventSubscription.tell(subscribers, change.type) { event(change) }
  }

  /// Notifies all waiting questions and all readers that the clock was set.
  func clockWasSet() {
    noticeWaits()
    tell(.clock)
  }

  func event(_ change: ResourceChange.OfResource) -> [UInt8] { event(.resource(change)) }

  /// The event of a change, with the current state.
  func event(_ change: ResourceChange) -> [UInt8] {
    EventStream.event(change.type) { writer in
      writer.object { writer in
        writer.member("resource", name)
        switch change {
        case .resource(let change): writer.member("change", change.rawValue)
        case .journal(let change):
          writer.member("change", change.rawValue)
          let last = state.withLock { $0.journal.lastSeq }
          writer.member("last", last == 0 ? nil : last)
        case .scenario(let change):
          let (revision, scenario) = state.withLock { state in
            (state.scenarioRevision, state.scenario?.engine.scenario)
          }
          writer.member("change", change.rawValue)
          writer.member("revision", revision)
          writer.member("rules", scenario?.rules.count ?? 0)
          writer.member("connections", scenario?.connections.count ?? 0)
        case .clock: writeClock(to: &writer)
        }
      }
    }
  }

  /// Writes the first data of a reader: the state of the journal, the clock and the rules.
  func writeHello(to writer: inout JSONWriter) {
    let (journal, revision) = state.withLock { ($0.journal, $0.scenarioRevision) }
    writer.member("resource", name)
    writer.member("first", journal.count == 0 ? nil : journal.numbers.lowerBound)
    writer.member("last", journal.lastSeq == 0 ? nil : journal.lastSeq)
    writer.member("dropped", journal.dropped)
    writer.member("clock") { writer in writer.object { writeClock(to: &$0) } }
    writer.member("scenario", revision)
  }

  /// Writes `now` and `offset`, as in the control API's calls for the clock.
  func writeClock(to writer: inout JSONWriter) {
    writer.member("now", clock.now(SystemCall.realtimeNow()))
    writer.member("offset", clock.offsetText)
  }
}

extension ResourceClock {
  /// How far it is ahead, in whole or decimal seconds: `360s`.
  var offsetText: String {
    let milliseconds = offset.wholeNanoseconds / 1_000_000
    return milliseconds % 1_000 == 0
      ? "\(milliseconds / 1_000)s" : "\(Double(milliseconds) / 1_000)s"
  }
}
