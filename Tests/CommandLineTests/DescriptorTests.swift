import Foundation
import TestSupport
import Testing

@Suite("What clients do to the process as a whole", .serialized)
struct DescriptorTests {
  @Test("3,000 connections of noise leave as many descriptors as before, and a good client its 204")
  func noise() throws {
    let (process, ready, port) = try EmulatorProcess.serving(["--log-level", "error"])
    let good = try EmulatorProcess.goodRequest(ready)
    let client = try RawClient(port: port)
    try client.send(good)
    #expect(try client.readResponse().status == 204)
    let before = try process.descriptors()
    var random = SplitMix64(seed: 20_261_123)
    for round in 0..<3_000 {
      let noisy = try RawClient(port: port)
      var bytes = good
      switch round % 5 {
      case 0: bytes = random.bytes(Int.random(in: 0..<400, using: &random))
      case 1: bytes.removeLast(Int.random(in: 0..<bytes.count, using: &random))
      case 2:
        for _ in 0..<4 {
          bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(
            in: 0...255, using: &random)
        }
      case 3: bytes = [22, 3, 1] + random.bytes(Int.random(in: 0..<400, using: &random))
      default: bytes = []
      }
      try? noisy.send(bytes)
      switch round % 3 {
      case 0: noisy.abort()
      case 1: noisy.finishSending()
      default: break
      }
      if round % 50 == 0 {
        try client.send(good)
        try #require(try client.readResponse().status == 204)
      }
    }
    #expect(try becomesTrue { try process.descriptors() == before })
    try client.send(good)
    #expect(try client.readResponse().status == 204)
    process.signal(SIGTERM)
    #expect(try process.wait() == 0)
  }

  @Test(
    "where descriptors run out, who is served stays served, nothing spins, and all is well after")
  func exhausted() throws {
    let (process, ready, port) = try EmulatorProcess.serving(
      ["--log-level", "critical"], descriptorLimit: 64)
    let good = try EmulatorProcess.goodRequest(ready)
    let client = try RawClient(port: port)
    try client.send(good)
    #expect(try client.readResponse().status == 204)
    let before = try process.descriptors()
    #expect(before < 40)

    var flood: [RawClient] = []
    for _ in 0..<120 { flood.append(try RawClient(port: port)) }
    #expect(try becomesTrue { try process.descriptors() >= 63 })
    let start = ContinuousClock.now
    let ticks = try process.ticks()
    // One that waits is let go every 20 ms: it hears of it at once instead of waiting for ever.
    for one in flood.dropFirst(64).prefix(10) {
      let end = try one.readToEnd()
      #expect(end.bytes.isEmpty)
    }
    for _ in 0..<50 {
      try client.send(good)
      #expect(try client.readResponse().status == 204)
    }
    let spent = Duration.milliseconds((try process.ticks() - ticks) * 10)
    let took = ContinuousClock.now - start
    #expect(
      took >= .milliseconds(100) && spent < took / 2 + .milliseconds(50), "\(spent) of \(took)")

    flood.removeAll()
    #expect(try becomesTrue { try process.descriptors() == before })
    for _ in 0..<20 {
      let next = try RawClient(port: port)
      try next.send(good)
      #expect(try next.readResponse().status == 204)
    }
    process.signal(SIGTERM)
    #expect(try process.wait() == 0)
  }
}
