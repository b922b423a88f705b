import Core
import Synchronization
import Testing

@Suite struct GuardedTests {
  private struct Refused: Error {}

  private final class Shared: Sendable {
    let counts = Guarded([0, 0])
  }

  @Test("threads have the value one after another, and errors pass through")
  func excludes() async {
    let shared = Shared()
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<8 {
        group.addTask {
          for number in 0..<5_000 {
            try? shared.counts.withLock { counts throws(Refused) in
              counts[0] += 1
              // Whoever looks meanwhile finds them unequal.
              if counts[0] != counts[1] + 1 { throw Refused() }
              counts[1] += number % 2 == 0 ? 1 : 0
              if number % 2 == 1 { counts[0] -= 1 }
            }
          }
        }
      }
    }
    #expect(shared.counts.withLock { $0 } == [20_000, 20_000])
    #expect(throws: Refused.self) {
      try shared.counts.withLock { _ throws(Refused) in throw Refused() }
    }
  }
}
