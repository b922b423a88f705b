import Core
import RedirectCall
import Scenarios

/// Scenario files are read or refused, and what was read can be used.
enum FuzzScenario {
  @Sendable static func run(_ input: [UInt8]) {
    guard input.count <= 16_384,
      let scenario = try? ScenarioDecoder.decode(String(decoding: input, as: UTF8.self))
    else { return }
    let now = Instant(nanoseconds: 1_800_000_000_000_000_000)
    var engine = ScenarioEngine(scenario, loadedAt: now)
    _ = engine.decideConnection(ordinal: 1, speaking: .tls, now: now)
    _ = engine.unusedRules
  }
}
