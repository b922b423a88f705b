import Core
import Scenarios
import Testing

@Suite struct DelayTests {
  static func draws(_ delay: String, count: Int = 100_000) throws -> [Double] {
    let scenario = try ScenarioDecoder.decode("rules: [{ delay: \(delay) }]")
    guard case .action(let action) = scenario.rules[0].outcome else { return [] }
    let drawn = try #require(action.delay)
    return (1...count).map { ordinal in
      var random = SeededRandom(seed: 1, rule: 0, ordinal: ordinal, purpose: .values)
      return Double(drawn.draw(&random).wholeNanoseconds) / 1e6
    }
  }

  static func percentile(_ values: [Double], _ part: Double) -> Double {
    values.sorted()[Int(part * Double(values.count))]
  }

  @Test(
    "draws have the distribution's mean and percentiles, in milliseconds, within 2 %",
    arguments: [
      ("250ms", 250.0, 250.0, 250.0),
      ("{ fixed: 250ms }", 250, 250, 250),
      ("{ uniform: 100ms..300ms }", 200, 200, 298),
      ("{ normal: { mean: 500ms, deviation: 50ms } }", 500, 500, 616.3),
      // exp(µ + σ²/2) and exp(µ + 2.326 σ)
      ("{ lognormal: { median: 80ms, sigma: 0.6 } }", 95.78, 80, 323.0),
      ("{ lognormal: { median: 80ms, p99: 400ms } }", 101.6, 80, 400),
    ])
  func distributions(_ delay: String, _ mean: Double, _ median: Double, _ p99: Double) throws {
    let draws = try Self.draws(delay)
    #expect(abs(draws.reduce(0, +) / Double(draws.count) / mean - 1) < 0.02)
    #expect(abs(Self.percentile(draws, 0.5) / median - 1) < 0.02)
    #expect(abs(Self.percentile(draws, 0.99) / p99 - 1) < 0.02)
  }

  @Test(
    "no draw is above the maximum or below zero",
    arguments: [
      "{ lognormal: { median: 80ms, sigma: 2, max: 100ms } }",
      "{ lognormal: { median: 80ms, sigma: 2 }, max: 100ms }",
      "{ normal: { mean: 10ms, deviation: 500ms, max: 100ms } }",
    ])
  func bounds(_ delay: String) throws {
    let draws = try Self.draws(delay, count: 10_000)
    #expect(draws.max() == 100)
    #expect(draws.allSatisfy { $0 >= 0 })
  }
}
