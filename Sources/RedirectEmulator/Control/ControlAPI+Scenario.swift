import Core
import Documents
import EventLoop
import HTTP1
import Scenarios
import Synchronization

extension ControlAPI {
  /// Replaces a resource's rules.
  func replaceScenario(_ call: Call, _ resource: ResourceCore) throws(ControlError)
    -> ControlResponse
  {
    let text = try call.scenarioText
    var taken = try server.holdScenario(text: call.body.count)
    var isLoaded = false
    defer { if !isLoaded { server.resources.budget.give(taken, for: .scenario) } }
    let read: Scenario
    do throws(DocumentErrors) {
      read = try ScenarioDecoder.decode(
        text, as: DocumentFormat(contentType: call.contentType), passingCounters: true)
    } catch {
      return Self.refused(error)
    }
    try server.holdPatterns(of: read, taken: &taken)
    server.load(read, into: resource, wallClock, taken: taken)
    isLoaded = true
    return scenario(call, resource)
  }

  /// Reports what is wrong with a scenario, and what is probably not meant as it is written. Nothing is loaded.
  func checkScenario(_ call: Call, _ resource: ResourceCore) throws(ControlError) -> ControlResponse
  {
    let text = try call.scenarioText
    var taken = try server.holdScenario(text: call.body.count)
    defer { server.resources.budget.give(taken, for: .scenario) }
    var errors: [DocumentIssue] = []
    var warnings: [DocumentIssue] = []
    var scenario: Scenario?
    do throws(DocumentErrors) {
      scenario = try ScenarioDecoder.decode(
        text, as: DocumentFormat(contentType: call.contentType), passingCounters: true)
    } catch {
      errors = error.issues
    }
    if let scenario {
      try server.holdPatterns(of: scenario, taken: &taken)
      warnings =
        scenario.ruleCount <= Self.mostWarned
        ? ScenarioChecker.warnings(scenario) : ScenarioChecker.misreadings(scenario)
    }
    return .json { writer in
      writer.object { writer in
        writer.member("errors") { $0.array(of: errors) }
        writer.member("warnings") { $0.array(of: warnings) }
      }
    }
  }

  /// Each rule is compared with all above it: of this many rules that takes some milliseconds.
  private static let mostWarned = 200

  /// Switches one rule on or off.
  func switchRule(_ call: Call, _ resource: ResourceCore) throws(ControlError) -> ControlResponse {
    let body = try ControlBody(call, names: ["enabled"])
    guard let isEnabled = try body.flag("enabled") else {
      throw body.refused("enabled", "true or false")
    }
    let index = call.values.index
    let now = resource.clock.now(wallClock)
    let (engine, isChanged) = resource.state.withLock { state -> (ScenarioEngine?, Bool) in
      guard state.scenario != nil else { return (nil, false) }
      let isChanged =
        state.scenario?.setEnabled(isEnabled, rule: index, now: now) ?? false
      if isChanged { state.scenarioRevision += 1 }
      return (state.scenario?.engine, isChanged)
    }
    guard let engine, engine.scenario.rules.indices.contains(index) else {
      throw ControlError(
        status: 404, code: "NoSuchRule",
        message:
          "'\(resource.name)' has no rule with the index \(index): it has \(engine?.scenario.rules.count ?? 0), counted from 0.",
        target: "index")
    }
    if isChanged { resource.tell(.scenario(.switched)) }
    return .json { $0.value(engine.node(ofRule: index)) }
  }

  func removeScenario(_ call: Call, _ resource: ResourceCore) -> ControlResponse {
    resource.removeScenario()
    return .noContent
  }

  /// Shows a resource's rules with their counters.
  func scenario(_ call: Call, _ resource: ResourceCore) -> ControlResponse {
    let loaded = resource.state.withLock { $0.scenario }
    let engine =
      loaded?.engine ?? ScenarioEngine(Scenario(), loadedAt: resource.clock.now(wallClock))
    return ControlResponse(
      status: 200, contentType: "application/json",
      body: engine.json(changedAt: loaded?.changedAt))
  }

  /// 400 with all that is wrong with a scenario, each with its place.
  static func refused(_ errors: DocumentErrors) -> ControlResponse {
    .json(400) { writer in
      writer.object { writer in
        writer.member("error") { writer in
          writer.object { writer in
            writer.member("code", "InvalidScenario")
            writer.member("message", errors.description)
            writer.member("details") { $0.array(of: errors.issues) }
          }
        }
      }
    }
  }
}

extension ControlAPI.Call {
  /// The body as the text of a scenario.
  fileprivate var scenarioText: String {
    get throws(ControlError) {
      guard let text = String(validating: body, as: UTF8.self) else {
        throw ControlError(
          status: 400, code: "InvalidScenario", message: "The scenario is not UTF-8.")
      }
      return text
    }
  }
}

extension JSONWriter {
  /// Appends what is wrong with a document, each with its place.
  fileprivate mutating func array(of issues: [DocumentIssue]) {
    array { writer in
      for issue in issues {
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
