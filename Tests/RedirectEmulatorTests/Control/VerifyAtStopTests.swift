import EventLoop
import Foundation
import RedirectEmulator
import TestSupport
import Testing

@Suite("Who waits for a verification when the emulator stops")
struct VerifyAtStopTests {
  /// What never holds.
  private static let hopeless = Expectations(operations: 1_000_000)

  /// Holds the background thread, and lets a request end.
  ///
  /// - Returns: whether that put a judgement behind it: somebody waits. If not, the thread continues.
  private static func queuesJudgement(_ held: HeldEmulator) throws -> Bool {
    let client = try RawClient(port: held.port)
    try held.hold()
    try client.send(
      RedirectRequest(authorization: "Bearer " + (try held.emulator.token())).bytes)
    _ = try client.readResponse()
    // Who waits has notice before the response is sent.
    let isQueued = held.emulator.background.waiting == 1
    if !isQueued { held.goOn() }
    return isQueued
  }

  /// Stops an emulator whose background thread is held: what waits for it is dropped.
  private static func stop(_ held: HeldEmulator) throws {
    let emulator = held.emulator
    let stopping = try LoopThread(named: "stops") { emulator.stop() }
    let isDropped = becomesTrue { emulator.background.isStopped }
    held.goOn()
    stopping.join()
    #expect(isDropped && emulator.background.waiting == 0)
  }

  @Test("in the library: it is told what there is, though its judgement was dropped")
  func library() async throws {
    weak var background: Background?
    do {
      let held = try HeldEmulator()
      background = held.emulator.background
      let emulator = held.emulator
      async let report = emulator.verify(Self.hopeless, within: .seconds(600))
      let deadline = ContinuousClock.now.advanced(by: .seconds(120))
      // It begins when a thread is free for it.
      while try !Self.queuesJudgement(held) {
        try #require(ContinuousClock.now < deadline)
        await Task.yield()
      }
      try Self.stop(held)
      let told = await report
      #expect(!told.passed && told.description.contains("expected 1000000, saw "), "\(told)")
      // Who comes later does not wait either.
      #expect(await !emulator.verify(Self.hopeless, within: .seconds(600)).passed)
    }
    // Nor does a question keep the server. Its timer's task lets go when a thread is free to end it.
    let deadline = ContinuousClock.now.advanced(by: .seconds(120))
    while background != nil, ContinuousClock.now < deadline { await Task.yield() }
    #expect(background == nil)
  }

  @Test("in the library: it is told so too where no judgement was on its way")
  func idle() async throws {
    let emulator = try await Emulator.start()
    async let report = emulator.verify(Self.hopeless, within: .seconds(600))
    emulator.stop()
    #expect(await !report.passed)
  }

  @Test("over a socket: its connection is closed, and nothing of it is left")
  func socket() throws {
    weak var background: Background?
    do {
      var configuration = Configuration()
      configuration.threads = 1
      let held = try HeldEmulator(configuration)
      background = held.emulator.background
      let client = try RawClient(port: held.port)
      let body = #"{"expect":{"operations":1000000}}"#
      try client.send(
        "POST /_emulator/verify?within=600s HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
      )
      // The one loop has read the question when it has answered the first of these, and the background thread has begun to
      // wait when it has made the second.
      let control = try ControlClient(port: held.port)
      for _ in 0..<2 { #expect(try control.call("GET", "/_emulator/requests").status == 200) }
      try #require(try Self.queuesJudgement(held))
      try Self.stop(held)
      _ = try client.readToEnd()
    }
    #expect(becomesTrue { background == nil })
  }
}
