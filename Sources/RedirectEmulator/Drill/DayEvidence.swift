import Core
import Documents
import EventLoop
import Scenarios
import Synchronization

/// What was seen on one day of a drill: all that ``DayJudge`` judges.
package struct DayEvidence: Sendable {
  /// How the command ended that `drill` ran.
  package enum CommandEnd: Sendable, Equatable {
    /// With this exit status; 128 and the signal's number where a signal ended it.
    case status(Int32)
    /// It ended with this status before it accepted a connection at this URL, so no call rang at it.
    case endedBeforeReady(Int32, at: String)
    /// It was stopped, since it had not ended in this time.
    case stopped(after: Duration)
    /// The app accepted no connection at this URL in this time, so no call rang at it.
    case neverReady(at: String, after: Duration)
  }

  /// Oldest first.
  package var calls: [Call]
  /// The names of the rules that fired.
  package var fired: Set<String>
  /// How many requests were served.
  package var requests: Int
  /// nil for an app that ran until it was stopped.
  package var end: CommandEnd?
  /// Whether calls rang at an app; else it was a test run that sent its own requests.
  package var isRung: Bool
  /// How much of the day's time was skipped after the app had taken an event, in which it may have wanted to redirect the call in
  /// the background.
  package var skipped = Duration.zero
  /// The names of resources that the command made, in which no day's fault happens; not all of many.
  package var otherResources: [String]
  /// What a report shows of the calls and their requests: a resource with the day's name, in JSON.
  var resource: [UInt8] = []

  package init(
    calls: [Call], fired: Set<String> = [], requests: Int, end: CommandEnd? = nil,
    isRung: Bool = false, skipped: Duration = .zero, otherResources: [String] = []
  ) {
    self.skipped = skipped
    self.calls = calls
    self.fired = fired
    self.requests = requests
    self.end = end
    self.isRung = isRung
    self.otherResources = otherResources
  }
}

extension Resource {
  private static let longerThanAnyWait = Duration.seconds(48 * 3_600)

  /// The most bytes that a report has of a day's requests.
  private static let requestBytes = 1 << 20

  /// What was seen on a day that this resource had to itself.
  ///
  /// - Parameters:
  ///   - day: its name.
  ///   - skipped: ``DayEvidence/skipped``.
  package func dayEvidence(
    of day: String, end: DayEvidence.CommandEnd?, isRung: Bool, skipped: Duration = .zero
  ) -> DayEvidence {
    // A test run that has ended tries nothing again: what was waited for does not come. So its calls ring out. An
    // app's calls rang out, or the day ended while they rang.
    if end != nil, !isRung {
      resource.state.withLock {
        $0.calls.endRings(at: resource.clock.now(SystemCall.realtimeNow()))
      }
      clockOffset += Self.longerThanAnyWait
    }
    var evidence = DayEvidence(
      calls: calls.reversed(),
      fired: resource.state.withLock { $0.scenario?.engine }?.firedRules ?? [],
      requests: requests.count, end: end, isRung: isRung, skipped: skipped,
      otherResources: core.resources.firstMade)
    var writer = JSONWriter()
    var left = Self.requestBytes
    Report.Part(resource, name: day, page: "").write(to: &writer, requestBytes: &left)
    evidence.resource = writer.bytes
    return evidence
  }
}

extension DayEvidence {
  /// The status of a test run that ended with an error before it sent a request, of which its output says why; else nil.
  var statusUnasked: Int32? {
    guard !isRung, requests == 0, case .status(let status) = end, status != 0 else { return nil }
    return status
  }
}

extension ScenarioEngine {
  /// The names of the rules that fired at least once.
  fileprivate var firedRules: Set<String> {
    func names<Rules: Sequence>(
      _ rules: Rules, _ counters: [RuleCounters], _ name: (Rules.Element) -> String
    ) -> [String] {
      zip(rules, counters).filter { $1.fired > 0 }.map { name($0.0) }
    }
    return Set(
      names(scenario.rules, counters, \.name)
        + names(scenario.connections, connectionCounters, \.name)
        + names(scenario.events, eventCounters, \.name))
  }
}

extension Scenario {
  /// The names of the rules that bring something about. One that only lets requests pass does not.
  package var faultNames: [String] {
    rules.filter { $0.outcome != .pass }.map(\.name) + connections.map(\.name)
      + events.map(\.name)
  }

  /// Why a test run that lets no call ring by itself cannot meet this day; nil if it can.
  package var needsRing: String? {
    guard let day else { return nil }
    if !events.isEmpty { return "it is about the event's delivery" }
    if day.ring.validate == true { return "it is about the webhook's validation" }
    if rules.contains(where: { $0.conditions.deliveries != nil }) {
      return "it is about the event's delivery"
    }
    guard rules.isEmpty, connections.isEmpty else { return nil }
    if let from = day.ring.from, !from.hasPrefix("4:+") { return "it is about the event's caller" }
    return day.ring.count > 1 ? "it is about many calls that ring" : nil
  }
}
