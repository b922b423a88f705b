import Documents
import RedirectEmulator
import Testing

@Suite struct VerifierTests {
  static let a = "0d3f1c5e-6a0b-4c1d-8f5e-0a1b2c3d4e5f"
  static let b = "11111111-6a0b-4c1d-8f5e-0a1b2c3d4e5f"

  /// What a client did, by name.
  enum Story: String, Sendable, CustomTestStringConvertible {
    case nothing, once, twoClients
    /// 429 that asks for 1 s, then 204 after 1.01 s.
    case patient
    /// 429 that asks for 1 s, then 204 after 0.2 s.
    case hasty
    /// 429 that asks for 1 s, and no further attempt.
    case gaveUp
    /// Pauses of 100, 200 and 400 ms.
    case growing
    /// Pauses of 100, 100 and 100 ms.
    case constant
    /// Pauses of 200, 400 and 100 ms.
    case shrinking
    case newFirstSent, newID, noPair, noFirstSent
    /// A response that was lost: executed twice.
    case twice

    var testDescription: String { rawValue }

    var entries: [JournalEntry] {
      typealias Sample = JournalSamples
      let a = VerifierTests.a
      let b = VerifierTests.b
      switch self {
      case .nothing: return []
      case .once: return [Sample.entry(id: a, clientID: "c", executed: true)]
      case .twoClients:
        return [
          Sample.entry(id: a, clientID: "c", executed: true),
          Sample.entry(at: 5, status: 503, id: b, clientID: "d"),
          Sample.entry(at: 300, id: b, clientID: "d", executed: true),
        ]
      case .patient, .hasty:
        return [
          Sample.entry(lasting: 10, status: 429, id: a, retryAfter: 1_000),
          Sample.entry(at: self == .patient ? 1_006 : 210, id: a, executed: true),
        ]
      case .gaveUp: return [Sample.entry(status: 429, id: a, retryAfter: 1_000)]
      case .growing: return Self.attempts(pauses: [100, 200, 400])
      case .constant: return Self.attempts(pauses: [100, 100, 100])
      case .shrinking: return Self.attempts(pauses: [200, 400, 100])
      case .newFirstSent:
        return [
          Sample.entry(status: 503, id: a, clientID: "c"),
          Sample.entry(
            at: 50, id: a, firstSent: "Mon, 23 Nov 2026 10:00:01 GMT", clientID: "c"),
        ]
      case .newID:
        return [
          Sample.entry(status: 503, id: a, clientID: "c"),
          Sample.entry(at: 50, id: b, clientID: "c", executed: true),
        ]
      case .noPair: return [Sample.entry(clientID: "c")]
      case .noFirstSent: return [Sample.entry(id: a, firstSent: nil)]
      case .twice:
        return [
          Sample.entry(status: 0, id: a, executed: true),
          Sample.entry(at: 50, id: a, executed: true),
        ]
      }
    }

    private static func attempts(pauses: [Int64]) -> [JournalEntry] {
      var time: Int64 = 0
      var entries = [JournalSamples.entry(at: 0, status: 503, id: a)]
      for pause in pauses {
        time += pause + 1
        entries.append(JournalSamples.entry(at: time, status: 503, id: a))
      }
      return entries
    }
  }

  typealias Row = (Story, Expectations, passed: Bool, seen: Verification.Value, says: String)

  static let rows: [Row] = [
    (.once, Expectations(operations: 1), true, .number(1), "expected 1, saw 1"),
    (.nothing, Expectations(operations: 0), true, .number(0), "expected 0, saw 0"),
    (
      .twoClients, Expectations(operations: .atMost(1)), false, .number(2),
      "expected ..1, saw 2"
    ),
    (
      .twoClients, Expectations(attempts: .between(1...2)), true, .text("1..2"),
      "expected 1..2, saw 1..2"
    ),
    (
      .twoClients, Expectations(attempts: 1), false, .number(2),
      "but operation \(b) (requests 2, 3) was attempted 2 times"
    ),
    (.nothing, Expectations(attempts: 1), false, .nothing, "no operation was found"),
    (.patient, Expectations(executed: 1), true, .number(1), "expected 1, saw 1"),
    (.twice, Expectations(executed: 1), false, .number(2), "was executed 2 times"),
    (
      .patient, Expectations(statuses: [429, 204]), true, .list([.number(429), .number(204)]),
      "[429, 204], as expected"
    ),
    (
      .twice, Expectations(statuses: [nil, 204]), true, .list([.nothing, .number(204)]),
      "[nothing, 204]"
    ),
    (
      .patient, Expectations(statuses: [429, 429, 204]), false,
      .list([.number(429), .number(204)]), "expected [429, 429, 204], but operation \(a)"
    ),
    (.nothing, Expectations(statuses: []), false, .nothing, "no operation was found"),
    (.twoClients, Expectations(finalStatus: 204), true, .number(204), "204, as expected"),
    (
      .gaveUp, Expectations(finalStatus: 204), false, .number(429),
      "expected 204, but operation \(a) (request 1) had 429"
    ),
    (.patient, Expectations(redirects: 1), true, .number(1), "expected 1, saw 1"),
    (
      .nothing, Expectations(redirects: 1), false, .number(0),
      "expected 1, saw 0; no operation was found"
    ),
    (.twice, Expectations(redirects: .atMost(1)), false, .number(2), "expected ..1, saw 2"),
    (
      .twice, Expectations(ends: [.reset, .answered]), true,
      .list([.text("reset"), .text("answered")]), "[reset, answered], as expected"
    ),
    (
      .once, Expectations(ends: [.reset]), false, .list([.text("answered")]),
      "expected [reset], but operation \(a) (request 1) had [answered]"
    ),
    (.once, Expectations(rules: []), true, .list([]), "no rule fired"),
    (
      .once, Expectations(rules: ["busy"]), false, .list([]),
      "expected [busy], but [busy] did not fire"
    ),
    (
      .patient, Expectations(honoursRetryAfter: true), true, .flag(true),
      "1 attempt came no sooner"
    ),
    (
      .hasty, Expectations(honoursRetryAfter: true), false, .flag(false),
      "request 1 asked for 1s, but request 2 came after 200ms"
    ),
    (.hasty, Expectations(honoursRetryAfter: false), true, .flag(false), "expected false"),
    (
      .gaveUp, Expectations(honoursRetryAfter: true), false, .nothing,
      "no response that asked for a wait was followed"
    ),
    (.gaveUp, Expectations(honoursRetryAfter: false), false, .nothing, "no response that asked"),
    (
      .patient, Expectations(stableRepeatability: true), true, .flag(true),
      "every attempt kept its"
    ),
    (.twoClients, Expectations(stableRepeatability: true), true, .flag(true), "every attempt"),
    (
      .newFirstSent, Expectations(stableRepeatability: true), false, .flag(false),
      "request 2 changed Repeatability-First-Sent from 'Mon, 23 Nov 2026 10:00:00 GMT'"
    ),
    (
      .newID, Expectations(stableRepeatability: true), false, .flag(false),
      "request 2 has the x-ms-client-request-id of operation \(a)"
    ),
    (
      .noPair, Expectations(stableRepeatability: true), false, .flag(false),
      "carried no Repeatability-Request-ID"
    ),
    (
      .noFirstSent, Expectations(stableRepeatability: true), false, .flag(false),
      "carried no Repeatability-First-Sent"
    ),
    (.newID, Expectations(stableRepeatability: false), true, .flag(false), "another"),
    (
      .growing,
      Expectations(
        spacing: .init(atLeast: .milliseconds(100), atMost: .milliseconds(400))), true,
      .text("100ms..400ms"), "expected at least 100ms, at most 400ms; saw 100ms..400ms"
    ),
    (
      .growing, Expectations(spacing: .init(atLeast: .milliseconds(104))), true,
      .text("100ms..400ms"), "saw"
    ),
    (
      .growing, Expectations(spacing: .init(atLeast: .milliseconds(106))), false,
      .text("100ms..400ms"), "request 2 came after 100ms"
    ),
    (
      .growing, Expectations(spacing: .init(atMost: .milliseconds(390))), false,
      .text("100ms..400ms"), "request 4 came after 400ms"
    ),
    (
      .once, Expectations(spacing: .init(atMost: .seconds(1))), false, .nothing,
      "no operation has a second attempt"
    ),
    (.growing, Expectations(backsOff: true), true, .flag(true), "grew in 1 operation"),
    (
      .constant, Expectations(backsOff: true), false, .flag(false),
      "the pauses were 100ms, 100ms, 100ms, which do not grow"
    ),
    (.shrinking, Expectations(backsOff: true), false, .flag(false), "200ms, 400ms, 100ms"),
    (.constant, Expectations(backsOff: false), true, .flag(false), "do not grow"),
    (.patient, Expectations(backsOff: true), false, .nothing, "no operation has three attempts"),
  ]

  @Test("each check holds, or does not, and says what was seen", arguments: rows.indices)
  func check(row: Int) throws {
    let (story, expectations, passed, seen, says) = Self.rows[row]
    let report = Self.report(story.entries, VerifyQuestion(expect: expectations))
    try #require(report.checks.count == 1)
    let check = try #require(report.checks.first)
    #expect(check.passed == passed, "\(story): \(check.message)")
    #expect(report.passed == passed)
    #expect(report.status == (passed ? 200 : 417))
    #expect(check.seen == seen, "\(story): \(check.message)")
    #expect(check.message.contains(says), "\(check.message)")
    #expect(check.message.hasPrefix(check.name + ": "))
  }

  @Test("every expectation has a row that holds and one that does not")
  func coverage() {
    // Those of calls are VerifyCallsSocketTests'.
    let names = Expectations.names.filter {
      !["caller", "appKnows", "within", "deliveries"].contains($0)
    }
    for name in names {
      for passed in [true, false] {
        let found = Self.rows.contains { row in
          row.passed == passed
            && Self.report([], VerifyQuestion(expect: row.1)).checks.first?.name == name
        }
        #expect(found, "\(name) \(passed)")
      }
    }
  }

  @Test("an attempt may come up to 5 ms sooner than asked, and no more", arguments: [4, 5, 6])
  func tolerance(sooner: Int64) {
    let entries = [
      JournalSamples.entry(lasting: 10, status: 429, id: Self.a, retryAfter: 1_000),
      JournalSamples.entry(at: 1_010 - sooner, id: Self.a),
    ]
    let report = Self.report(
      entries, VerifyQuestion(expect: Expectations(honoursRetryAfter: true)))
    #expect(report.passed == (sooner <= 5))
  }

  @Test("an attempt that was on its way before the response had ended is not judged")
  func overlapping() {
    let entries = [
      JournalSamples.entry(lasting: 10, status: 429, id: Self.a, retryAfter: 1_000),
      JournalSamples.entry(at: 5, id: Self.a),
    ]
    let report = Self.report(
      entries, VerifyQuestion(expect: Expectations(honoursRetryAfter: true)))
    #expect(report.checks[0].seen == .nothing, "\(report)")
  }

  @Test("a question is about the operations that its filter chooses, with all their attempts")
  func filtered() throws {
    let query = try JournalQuery([("requestId", Self.b)], scope: .page)
    let report = Self.report(
      Story.twoClients.entries,
      VerifyQuestion(
        query, expect: Expectations(operations: 1, attempts: 2, statuses: [503, 204])))
    #expect(report.passed, "\(report)")
    let late = try JournalQuery([("after", "1")], scope: .page)
    #expect(
      Self.report(
        Story.twoClients.entries, VerifyQuestion(late, expect: Expectations(operations: 1))
      ).passed)
  }

  @Test("where the journal dropped what may matter, nothing passes")
  func incomplete() throws {
    let entries = Story.growing.entries
    let question = VerifyQuestion(expect: Expectations(attempts: 2))
    let report = Self.report(entries, question, limit: 2)
    #expect(report.checks.map(\.passed) == [true])
    #expect(!report.passed)
    #expect(report.incomplete)
    #expect(report.missing == 2)
    #expect(report.status == 417)
    #expect(report.description.contains("dropped 2 requests"))
    #expect(Self.json(report).hasPrefix(#"{"passed":false,"incomplete":true,"message":"The"#))

    let behind = try JournalQuery([("after", "2")], scope: .page)
    #expect(
      Self.report(entries, VerifyQuestion(behind, expect: Expectations(attempts: 2)), limit: 2)
        .passed)
  }

  @Test("a report is shown in the interface's shape")
  func json() {
    let report = Self.report(
      Story.patient.entries,
      VerifyQuestion(expect: Expectations(attempts: .between(1...3), statuses: [nil])))
    #expect(
      Self.json(report)
        == #"{"passed":false,"checks":[{"name":"attempts","passed":true,"expected":"1..3","#
        + #""seen":2,"message":"attempts: expected 1..3, saw 2"},"#
        + #"{"name":"statuses","passed":false,"expected":[null],"seen":[429,204],"#
        + #""message":"statuses: expected [nothing], but operation \#(Self.a) "#
        + #"(requests 1, 2) had [429, 204]"}]}"#)
    #expect(
      report.description.split(separator: "\n").map { $0.prefix(4) } == ["FAIL", "ok  "])
  }

  static func report(
    _ entries: [JournalEntry], _ question: VerifyQuestion, limit: Int = 10_000
  ) -> Verification {
    let journal = JournalSamples.journal(entries, limit: limit)
    return question.answer(from: journal)
  }

  static func json(_ report: Verification) -> String {
    var writer = JSONWriter()
    report.write(to: &writer)
    return String(decoding: writer.bytes, as: UTF8.self)
  }
}
