import Documents
import RedirectEmulator
import Testing

@Suite struct RedirectOperationTests {
  static let a = "0d3f1c5e-6a0b-4c1d-8f5e-0a1b2c3d4e5f"
  static let b = "11111111-6a0b-4c1d-8f5e-0a1b2c3d4e5f"

  @Test("requests are grouped by their request id, without case, in order of their first attempt")
  func grouping() {
    let journal = JournalSamples.journal([
      JournalSamples.entry(at: 0, status: 429, id: Self.a.uppercased()),
      JournalSamples.entry(at: 10, status: 204, id: Self.b, executed: true),
      JournalSamples.entry(at: 20, status: 0),
      JournalSamples.entry(at: 30, status: 204, id: Self.a, executed: true),
      JournalSamples.entry(at: 40, status: 401),
    ])
    let operations = RedirectOperation.operations(of: journal.page().entries)
    #expect(operations.map(\.requestID) == [Self.a.uppercased(), Self.b, nil, nil])
    #expect(operations.map { $0.attempts.map(\.seq) } == [[1, 4], [2], [3], [5]])
    #expect(operations.map { $0.attempts.map(\.status) } == [[429, 204], [204], [nil], [401]])
    #expect(operations.map(\.executed) == [1, 1, 0, 0])
    #expect(operations.map(\.finalStatus) == [204, 204, nil, 401])
  }

  @Test("attempts that were recorded out of order stand in the order in which they came")
  func order() {
    let journal = JournalSamples.journal([
      JournalSamples.entry(at: 50, status: 409, id: Self.a),
      JournalSamples.entry(at: 0, status: 204, id: Self.a),
    ])
    let operations = RedirectOperation.operations(of: journal.page().entries)
    #expect(operations.first?.attempts.map(\.status) == [204, 409])
  }

  @Test("an operation that a filter chooses by one attempt has them all")
  func filtered() {
    let journal = JournalSamples.journal([
      JournalSamples.entry(status: 429, id: Self.a), JournalSamples.entry(id: Self.b),
      JournalSamples.entry(at: 5, status: 204, id: Self.a),
    ])
    let operations = RedirectOperation.operations(
      of: journal.page().entries, filter: JournalFilter(status: .within(429...429)))
    #expect(operations.map { $0.attempts.map(\.status) } == [[429, 204]])
  }

  @Test("operations are shown in the interface's shape")
  func json() {
    let journal = JournalSamples.journal([
      JournalSamples.entry(at: 0, lasting: 2, status: 429, id: Self.a, rule: "t", retryAfter: 1_000)
    ])
    var writer = JSONWriter()
    RedirectOperation.write(
      RedirectOperation.operations(of: journal.page().entries), dropped: 3, to: &writer)
    #expect(
      String(decoding: writer.bytes, as: UTF8.self)
        == #"{"operations":[{"requestId":"\#(Self.a)","executed":0,"attempts":[{"seq":1,"#
        + #""time":"2026-11-23T10:00:00.000Z","status":429,"rule":"t","executed":false,"outcome":"repeated","#
        + #""durationMs":2,"retryAfterMs":1000,"end":"answered"}]}],"dropped":3}"#)
  }
}
