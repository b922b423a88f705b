import Foundation
import RedirectEmulator
import TestSupport
import Testing

@Suite("Paging through a journal that is being written")
struct PagingSocketTests {
  @Test("a reader sees each of ten thousand requests once while they come in", arguments: [1, 2])
  func everything(_ threads: Int) async throws {
    var configuration = Configuration()
    configuration.threads = threads
    let emulator = try await Emulator.start(configuration)
    defer { emulator.stop() }
    let seen = try Self.run(emulator, total: 10_000)
    #expect(seen.numbers == Array(1...10_000))
    #expect(seen.missed == 0)
  }

  @Test("where the journal drops more than it keeps, each number is either seen or told as missed")
  func losses() async throws {
    var configuration = Configuration()
    configuration.journalLimit = 50
    let emulator = try await Emulator.start(configuration)
    defer { emulator.stop() }
    let seen = try Self.run(emulator, total: 3_000)
    #expect(Set(seen.numbers).count == seen.numbers.count && seen.numbers == seen.numbers.sorted())
    #expect(seen.numbers.count + seen.missed == 3_000)
    #expect(emulator.requests.map(\.seq) == Array(2_951...3_000))
    #expect(emulator.defaultResource.droppedRequests == 2_950)
  }

  private static func run(_ emulator: Emulator, total: Int) throws -> (
    numbers: [Int], missed: Int
  ) {
    let port = emulator.port
    let bytes = RedirectRequest(
      authorization: "Bearer " + (try emulator.token())
    ).bytes
    // Threads, because tasks that wait for a socket would take the readers' turn.
    let writers = (0..<2).map { _ in
      Thread {
        do {
          let client = try RawClient(port: port)
          for _ in 0..<total / 20 {
            for _ in 0..<10 { try client.send(bytes) }
            for _ in 0..<10 { #expect(try client.readResponse().status == 204) }
          }
        } catch {
          Issue.record("\(error)")
        }
      }
    }
    for writer in writers { writer.start() }
    let control = try ControlClient(port: port)
    var numbers: [Int] = []
    var missed = 0
    var after = 0
    while true {
      let wasDone = writers.allSatisfy(\.isFinished)
      let page = try control.call("GET", "/_emulator/requests?limit=500&after=\(after)").json()
      let found = page["requests"].items.compactMap { $0["seq"].number }
      missed += page["missed"].number ?? 0
      numbers += found
      // Pages that repeat themselves would have no end.
      try #require(numbers.count <= total)
      if let last = found.last { after = last } else if wasDone { break }
    }
    return (numbers, missed)
  }
}
