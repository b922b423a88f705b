import RedirectEmulator
import Synchronization
import Testing

@Suite("One limit for all that clients make the process keep")
struct MemoryBudgetTests {
  private static let mebibyte = 1 << 20

  /// What the takers of a test have seen.
  private final class Seen: Sendable {
    let highest = Atomic<Int>(0)
    let taken = Atomic<Int>(0)
  }

  @Test("takers on many threads never pass the limit, and giving back brings it to nothing")
  func concurrentTakers() async {
    let budget = MemoryBudget(limit: 1_000_000)
    let seen = Seen()
    await withTaskGroup(of: Void.self) { group in
      for (number, kind) in MemoryBudget.Kind.allCases.enumerated() {
        group.addTask {
          var random = SystemRandomNumberGenerator()
          var held: [Int] = []
          for _ in 0..<2_000 {
            let bytes = Int(random.next() % 40_000)
            if budget.take(bytes, for: kind, number % 2 == 0 ? .large : .small) {
              held.append(bytes)
              seen.taken.add(1, ordering: .relaxed)
            } else if let last = held.popLast() {
              budget.give(last, for: kind)
            }
            seen.highest.max(budget.used, ordering: .relaxed)
          }
          for bytes in held { budget.give(bytes, for: kind) }
        }
      }
    }
    let highest = seen.highest.load(ordering: .relaxed)
    #expect(highest <= budget.limit)
    // They did take, up to where there was no more.
    #expect(seen.taken.load(ordering: .relaxed) > 100)
    #expect(highest > budget.limit / 2)
    #expect(budget.used == 0)
    for kind in MemoryBudget.Kind.allCases { #expect(budget.used(for: kind) == 0, "\(kind)") }
  }

  @Test(
    "each tier has its share, and journals have theirs",
    arguments: [
      (MemoryBudget.Kind.body, MemoryBudget.Tier.large, 12), (.body, .small, 13),
      (.connection, .connection, 14), (.journal, .large, 5),
    ])
  func shares(_ kind: MemoryBudget.Kind, _ tier: MemoryBudget.Tier, _ share: Int) {
    let budget = MemoryBudget(limit: 16 * Self.mebibyte)
    #expect(budget.take(share * Self.mebibyte, for: kind, tier))
    #expect(!budget.take(1, for: kind, tier))
    #expect(budget.used == share * Self.mebibyte)
    budget.give(share * Self.mebibyte, for: kind)
    #expect(budget.take(1, for: kind, tier))
  }

  @Test("journals have what the others leave, up to a limit of their own")
  func journalShare() {
    let budget = MemoryBudget(limit: 16 * Self.mebibyte)
    #expect(budget.journalLimit == 5 * Self.mebibyte)
    #expect(budget.take(12 * Self.mebibyte, for: .call))
    #expect(!budget.take(4 * Self.mebibyte + 1, for: .journal))
    #expect(budget.used(for: .journal) == 0 && budget.used == 12 * Self.mebibyte)
    #expect(budget.take(4 * Self.mebibyte, for: .journal) && !budget.take(1, for: .journal))
    budget.give(12 * Self.mebibyte, for: .call)
    #expect(budget.take(Self.mebibyte, for: .journal) && !budget.take(1, for: .journal))
    #expect(budget.take(11 * Self.mebibyte, for: .body))
  }

  @Test("what is insisted on may pass the limit, and is in the way of what is not")
  func insisting() {
    let budget = MemoryBudget(limit: Self.mebibyte)
    budget.insist(on: 2 * Self.mebibyte, for: .call)
    #expect(budget.used == 2 * Self.mebibyte && budget.free == 0)
    #expect(!budget.take(1, for: .body, .small) && !budget.take(1, for: .journal))
    #expect(!budget.admits(1, .connection))
    budget.give(2 * Self.mebibyte, for: .call)
    #expect(budget.take(1, for: .body, .small) && budget.admits(1, .connection))
  }

  @Test("numbers that would overflow are not had")
  func overflow() {
    let budget = MemoryBudget(limit: Self.mebibyte)
    #expect(budget.take(1, for: .journal) && budget.take(1, for: .body))
    #expect(!budget.take(.max, for: .journal) && !budget.take(.max, for: .body))
    #expect(budget.used == 2)
  }

  @Test("a share takes and gives back whole steps")
  func steps() {
    let budget = MemoryBudget(limit: 64 * Self.mebibyte)
    var share = MemoryShare(of: budget, for: .journal)
    #expect(share.cover(1) && budget.used == budget.step)
    #expect(share.cover(budget.step) && budget.used == budget.step)
    #expect(share.cover(5 * budget.step + 1) && budget.used == 6 * budget.step)
    // A little less is nothing to give back for.
    share.settle(to: 4 * budget.step + 1)
    #expect(budget.used == 6 * budget.step)
    share.settle(to: budget.step)
    #expect(budget.used == 2 * budget.step)
    share.shrink(to: 0)
    #expect(budget.used == 0 && share.taken == 0)
    #expect(!share.cover(65 * Self.mebibyte) && budget.used == 0)
  }

  @Test("what journals can make room for is claimed at once, and nothing else")
  func claiming() {
    let budget = MemoryBudget(limit: 16 * Self.mebibyte)
    let journals = 5 * Self.mebibyte
    #expect(budget.take(journals, for: .journal) && budget.take(11 * Self.mebibyte, for: .call))
    var share = MemoryShare(of: budget, for: .requestID, part: 4)
    #expect(!share.cover(1) && share.claim(1))
    #expect(share.taken == budget.step / 4 && budget.used == budget.limit + share.taken)
    #expect(share.claim(Self.mebibyte) && share.taken == Self.mebibyte)
    // The others have three quarters now.
    #expect(!share.claim(Self.mebibyte + 1) && share.taken == Self.mebibyte)
    share.shrink(to: 0)
    #expect(budget.used(for: .requestID) == 0 && budget.used == budget.limit)
    var own = MemoryShare(of: nil, for: .requestID)
    #expect(own.claim(.max / 2) && own.taken == 0)
  }

  @Test("it tells when much was taken and given back")
  func moving() {
    let told = Mutex<[Int]>([])
    let budget = MemoryBudget(limit: 3_200) { used in told.withLock { $0.append(used) } }
    #expect(budget.take(99, for: .journal))
    #expect(told.withLock { $0 }.isEmpty)
    #expect(budget.take(1, for: .journal))
    budget.give(100, for: .journal)
    #expect(told.withLock { $0 } == [100, 0])
  }

  // MARK: Journals

  @Test(
    "a journal that finds no more drops its own oldest entries, and gives all back when it is emptied"
  )
  func journal() {
    let cost = JournalSamples.entry().cost
    // Its empty room counts as well. Journals have 5/16 of the limit.
    let budget = MemoryBudget(limit: 128 * cost)
    var journal = Journal(budget: budget)
    for _ in 0..<100 { journal.record(JournalSamples.entry()) }
    #expect(budget.used <= budget.limit)
    #expect(journal.count > 5 && journal.count <= 40)
    #expect(journal.dropped == UInt64(100 - journal.count))
    #expect(budget.refused(.journal) == journal.dropped)
    #expect(journal.entry(100) != nil)
    journal.clear()
    #expect(budget.used == 0)
  }

  @Test("what a journal is asked to give back are its oldest entries, as far as they are older")
  func givingBack() {
    let budget = MemoryBudget(limit: 16 * Self.mebibyte)
    var journal = Journal(budget: budget)
    for number in 0..<1_000 { journal.record(JournalSamples.entry(at: Int64(number))) }
    let before = budget.used
    let arrived = JournalSamples.entry(at: 500).arrived
    let given = journal.giveBack(1, before: arrived, atMost: .max)
    #expect(journal.oldestArrival == arrived && journal.count == 500)
    #expect(given > 0 && budget.used == before - given)
    #expect(budget.refused(.journal) == 500)
    #expect(journal.page().missed == 500)
    _ = journal.giveBack(.max, before: .min, atMost: .max)
    #expect(journal.count == 0)
  }

  @Test("a journal whose resource was removed keeps nothing any more")
  func retiring() {
    let budget = MemoryBudget(limit: 16 * Self.mebibyte)
    var journal = Journal(budget: budget)
    journal.record(JournalSamples.entry())
    journal.retire()
    journal.record(JournalSamples.entry())
    #expect(journal.count == 0 && !journal.isOn && budget.used == 0)
  }
}
