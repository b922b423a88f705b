import Core
import HTTP1
import RedirectCall
import TestSupport
import Testing

@Suite struct RequestIDMemoryTests {
  static let start: Int64 = 1_700_000_000

  func key(_ number: UInt64, sent: Int64 = start) -> RepeatabilityKey {
    RepeatabilityKey(
      requestID: RequestUUID(high: number, low: ~number),
      firstSent: IMFFixdate(secondsSince1970: sent))
  }

  func print(_ text: String, sent: Int64 = start) -> RequestFingerprint {
    Self.printer.fingerprint(
      version: .v2026March12, firstSent: IMFFixdate(secondsSince1970: sent),
      body: Array(text.utf8).span)
  }

  static let printer = RequestFingerprinter()
  static let refusal = Rejection(
    stage: .call, status: 404, error: CommunicationError(code: "8522", message: "No such call."),
    section: "7. The call")

  func begin(
    _ memory: inout RequestIDMemory, _ number: UInt64, _ body: String = "a",
    at offset: Int64 = 0
  ) -> RepeatabilityDecision {
    memory.begin(key(number), fingerprint: print(body), now: Instant(seconds: Self.start + offset))
  }

  func ticket(_ decision: RepeatabilityDecision) -> RepeatabilityTicket? {
    if case .execute(let ticket) = decision { ticket } else { nil }
  }

  /// Begins a fresh id and finishes it.
  func run(
    _ memory: inout RequestIDMemory, _ number: UInt64, _ answer: RememberedAnswer = .success,
    at offset: Int64 = 0
  ) throws {
    memory.finish(try #require(ticket(begin(&memory, number, at: offset))), answer: answer)
  }

  @Test(
    "a leap of the clock lets no request drop all ids; those that are left count as past their window"
  )
  func leaps() throws {
    var memory = RequestIDMemory(limit: 10_000)
    for number in 0..<5_000 as Range<UInt64> { try run(&memory, number) }
    try run(&memory, 4_999 + 1, at: 100_000)
    #expect(memory.count > 3_000 && memory.count < 5_000)
    // One that is still there is run again, and none of them is answered from memory.
    let executed = memory.expired
    let again = try #require(ticket(begin(&memory, 4_990, at: 100_000)))
    #expect(memory.expired > executed && memory.replayed == 0)
    memory.finish(again, answer: .success)
    for number in 10_000..<10_010 as Range<UInt64> { try run(&memory, number, at: 100_000) }
    #expect(memory.evicted == 0 && memory.count <= 20)
  }

  @Test("a fresh id is executed, and repeats of it are not")
  func executesOnce() throws {
    var memory = RequestIDMemory()
    let first = try #require(ticket(begin(&memory, 1)))
    #expect(begin(&memory, 1) == .inProgress)
    #expect(begin(&memory, 1) == .inProgress)
    memory.finish(first, answer: .success)
    #expect(begin(&memory, 1) == .replay(.success))
    #expect(begin(&memory, 1) == .replay(.success))
    #expect(memory.count == 1)
    #expect(memory.replayed == 2)
  }

  @Test(
    "2xx and 4xx are answered again",
    arguments: [
      RememberedAnswer.success, RememberedAnswer(status: 200), RememberedAnswer(refusal),
      RememberedAnswer(status: 409, rejection: refusal), RememberedAnswer(status: 499),
    ])
  func replays(answer: RememberedAnswer) throws {
    var memory = RequestIDMemory()
    try run(&memory, 1, answer)
    #expect(begin(&memory, 1) == .replay(answer))
  }

  @Test(
    "after 5xx the same request runs again, and another is still refused", arguments: [500, 503])
  func runsAgain(status: Int) throws {
    var memory = RequestIDMemory()
    try run(&memory, 1, RememberedAnswer(status: status))
    #expect(begin(&memory, 1, "b") == .mismatch)
    let again = try #require(ticket(begin(&memory, 1)))
    #expect(begin(&memory, 1) == .inProgress)
    memory.finish(again, answer: .success)
    #expect(begin(&memory, 1) == .replay(.success))
    #expect(memory.count == 1)
  }

  @Test("the same id with another request is a mismatch, in progress and after")
  func mismatch() throws {
    var memory = RequestIDMemory()
    let first = try #require(ticket(begin(&memory, 1)))
    #expect(begin(&memory, 1, "b") == .mismatch)
    memory.finish(first, answer: .success)
    #expect(begin(&memory, 1, "b") == .mismatch)
    let otherDate = memory.begin(
      key(1, sent: Self.start + 1), fingerprint: print("a", sent: Self.start + 1),
      now: Instant(seconds: Self.start))
    #expect(otherDate == .mismatch)
    #expect(begin(&memory, 1) == .replay(.success))
  }

  @Test("an abandoned run leaves nothing behind")
  func abandon() throws {
    var memory = RequestIDMemory()
    memory.abandon(try #require(ticket(begin(&memory, 1))))
    #expect(memory.count == 0)
    let second = try #require(ticket(begin(&memory, 1, "b")))
    memory.finish(second, answer: .success)
    #expect(begin(&memory, 1, "b") == .replay(.success))
  }

  @Test("an abandoned second run leaves the first one's failure behind")
  func abandonRerun() throws {
    var memory = RequestIDMemory()
    try run(&memory, 1, RememberedAnswer(status: 503))
    memory.abandon(try #require(ticket(begin(&memory, 1))))
    #expect(begin(&memory, 1, "b") == .mismatch)
    #expect(ticket(begin(&memory, 1)) != nil)
  }

  @Test("many abandoned runs behind one that lasts do not lose it, nor those between")
  func manyAbandoned() throws {
    var memory = RequestIDMemory()
    let slow = try #require(ticket(begin(&memory, 0)))
    for number in 1...20 as ClosedRange<UInt64> { try run(&memory, number) }
    let late = try #require(ticket(begin(&memory, 21)))
    for number in 100..<5_000 as Range<UInt64> {
      memory.abandon(try #require(ticket(begin(&memory, number))))
    }
    #expect(memory.count == 22)
    memory.finish(slow, answer: RememberedAnswer(Self.refusal))
    memory.finish(late, answer: .success)
    #expect(begin(&memory, 0) == .replay(RememberedAnswer(Self.refusal)))
    for number in 1...21 as ClosedRange<UInt64> {
      #expect(begin(&memory, number) == .replay(.success))
    }
  }

  @Test("a ticket works once")
  func ticketOnce() throws {
    var memory = RequestIDMemory()
    let first = try #require(ticket(begin(&memory, 1)))
    memory.finish(first, answer: RememberedAnswer(status: 500))
    let second = try #require(ticket(begin(&memory, 1)))
    memory.finish(first, answer: .success)
    memory.abandon(first)
    #expect(begin(&memory, 1) == .inProgress)
    memory.finish(second, answer: RememberedAnswer(Self.refusal))
    memory.finish(second, answer: .success)
    memory.abandon(second)
    #expect(begin(&memory, 1) == .replay(RememberedAnswer(Self.refusal)))
  }

  @Test("an id is remembered to the last second of its window and no longer")
  func expiry() throws {
    var memory = RequestIDMemory()
    try run(&memory, 1, RememberedAnswer(Self.refusal))
    #expect(begin(&memory, 1, at: 300) == .replay(RememberedAnswer(Self.refusal)))
    #expect(ticket(begin(&memory, 1, "b", at: 301)) != nil)
    #expect(memory.refusalCount == 0)
    #expect(memory.expired == 1)
    #expect(memory.count == 1)
  }

  @Test("expired responses are forgotten when any request comes")
  func expiryOfOthers() throws {
    var memory = RequestIDMemory()
    for number in 0..<100 as Range<UInt64> {
      try run(&memory, number, RememberedAnswer(Self.refusal))
    }
    #expect(memory.refusalCount == 100)
    let late = Self.start + 301
    _ = memory.begin(
      key(1_000, sent: late), fingerprint: print("a", sent: late), now: Instant(seconds: late))
    #expect(memory.count == 1)
    #expect(memory.expired == 100)
    #expect(memory.refusalCount == 0)
    #expect(memory.evicted == 0)
  }

  @Test("an id that is in progress is kept beyond its window")
  func inProgressBeyondWindow() throws {
    var memory = RequestIDMemory()
    let slow = try #require(ticket(begin(&memory, 1)))
    try run(&memory, 2)
    #expect(begin(&memory, 1, at: 1_000) == .inProgress)
    // The other is behind it, and still treated as gone.
    #expect(ticket(begin(&memory, 2, "b", at: 1_000)) != nil)
    memory.finish(slow, answer: .success)
    #expect(ticket(begin(&memory, 1, "b", at: 1_000)) != nil)
    #expect(memory.expired == 2)
  }

  @Test("a clock that is set back forgets nothing")
  func clockBack() throws {
    var memory = RequestIDMemory()
    try run(&memory, 1, at: 200)
    #expect(begin(&memory, 1, at: -200) == .replay(.success))
  }

  @Test("beyond the limit the oldest is dropped and counted")
  func eviction() throws {
    var memory = RequestIDMemory(limit: 100)
    for number in 0..<1_000 as Range<UInt64> {
      try run(&memory, number, number % 3 == 0 ? RememberedAnswer(Self.refusal) : .success)
      #expect(memory.count <= 100)
    }
    #expect(memory.count == 100)
    #expect(memory.evicted == 900)
    #expect(memory.refusalCount == 34)
    for number in 900..<1_000 as Range<UInt64> {
      let expected = number % 3 == 0 ? RememberedAnswer(Self.refusal) : .success
      #expect(begin(&memory, number) == .replay(expected))
    }
    #expect(ticket(begin(&memory, 899)) != nil)
  }

  @Test("ids in progress outlive the bound as long as others can go")
  func evictionSparesInProgress() throws {
    var memory = RequestIDMemory(limit: 10)
    let slow = try (0..<5 as Range<UInt64>).map { try #require(ticket(begin(&memory, $0))) }
    for number in 100..<200 as Range<UInt64> { try run(&memory, number) }
    #expect(memory.count == 10)
    for number in 0..<5 as Range<UInt64> { #expect(begin(&memory, number) == .inProgress) }
    for ticket in slow { memory.finish(ticket, answer: RememberedAnswer(Self.refusal)) }
    for number in 0..<5 as Range<UInt64> {
      #expect(begin(&memory, number) == .replay(RememberedAnswer(Self.refusal)))
    }
  }

  @Test("when all are in progress the oldest is dropped, and its ticket finishes nothing")
  func evictionOfInProgress() throws {
    var memory = RequestIDMemory(limit: 3)
    let tickets = try (0..<4 as Range<UInt64>).map { try #require(ticket(begin(&memory, $0))) }
    #expect(memory.count == 3)
    #expect(memory.evicted == 1)
    for ticket in tickets { memory.finish(ticket, answer: .success) }
    for number in 1..<4 as Range<UInt64> { #expect(begin(&memory, number) == .replay(.success)) }
    #expect(ticket(begin(&memory, 0)) != nil)
  }

  @Test("for want of memory the oldest are dropped and counted, and what is left is remembered")
  func dropping() throws {
    var memory = RequestIDMemory()
    #expect(memory.bytes == 0)
    for number in 0..<5_000 as Range<UInt64> {
      try run(&memory, number, number == 4_999 ? RememberedAnswer(Self.refusal) : .success)
    }
    let before = memory.bytes
    // An id takes 40 bytes, and its place in the index 10 to 20.
    #expect(before > 5_000 * 40 && before < 5_000 * 66)
    #expect(memory.dropOldest(4_700) == 4_700)
    #expect(memory.count == 300 && memory.evicted == 4_700)
    #expect(memory.bytes < before / 6)
    for number in 4_700..<4_999 as Range<UInt64> {
      #expect(begin(&memory, number) == .replay(.success), "\(number)")
    }
    #expect(begin(&memory, 4_999) == .replay(RememberedAnswer(Self.refusal)))
    #expect(memory.dropOldest(1_000) == 300 && memory.bytes == 0)
    #expect(memory.dropOldest(1) == 0 && memory.evicted == 5_000)
    try run(&memory, 4_999)
  }

  @Test("for want of memory those in progress are not dropped, however few there are")
  func droppingSparesInProgress() throws {
    var memory = RequestIDMemory()
    let slow = try (0..<5 as Range<UInt64>).map { try #require(ticket(begin(&memory, $0))) }
    for number in 100..<110 as Range<UInt64> { try run(&memory, number) }
    #expect(memory.dropOldest(256) == 10 && memory.count == 5 && memory.evicted == 10)
    #expect(memory.dropOldest(256) == 0 && memory.ids == 5)
    for ticket in slow { memory.finish(ticket, answer: .success) }
    for number in 0..<5 as Range<UInt64> { #expect(begin(&memory, number) == .replay(.success)) }
  }

  @Test("what is past its window is dropped up to the first that is not, or is in progress")
  func droppingForgotten() throws {
    func instant(_ offset: Int64) -> Instant { Instant(seconds: Self.start + offset) }
    var memory = RequestIDMemory()
    for number in 0..<500 as Range<UInt64> {
      _ = memory.count(key(number).requestID)
      if number % 2 == 0 { try run(&memory, number, RememberedAnswer(Self.refusal)) }
    }
    let late = memory.begin(
      key(500, sent: Self.start + 10), fingerprint: print("a"), now: instant(10))
    let before = memory.bytes
    #expect(memory.dropForgotten(now: instant(300)) == 0)
    #expect(memory.dropForgotten(now: instant(301)) == 500)
    #expect(memory.ids == 1 && memory.count == 1 && memory.refusalCount == 0)
    #expect(memory.expired == 250 && memory.evicted == 0 && memory.bytes < before / 4)
    // In progress, whatever the clock says.
    #expect(memory.dropForgotten(now: instant(10_000)) == 0)
    memory.finish(try #require(ticket(late)), answer: .success)
    #expect(memory.dropForgotten(now: instant(310)) == 0)
    #expect(memory.dropForgotten(now: instant(311)) == 1 && memory.bytes == 0)
    try run(&memory, 500)
  }

  @Test("an id that was only counted for long is remembered, and forgotten, as any other")
  func countedBefore() throws {
    var memory = RequestIDMemory()
    for number in 0..<10 as Range<UInt64> { _ = memory.count(key(number).requestID) }
    for number in 100..<110 as Range<UInt64> { try run(&memory, number) }
    // Behind what was looked at already.
    try run(&memory, 3)
    #expect(memory.ids == 20 && memory.count == 11)
    #expect(begin(&memory, 3) == .replay(.success))
    let late = Self.start + 301
    _ = memory.begin(
      key(1_000, sent: late), fingerprint: print("a", sent: late), now: Instant(seconds: late))
    #expect(memory.count == 1 && memory.expired == 11 && memory.ids == 21)
  }

  @Test(
    "an id is remembered as long on a clock that is centuries from now",
    arguments: [-9_000_000_000, 9_000_000_000])
  func farClocks(_ sent: Int64) throws {
    var memory = RequestIDMemory()
    func decide(at seconds: Int64) -> RepeatabilityDecision {
      memory.begin(
        key(1, sent: sent), fingerprint: print("a", sent: sent), now: Instant(seconds: seconds))
    }
    memory.finish(try #require(ticket(decide(at: sent))), answer: .success)
    #expect(decide(at: sent + 300) == .replay(.success))
    #expect(ticket(decide(at: sent + 301)) != nil)
  }

  @Test("everything can be forgotten, with tickets out")
  func removeAll() throws {
    var memory = RequestIDMemory()
    try run(&memory, 1, RememberedAnswer(Self.refusal))
    #expect(begin(&memory, 1) == .replay(RememberedAnswer(Self.refusal)))
    let out = try #require(ticket(begin(&memory, 2)))
    memory.removeAll()
    #expect(memory.count == 0 && memory.refusalCount == 0)
    #expect(memory.replayed == 0 && memory.evicted == 0 && memory.expired == 0)
    memory.finish(out, answer: .success)
    memory.abandon(out)
    #expect(memory.count == 0)
    let again = try #require(ticket(begin(&memory, 2)))
    memory.finish(out, answer: RememberedAnswer(Self.refusal))
    #expect(begin(&memory, 2) == .inProgress)
    memory.finish(again, answer: .success)
    #expect(begin(&memory, 2) == .replay(.success))
    #expect(ticket(begin(&memory, 1)) != nil)
  }

  @Test("a refusal that a decision is has its status, code and result")
  func refusals() throws {
    let key = key(1)
    let busy = try #require(RepeatabilityDecision.inProgress.rejection(for: key))
    #expect(busy.status == 409)
    #expect(busy.fields == [ResponseField("Repeatability-Result", "accepted")])
    let other = try #require(RepeatabilityDecision.mismatch.rejection(for: key))
    #expect(other.status == 400)
    #expect(other.fields == [ResponseField("Repeatability-Result", "rejected")])
    #expect(RepeatabilityDecision.replay(.success).rejection(for: key) == nil)
  }

  /// A plain dictionary that does the same without a bound.
  @Test("random histories come out as a plain model says")
  func model() throws {
    struct Model {
      var body: String
      var answer: Int?
      var ticket: RepeatabilityTicket
      var sent: Int64
      /// Whether it ended 5xx before.
      var failed = false
    }
    var generator = SplitMix64(seed: 6)
    var memory = RequestIDMemory(limit: 1_000)
    var model: [UInt64: Model] = [:]
    var now = Self.start
    for _ in 0..<30_000 {
      now += Int64.random(in: -1...3, using: &generator)
      let number = UInt64.random(in: 0..<200, using: &generator)
      let known = model[number].flatMap { model in
        model.sent + 300 >= now || model.answer == nil ? model : nil
      }
      switch Int.random(in: 0..<4, using: &generator) {
      case 0 where known != nil && known?.answer == nil:
        guard let known else { continue }
        let status = [204, 404, 500].randomElement(using: &generator) ?? 204
        memory.finish(known.ticket, answer: RememberedAnswer(status: status))
        model[number]?.answer = status
      case 1 where known != nil && known?.answer == nil:
        guard let known, Bool.random(using: &generator) else { continue }
        memory.abandon(known.ticket)
        if known.failed { model[number]?.answer = 500 } else { model[number] = nil }
      default:
        let body = Bool.random(using: &generator) ? "a" : "b"
        let sent = known?.sent ?? now
        let decision = memory.begin(
          key(number, sent: sent), fingerprint: print(body, sent: sent),
          now: Instant(seconds: now))
        switch (known, decision) {
        case (let known?, .mismatch): #expect(known.body != body)
        case (let known?, .inProgress): #expect(known.body == body && known.answer == nil)
        case (let known?, .replay(let answer)):
          #expect(known.body == body && known.answer == answer.status && answer.status < 500)
        case (let known?, .execute(let ticket)):
          #expect(known.body == body && known.answer == 500)
          model[number]?.ticket = ticket
          model[number]?.answer = nil
          model[number]?.failed = true
        case (nil, .execute(let ticket)):
          model[number] = Model(body: body, answer: nil, ticket: ticket, sent: sent)
        case (nil, _): Issue.record("\(decision) for an id that is new")
        }
      }
    }
    #expect(memory.expired > 100)
    #expect(memory.evicted == 0)
  }
}
