import Foundation
import TestSupport
import Testing

@Suite("What clients do to the process as a whole", .serialized)
struct DescriptorTests {
  private static func descriptors(_ process: EmulatorProcess) throws -> Int {
    try FileManager.default.contentsOfDirectory(atPath: "/proc/\(process.pid)/fd").count
  }

  /// Hundredths of a second on a processor, proc(5): fields 14 and 15 of stat.
  private static func ticks(_ process: EmulatorProcess) throws -> Int {
    let text = try String(contentsOfFile: "/proc/\(process.pid)/stat", encoding: .utf8)
    let fields = text[(text.lastIndex(of: ")") ?? text.startIndex)...].split(separator: " ")
    return (Int(fields[12]) ?? 0) + (Int(fields[13]) ?? 0)
  }

  private static func good(_ ready: JSON) throws -> [UInt8] {
    RedirectRequest(authorization: "Bearer " + (try #require(ready["token"].text))).bytes
  }

  @Test("3,000 connections of noise leave as many descriptors as before, and a good client its 204")
  func noise() throws {
    let (process, ready, port) = try EmulatorProcess.serving(["--log-level", "error"])
    let good = try Self.good(ready)
    let client = try RawClient(port: port)
    try client.send(good)
    #expect(try client.readAnswer().status == 204)
    let before = try Self.descriptors(process)
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
        try #require(try client.readAnswer().status == 204)
      }
    }
    #expect(try becomesTrue { try Self.descriptors(process) == before })
    try client.send(good)
    #expect(try client.readAnswer().status == 204)
    process.signal(SIGTERM)
    #expect(try process.wait() == 0)
  }

  @Test(
    "where descriptors run out, who is served stays served, nothing spins, and all is well after")
  func exhausted() throws {
    let (process, ready, port) = try EmulatorProcess.serving(
      ["--log-level", "critical"], descriptorLimit: 64)
    let good = try Self.good(ready)
    let client = try RawClient(port: port)
    try client.send(good)
    #expect(try client.readAnswer().status == 204)
    let before = try Self.descriptors(process)
    #expect(before < 40)

    var flood: [RawClient] = []
    for _ in 0..<120 { flood.append(try RawClient(port: port)) }
    #expect(try becomesTrue { try Self.descriptors(process) >= 63 })
    let start = ContinuousClock.now
    let ticks = try Self.ticks(process)
    // One that waits is let go every 20 ms: it hears of it at once instead of waiting for ever.
    for one in flood.dropFirst(64).prefix(10) {
      let end = try one.readToEnd()
      #expect(end.bytes.isEmpty)
    }
    for _ in 0..<50 {
      try client.send(good)
      #expect(try client.readAnswer().status == 204)
    }
    let spent = Duration.milliseconds((try Self.ticks(process) - ticks) * 10)
    let took = ContinuousClock.now - start
    #expect(
      took >= .milliseconds(100) && spent < took / 2 + .milliseconds(50), "\(spent) of \(took)")

    flood.removeAll()
    #expect(try becomesTrue { try Self.descriptors(process) == before })
    for _ in 0..<20 {
      let next = try RawClient(port: port)
      try next.send(good)
      #expect(try next.readAnswer().status == 204)
    }
    process.signal(SIGTERM)
    #expect(try process.wait() == 0)
  }
}
