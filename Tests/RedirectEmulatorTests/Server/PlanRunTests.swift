import RedirectEmulator
import Scenarios
import Testing

@Suite("A plan's run, turn by turn")
struct PlanRunTests {
  /// What a run does from beginning to end, each pause slept through: turns, with the bytes that each appended.
  private static func turns(_ steps: [WirePlan.Step], most: Int = 20) -> [String] {
    var run = PlanRun(WirePlan(steps))
    var turns: [String] = []
    while turns.count < most {
      var output: [UInt8] = []
      let turn = run.turn(&output)
      turns.append(
        output.isEmpty ? "\(turn)" : "\(turn) \(String(decoding: output, as: UTF8.self))")
      switch turn {
      case .send, .shutdown: break
      case .wait: run.wake()
      case .hold, .execute, .close, .reset, .keepAlive: return turns
      }
    }
    return turns
  }

  private static let text = Array("abcde".utf8)

  @Test(
    "each step is a turn",
    arguments: [
      ([], ["keepAlive"]),
      ([.send(text), .keepAlive], ["send abcde", "keepAlive"]),
      ([.send(text), .send(text), .close], ["send abcde", "send abcde", "close"]),
      ([.wait(.seconds(1)), .reset], ["wait(1.0 seconds)", "reset"]),
      ([.stopReading, .hold], ["hold"]),
      ([.send(text), .shutdown, .hold], ["send abcde", "shutdown", "hold"]),
      (
        [.pace(text, chunk: 2, every: .seconds(3)), .close],
        [
          "send ab", "wait(3.0 seconds)", "send cd", "wait(3.0 seconds)", "send e", "close",
        ]
      ),
      ([.pace(text, chunk: 5, every: .seconds(3)), .close], ["send abcde", "close"]),
      (
        [.pace(text, chunk: 0, every: .zero), .close],
        [
          "send a", "wait(0.0 seconds)", "send b", "wait(0.0 seconds)", "send c",
          "wait(0.0 seconds)", "send d", "wait(0.0 seconds)", "send e", "close",
        ]
      ),
      ([.pace([], chunk: 2, every: .seconds(3)), .close], ["close"]),
      (
        [
          .pace(text, chunk: 4, every: .seconds(1)), .pace(text, chunk: 4, every: .seconds(2)),
          .keepAlive,
        ],
        [
          "send abcd", "wait(1.0 seconds)", "send e", "send abcd", "wait(2.0 seconds)", "send e",
          "keepAlive",
        ]
      ),
    ] as [([WirePlan.Step], [String])])
  func steps(_ steps: [WirePlan.Step], _ expected: [String]) {
    #expect(Self.turns(steps) == expected)
  }

  @Test("a pause is on until it is ended")
  func waiting() {
    var run = PlanRun(WirePlan([.wait(.seconds(1)), .close]))
    var output: [UInt8] = []
    #expect(!run.isWaiting)
    #expect(run.turn(&output) == .wait(.seconds(1)))
    #expect(run.isWaiting)
    run.wake()
    #expect(!run.isWaiting)
    #expect(run.turn(&output) == .close)
    #expect(output.isEmpty)
  }

  @Test("a hold is come back to as often as something asks, and never left")
  func holding() {
    var run = PlanRun(WirePlan([.hold, .close]))
    var output: [UInt8] = []
    for _ in 0..<3 { #expect(run.turn(&output) == .hold) }
  }

  @Test(
    "it says whether anything is still to be sent",
    arguments: [
      ([.hold], [false, false]), ([.wait(.seconds(1)), .close], [false, false]),
      ([.stopReading, .hold, .send([1])], [false, false]), ([], [false]),
      ([.wait(.seconds(1)), .send([1]), .keepAlive], [true, true, false]),
      ([.send([]), .close], [false, false]),
      ([.pace([1, 2, 3], chunk: 2, every: .seconds(1)), .close], [true, true, true, false]),
    ] as [([WirePlan.Step], [Bool])])
  func sendsMore(_ steps: [WirePlan.Step], _ expected: [Bool]) {
    var run = PlanRun(WirePlan(steps))
    var output: [UInt8] = []
    var found = [run.sendsMore]
    while found.count < expected.count {
      _ = run.turn(&output)
      found.append(run.sendsMore)
    }
    #expect(found == expected)
  }

  @Test("what is sent behind earlier responses is counted without them")
  func counting() {
    var alone = PlanRun(WirePlan([]))
    alone.sent(3)
    alone.sent(4)
    #expect(alone.bytesSent == 7)
    var behind = PlanRun(WirePlan([]), behind: 10)
    behind.sent(4)
    #expect(behind.bytesSent == 0)
    behind.sent(8)
    #expect(behind.bytesSent == 2)
    behind.sent(5)
    #expect(behind.bytesSent == 7)
  }
}
