import Core
import Foundation
import RedirectEmulator
import TestSupport
import Testing

@Suite("Seen calls of a journal that continues")
struct EntryKeysTests {
  @Test("calls are those of the entries that the journal still has, however often one asked before")
  func goesOn() async throws {
    let desk = try await CallDesk({ $0.journalLimit = 40 })
    defer { desk.emulator.stop() }
    let client = try RawClient(port: desk.emulator.port)
    // Of one call, then of two in turn, then of none that has an id.
    for number in 1...200 {
      let clientID: String? = number % 3 == 0 ? nil : "call \(number / 7)"
      try client.send(desk.request("a", clientID: clientID).bytes)
      _ = try client.readResponse()
      guard number % 9 == 0 else { continue }
      var expected: [String: Int] = [:]
      var ids: [Int] = []
      for seq in max(1, number - 39)...number {
        let key = seq % 3 == 0 ? "\(seq)" : "call \(seq / 7)"
        if expected[key] == nil { ids.append(seq) }
        expected[key, default: 0] += 1
      }
      let calls = desk.emulator.defaultResource.calls
      #expect(calls.map(\.id) == ids.reversed().map { "r\($0)" })
      #expect(calls.reduce(0) { $0 + $1.attempts.count } == min(number, 40))
    }
    desk.emulator.defaultResource.clearRequests()
    #expect(desk.emulator.defaultResource.calls.isEmpty)
    try client.send(desk.request("a", clientID: "call 0").bytes)
    _ = try client.readResponse()
    #expect(desk.emulator.defaultResource.calls.map(\.id) == ["r201"])
  }
}
