import RedirectCall
import RedirectEmulator
import Testing

@Suite struct JournalQueryTests {
  static let id = "0D3F1C5E-6a0b-4c1d-8f5e-0a1b2c3d4e5f"

  @Test(
    "a filter accepts what it names and nothing else",
    arguments: [
      ("status", "429", true), ("status", "4xx", true), ("status", "400..499", true),
      ("status", "4XX", true), ("status", "204", false), ("status", "5xx", false),
      ("status", "none", false),
      ("stage", "body", true), ("stage", "call", false),
      ("rule", "numbers are throttled", true), ("rule", "numbers", false),
      ("requestId", Self.id.lowercased(), true), ("requestId", Self.id, true),
      ("requestId", "0d3f1c5e", false),
      ("clientRequestId", "client-1", true), ("clientRequestId", "Client-1", false),
      ("clientRequestId", "client", false),
      ("target", "phoneNumber", true), ("target", "+14255550123", true),
      ("target", " 14255550123", true), ("target", "+1425*", true), ("target", "*0123", true),
      ("target", "+1425555012?", true), ("target", "+1425", false),
      ("target", "communicationUser", false), ("target", "+1425?", false),
    ])
  func accepts(name: String, value: String, accepted: Bool) throws {
    let entry = JournalSamples.entry(
      status: 429, id: Self.id, clientID: "client-1", rule: "numbers are throttled", stage: .body)
    let query = try JournalQuery([(name, value)], scope: .page)
    #expect(query.filter.accepts(entry) == accepted)
  }

  @Test("a request that got no status is found by status=none")
  func noStatus() throws {
    let query = try JournalQuery([("status", "none")], scope: .page)
    #expect(query.filter.accepts(JournalSamples.entry(status: 0)))
    #expect(!query.filter.accepts(JournalSamples.entry(status: 204)))
  }

  @Test("every part must hold")
  func conjunction() throws {
    let query = try JournalQuery([("status", "429"), ("rule", "other")], scope: .page)
    #expect(!query.filter.accepts(JournalSamples.entry(status: 429, rule: "one")))
    #expect(query.filter.accepts(JournalSamples.entry(status: 429, rule: "other")))
  }

  @Test("paging is read, and has its defaults")
  func paging() throws {
    let query = try JournalQuery([("after", "17"), ("limit", "5")], scope: .page)
    #expect(query.after == 17)
    #expect(query.limit == 5)
    #expect(try JournalQuery([], scope: .page) == JournalQuery(after: 0, limit: 1_000))
  }

  @Test(
    "what is wrong is refused, with what is allowed",
    arguments: [
      ("limit", "0", "expected 1 to 10000"), ("limit", "10001", "expected 1 to 10000"),
      ("limit", "ten", "'ten' is not a number"), ("before", "x", "not a sequence number"),
      ("order", "latest", "expected oldest or newest"),
      ("fields", "few", "expected all or summary"),
      ("clientRequestId", "", "is empty"), ("after", "-1", "not a sequence number"),
      ("status", "42", "expected 429, 4xx"), ("status", "0xx", "expected 429, 4xx"),
      ("status", "6xx", "expected 429, 4xx"), ("status", "9xx", "expected 429, 4xx"),
      ("status", "600", "expected 429, 4xx"), ("status", "500..600", "expected 429, 4xx"),
      ("status", "500..400", "expected 429, 4xx"), ("status", "400..", "expected 429, 4xx"),
      ("stage", "boddy", "Did you mean 'body'?"), ("stage", "x", "Allowed are http, route"),
      ("rule", "", "is empty"), ("requestid", "x", "Did you mean 'requestId'?"),
      ("statsu", "429", "Did you mean 'status'?"), ("colour", "red", "Allowed are limit, after"),
    ])
  func refused(name: String, value: String, reason: String) {
    let error = #expect(throws: ControlError.self) {
      try JournalQuery([(name, value)], scope: .page)
    }
    #expect(error?.message.contains(reason) == true, "\(error?.message ?? "")")
    #expect(error?.status == 400)
    #expect(error?.target == name)
  }

  @Test("a name given twice is refused, and paging where there are no pages")
  func names() {
    #expect(throws: ControlError.self) {
      try JournalQuery([("rule", "a"), ("rule", "b")], scope: .page)
    }
    #expect(throws: ControlError.self) { try JournalQuery([("limit", "5")], scope: .verify) }
  }
}
