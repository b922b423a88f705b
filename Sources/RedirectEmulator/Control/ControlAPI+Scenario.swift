import Core
import Documents
import EventLoop
import HTTP1
import Scenarios

extension ControlAPI {
  /// Replaces a resource's rules.
  func replaceScenario(_ call: Call, _ resource: ResourceCore) throws(ControlError) -> ControlAnswer
  {
    guard let text = String(validating: call.body, as: UTF8.self) else {
      throw ControlError(
        status: 400, code: "InvalidScenario", message: "The scenario is not UTF-8.")
    }
    let taken = try server.holdScenario(text: call.body.count)
    do throws(DocumentErrors) {
      server.load(
        try ScenarioDecoder.decode(
          text, as: DocumentFormat(contentType: call.contentType), passingCounters: true),
        into: resource, wallClock, taken: taken)
    } catch {
      server.resources.budget.give(taken, for: .scenario)
      return Self.refused(error)
    }
    return scenario(call, resource)
  }

  func removeScenario(_ call: Call, _ resource: ResourceCore) -> ControlAnswer {
    resource.removeScenario()
    return .noContent
  }

  /// Shows a resource's rules with their counters.
  func scenario(_ call: Call, _ resource: ResourceCore) -> ControlAnswer {
    let engine = resource.state.withLock { $0.scenario?.engine }
    return ControlAnswer(
      status: 200, contentType: "application/json",
      body: (engine ?? ScenarioEngine(Scenario(), loadedAt: resource.clock.now(wallClock))).json)
  }

  /// 400 with all that is wrong with a scenario, each with its place.
  static func refused(_ errors: DocumentErrors) -> ControlAnswer {
    .json(400) { writer in
      writer.object { writer in
        writer.member("error") { writer in
          writer.object { writer in
            writer.member("code", "InvalidScenario")
            writer.member("message", errors.description)
            writer.member("details") { writer in
              writer.array { writer in
                for issue in errors.issues {
                  writer.object { writer in
                    writer.member("message", issue.message)
                    writer.member("line", issue.line)
                    writer.member("column", issue.column)
                    writer.member("target", issue.target)
                  }
                }
              }
            }
          }
        }
      }
    }
  }
}
