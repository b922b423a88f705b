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
    let operations = OperationPage(journal).operations
    #expect(operations.map(\.requestID) == [Self.a.uppercased(), Self.b, nil, nil])
    #expect(operations.map { $0.attempts.map(\.seq) } == [[1, 4], [2], [3], [5]])
    #expect(operations.map { $0.attempts.map(\.status) } == [[429, 204], [204], [nil], [401]])
    #expect(operations.map(\.executed) == [1, 1, 0, 0])
    #expect(operations.map(\.finalStatus) == [204, 204, nil, 401])
  }

  @Test("attempts that were recorded out of order are in the order in which they came")
  func order() {
    let journal = JournalSamples.journal([
      JournalSamples.entry(at: 50, status: 409, id: Self.a),
      JournalSamples.entry(at: 0, status: 204, id: Self.a),
    ])
    let operations = OperationPage(journal).operations
    #expect(operations.first?.attempts.map(\.status) == [204, 409])
  }

  @Test("an operation that a filter chooses by one attempt has them all")
  func filtered() {
    let journal = JournalSamples.journal([
      JournalSamples.entry(status: 429, id: Self.a), JournalSamples.entry(id: Self.b),
      JournalSamples.entry(at: 5, status: 204, id: Self.a),
    ])
    let operations = OperationPage(
      journal, JournalQuery(filter: JournalFilter(status: .within(429...429)))
    ).operations
    #expect(operations.map { $0.attempts.map(\.status) } == [[429, 204]])
  }

  @Test(
    "what changed behind a number is shown whole, and its page continues without an end that repeats"
  )
  func changed() {
    // Requests 1, 4 and 6 are one operation, 2 and 5 another, 3 a third.
    let journal = JournalSamples.journal(
      [Self.a, Self.b, nil, Self.a, Self.b, Self.a].enumerated().map { index, id in
        JournalSamples.entry(at: Int64(index) * 10, id: id)
      })
    func page(_ query: JournalQuery) -> ([[UInt64]], UInt64?) {
      let page = OperationPage(journal, query)
      return (page.operations.map { $0.attempts.map(\.seq) }, page.next)
    }
    #expect(page(JournalQuery(after: 4)) == ([[2, 5], [1, 4, 6]], nil))
    #expect(page(JournalQuery(after: 5)) == ([[1, 4, 6]], nil))
    #expect(page(JournalQuery(after: 6)) == ([], nil))
    var pages: [[[UInt64]]] = []
    var after: UInt64? = 0
    while let start = after, pages.count < 10 {
      let (operations, next) = page(JournalQuery(after: start, limit: 1))
      pages.append(operations)
      after = next
    }
    #expect(pages == [[[1, 4, 6]], [[2, 5]], [[3]], [[1, 4, 6]], [[2, 5]], [[1, 4, 6]]])
    var newest = JournalQuery(limit: 2)
    newest.order = .newest
    #expect(page(newest) == ([[3], [2, 5]], 2))
    newest.before = 2
    #expect(page(newest) == ([[1, 4, 6]], nil))
  }

  @Test("operations are shown with what they asked for and what happened to each attempt")
  func json() {
    let journal = JournalSamples.journal([
      JournalSamples.entry(at: 0, lasting: 2, status: 429, id: Self.a, rule: "t", retryAfter: 1_000)
    ])
    var writer = JSONWriter()
    OperationPage(journal).write(to: &writer)
    #expect(
      String(decoding: writer.bytes, as: UTF8.self)
        == #"{"operations":[{"requestId":"\#(Self.a)","clientRequestId":null,"#
        + #""target":{"kind":"phoneNumber","id":"+14255550123"},"apiVersion":"2026-03-12","#
        + #""userAgent":null,"context":{"length":8,"tail":"YzEi"},"executed":0,"attempts":[{"seq":1,"#
        + #""time":"2026-11-23T10:00:00.000Z","status":429,"rule":"t","executed":false,"#
        + #""durationMs":2,"retryAfterMs":1000,"end":"answered","outcome":"repeated","#
        + #""repeated":true,"failed":null,"step":null,"did":"nothing","bytesSent":0,"#
        + #""answerBytes":0,"answerWhole":true,"pauseMs":null,"connection":7}]}],"next":null,"dropped":0}"#
    )
  }
}
