import RedirectCall
import RedirectEmulator
import TestSupport
import Testing

@Suite struct JournalTests {
  @Test("entries are numbered from 1 and found by their number")
  func numbering() {
    let journal = JournalSamples.journal((0..<5).map { JournalSamples.entry(at: $0) })
    #expect(journal.page().entries.map(\.seq) == [1, 2, 3, 4, 5])
    #expect(journal.entry(3)?.arrived == 5_002_000_000)
    #expect(journal.entry(0) == nil)
    #expect(journal.entry(6) == nil)
    #expect(journal.entry(.max) == nil)
  }

  @Test("at the limit of entries the oldest is dropped and counted")
  func entryLimit() {
    let journal = JournalSamples.journal(
      (0..<25).map { JournalSamples.entry(at: $0) }, limit: 10)
    #expect(journal.page().entries.map(\.seq) == Array(16...25))
    #expect(journal.dropped == 15)
    #expect(journal.entry(15) == nil)
    #expect(journal.entry(16)?.seq == 16)
  }

  @Test("at the limit of bytes the oldest is dropped and counted")
  func byteLimit() {
    let cost = JournalSamples.entry().cost
    var journal = Journal(entryLimit: 1_000, byteLimit: cost * 3 + cost / 2)
    for _ in 0..<10 {
      journal.record(JournalSamples.entry())
      #expect(journal.bytes <= journal.byteLimit)
      #expect(journal.bytes == journal.count * cost)
    }
    #expect(journal.page().entries.map(\.seq) == [8, 9, 10])
    #expect(journal.dropped == 7)
  }

  @Test("with entries of all sizes it holds the last ones that fit, like a plain list would")
  func model() {
    var random = SplitMix64(seed: 20_261_123)
    var journal = Journal(entryLimit: 40, byteLimit: 20_000)
    var list: [JournalEntry] = []
    for number in 1...2_000 {
      let size = Int(random.next() % 1_500)
      let entry = JournalSamples.entry(clientID: String(repeating: "x", count: size))
      journal.record(entry)
      list.append(entry)
      if list.count > 40 { list.removeFirst() }
      while list.reduce(0, { $0 + $1.cost }) > 20_000 { list.removeFirst() }
      #expect(journal.count == list.count)
      #expect(journal.bytes == list.reduce(0) { $0 + $1.cost })
      #expect(journal.page().entries.map(\.message) == list.map(\.message))
      #expect(
        journal.page().entries.map(\.seq)
          == (0..<list.count).map { UInt64(number - list.count + 1 + $0) })
      if number % 500 == 0 {
        journal.clear()
        list = []
      }
    }
  }

  @Test("an entry larger than the whole journal is dropped and counted")
  func oversized() {
    var journal = Journal(entryLimit: 10, byteLimit: 100)
    #expect(journal.record(JournalSamples.entry()) == 1)
    #expect(journal.count == 0)
    #expect(journal.bytes == 0)
    #expect(journal.dropped == 1)
    #expect(journal.missed(after: 0) == 1)
  }

  @Test("a journal of 0 entries keeps nothing and counts all")
  func off() {
    var journal = Journal(entryLimit: 0)
    #expect(!journal.isOn)
    journal.record(JournalSamples.entry())
    journal.skip()
    #expect(journal.page().entries.isEmpty)
    #expect(journal.page().dropped == 2)
    #expect(journal.page().missed == 2)
    #expect(journal.lastSeq == 2)
  }

  @Test("a page ends at its limit and says where the next one begins")
  func paging() {
    let journal = JournalSamples.journal((0..<5).map { JournalSamples.entry(at: $0) })
    let first = journal.page(limit: 2)
    #expect(first.entries.map(\.seq) == [1, 2])
    #expect(first.next == 2)
    let last = journal.page(after: 3, limit: 2)
    #expect(last.entries.map(\.seq) == [4, 5])
    #expect(last.next == nil)
    #expect(journal.page(after: 5).entries.isEmpty)
    #expect(journal.page(after: 5).next == nil)
    #expect(journal.page(limit: 5).next == nil)
    #expect(journal.page(after: .max).entries.isEmpty)
  }

  @Test("a page with a filter continues behind its last entry")
  func filteredPaging() {
    let journal = JournalSamples.journal(
      (0..<10).map { JournalSamples.entry(status: $0.isMultiple(of: 3) ? 429 : 204) })
    let filter = JournalFilter(status: .within(429...429))
    let first = journal.page(JournalQuery(filter: filter, limit: 2))
    #expect(first.entries.map(\.seq) == [1, 4])
    #expect(first.next == 4)
    let second = journal.page(JournalQuery(filter: filter, after: 4, limit: 2))
    #expect(second.entries.map(\.seq) == [7, 10])
    #expect(second.next == nil)
  }

  @Test(
    "a page has what its bounds let in, in the order that is asked for",
    arguments: [
      ("", [1, 2, 3, 4, 5], nil), ("limit=2", [1, 2], 2), ("after=2&limit=2", [3, 4], 4),
      ("after=3&limit=2", [4, 5], nil), ("before=4", [1, 2, 3], nil),
      ("order=newest", [5, 4, 3, 2, 1], nil), ("order=newest&limit=2", [5, 4], 4),
      ("order=newest&limit=2&before=4", [3, 2], 2), ("order=newest&limit=2&before=2", [1], nil),
      ("order=newest&after=3", [5, 4], nil), ("order=newest&after=2&before=5&limit=1", [4], 4),
      ("before=1", [], nil), ("before=0", [], nil), ("after=5", [], nil),
      ("after=18446744073709551615", [], nil),
      ("before=18446744073709551615", [1, 2, 3, 4, 5], nil),
      ("after=4&before=3", [], nil), ("order=oldest&limit=5", [1, 2, 3, 4, 5], nil),
    ] as [(String, [UInt64], UInt64?)])
  func bounds(query: String, numbers: [UInt64], next: UInt64?) throws {
    let journal = JournalSamples.journal((0..<5).map { JournalSamples.entry(at: $0) })
    let pairs = query.split(separator: "&").map { part in
      let sides = part.split(separator: "=").map(String.init)
      return (name: sides[0], value: sides[1])
    }
    let page = journal.page(try JournalQuery(pairs, scope: .page))
    #expect(page.entries.map(\.seq) == numbers && page.next == next)
    // Each of these is an operation of its own.
    let operations = OperationPage(journal, try JournalQuery(pairs, scope: .page))
    #expect(operations.operations.flatMap { $0.attempts.map(\.seq) } == numbers)
    #expect(operations.next == next)
  }

  @Test("emptying continues with the numbers and misses nothing")
  func clear() {
    var journal = JournalSamples.journal(
      (0..<5).map { JournalSamples.entry(at: $0) }, limit: 3)
    journal.clear()
    #expect(journal.count == 0)
    #expect(journal.bytes == 0)
    #expect(journal.dropped == 0)
    #expect(journal.droppedInTotal == 2)
    #expect(journal.record(JournalSamples.entry()) == 6)
    #expect(journal.page().missed == 0)
    #expect(journal.page(after: 2).entries.map(\.seq) == [6])
    #expect(journal.entry(5) == nil)
  }

  @Test("a plan that ends later completes its entry, where it is still kept")
  func finish() {
    var entry = JournalSamples.entry(status: 0)
    entry.end = nil
    var journal = JournalSamples.journal([entry, entry, entry], limit: 2)
    let finished = journal.finish(
      2, status: 503, retryAfter: 5, bytesSent: 99, duration: 42, end: .closed)
    #expect(finished?.status == 503)
    #expect(journal.entry(2)?.bytesSent == 99)
    #expect(journal.entry(2)?.duration == 42)
    #expect(journal.entry(2)?.end == .closed)
    #expect(journal.entry(3)?.end == nil)
    #expect(journal.finish(1, bytesSent: 0, duration: 0, end: .reset) == nil)
    #expect(journal.finish(4, bytesSent: 0, duration: 0, end: .reset) == nil)
  }

  @Test("10,000 requests while a reader pages: what it did not get was reported to it")
  func readerAndWriter() throws {
    var journal = Journal(entryLimit: 500)
    var read: UInt64 = 0
    var missed: UInt64 = 0
    var after: UInt64 = 0
    func readOnce() {
      let page = journal.page(after: after, limit: 70)
      missed += page.missed
      let expectedFirst = after + page.missed + 1
      #expect(page.entries.first.map { $0.seq == expectedFirst } ?? true)
      for (entry, next) in zip(page.entries, page.entries.dropFirst()) {
        #expect(next.seq == entry.seq + 1)
      }
      read += UInt64(page.entries.count)
      after = page.entries.last?.seq ?? after
    }
    let entry = JournalSamples.entry()
    for number in 1...10_000 {
      journal.record(entry)
      // Slower than the writer at first, faster in the end.
      if number.isMultiple(of: number < 5_000 ? 100 : 20) { readOnce() }
    }
    while after < journal.lastSeq {
      let before = after
      readOnce()
      try #require(after > before)
    }
    #expect(read + missed == 10_000)
    #expect(missed > 0)
    #expect(journal.dropped == 9_500)
  }
}
