import Core
import Documents
import RedirectCall
import Scenarios
import Synchronization

extension ControlAPI {
  /// Says what the rules will do to the next calls; nothing is counted.
  func plan(_ call: Call, _ resource: ResourceCore) throws(ControlError) -> ControlResponse {
    let body = try ControlBody(
      call, names: ["requests", "tries", "target", "from"], isRequired: false)
    var question = PlannedCalls.Question()
    question.calls = try body.planned("requests") ?? 3
    question.tries = try body.planned("tries") ?? 5
    guard question.calls * question.tries <= Self.mostPlanned else {
      throw .invalid(
        "tries",
        "'requests' times 'tries' is \(question.calls * question.tries); \(Self.mostPlanned) are the most."
      )
    }
    if let target = try body.object("target", names: ["kind", "id"]) {
      question.targetID = try target.string("id")
      question.targetKind = try target.choice("kind", of: IdentifierKind.self)?.rawValue
    }
    let start = try body.choice("from", of: Beginning.self) ?? .now
    let now = resource.clock.now(wallClock)
    let (loaded, calls) = resource.state.withLock { ($0.scenario, $0.requestIDs.calls) }
    var engine = loaded?.engine ?? ScenarioEngine(Scenario(), loadedAt: now)
    switch start {
    case .start: engine.reset(now: now)
    case .now:
      question.firstCall = Int(calls) + 1
      question.connection = loaded?.ordinal(ofConnection: server.connectionsAccepted + 1) ?? 1
    }
    let plan = PlannedCalls(engine, question, now: now)
    return .json { plan.write(to: &$0) }
  }

  /// The most tries of all calls together: each try is compared with all rules.
  private static let mostPlanned = 1_000

  /// Where a plan begins.
  private enum Beginning: String, CaseIterable {
    /// With the counters as they are.
    case now
    /// As if the rules were loaded now.
    case start
  }
}

extension ControlBody {
  /// How many calls or tries a plan has.
  fileprivate func planned(_ name: String) throws(ControlError) -> Int? {
    guard let count = try integer(name) else { return nil }
    guard (1...100).contains(count) else { throw refused(name, "a whole number from 1 to 100") }
    return count
  }
}

extension PlannedCalls {
  /// Appends `{"calls":[{"attempts":[…],"executed":N}…]}`.
  fileprivate func write(to writer: inout JSONWriter) {
    writer.object { writer in
      writer.member("calls") { writer in
        writer.array { writer in
          for attempts in calls {
            writer.object { writer in
              writer.member("attempts") { writer in
                writer.array { writer in
                  for attempt in attempts { attempt.write(to: &writer) }
                }
              }
              writer.member("executed", attempts.count { $0.executed })
            }
          }
        }
      }
    }
  }
}

extension PlannedCalls.Attempt {
  fileprivate func write(to writer: inout JSONWriter) {
    writer.object { writer in
      writer.member("rule", rule)
      writer.member("step", step)
      writer.member("status", status)
      writer.member("fault", fault)
      writer.member("executed", executed)
      writer.member("retryAfterMs", milliseconds: retryAfter)
      writer.member("delayMs", milliseconds: delay)
    }
  }
}
