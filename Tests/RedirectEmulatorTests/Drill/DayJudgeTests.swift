import Core
import RedirectEmulator
import Scenarios
import Testing

private typealias Sample = SampleCalls

/// A day as it was seen, and what is said of it.
private struct Row: Sendable {
  var what: String
  var day: String
  var evidence: DayEvidence
  var verdict: DayJudge.Verdict
  /// A part of the first finding.
  var finding: String

  init(
    _ what: String, _ day: String, _ calls: [Call], fired: Set<String> = [], requests: Int? = nil,
    end: DayEvidence.CommandEnd? = .status(0), isRung: Bool = false,
    others: [String] = [], _ verdict: DayJudge.Verdict, _ finding: String = ""
  ) {
    (self.what, self.day, self.verdict, self.finding) = (what, day, verdict, finding)
    evidence = DayEvidence(
      calls: calls, fired: fired,
      requests: requests ?? calls.reduce(0) { $0 + $1.attempts.count }, end: end, isRung: isRung,
      otherResources: others)
  }
}

@Suite("What is said of a day")
struct DayJudgeTests {
  private static let busy = "throttled, in a test"
  private static let met = Sample.attempt(1, 429, rule: busy, retryAfter: 1)
  private static let gone = "the caller has hung up"

  private static func tries(_ count: Int, every seconds: Double) -> [CallAttempt] {
    (0..<count).map {
      Sample.attempt(UInt64($0 + 1), at: Double($0) * seconds, 503, rule: busy)
    }
  }

  private static let testRuns: [Row] = [
    Row("all is well", "a perfect day", [Sample.seen([Sample.attempt(1)])], .passed),
    Row(
      "a command that asks for nothing", "a perfect day", [], .notTested,
      "The command sent no request."
    ),
    Row(
      "a command that fails and asks for nothing", "throttled twice", [], end: .status(5),
      .notTested,
      "The command ended with status 5, and sent no request. Of pytest, 5 means that no test was selected."
    ),
    Row(
      "a command that asks another resource", "a perfect day", [], others: ["test-a-1"], .notTested,
      "The command sent no request to the resource 'default', in which the day's faults happen. It made the resource 'test-a-1'. Tests with the fixture acs need pytest --acs-resource default, tests with the helper for Node use existing() instead of resource(), and others use the connection string of the environment."
    ),
    Row(
      "another resource, and a fault", "throttled twice", [], others: ["test-a-1", "test-b-2"],
      .notTested,
      "It made the resource 'test-a-1' and others. Tests"
    ),
    Row(
      "a test that fails", "a perfect day", [Sample.seen([Sample.attempt(1)])], end: .status(3),
      .failed, "ended with status 3; expected 0"
    ),
    Row(
      "a command without an end", "a perfect day", [], end: .stopped(after: .seconds(120)),
      .failed, "had not ended after 120s"
    ),
    Row(
      "two redirects", "a perfect day",
      [Sample.seen([Sample.attempt(1, id: "a"), Sample.attempt(2, at: 1, id: "b")])],
      .failed, "was redirected 2 times"
    ),
    Row(
      "throttled, and redirected", "throttled twice",
      [Sample.seen([met, Sample.attempt(2, at: 2)])], fired: [busy], .passed
    ),
    Row(
      "throttled, and given up", "throttled twice", [Sample.seen([met])], fired: [busy], .failed,
      "has 0 redirects; expected 1"
    ),
    Row(
      "throttled, and impatient", "throttled twice",
      [Sample.seen([met, Sample.attempt(2, at: 0.5)])], fired: [busy], .failed,
      "Try 2 came 0.3 s after a response that asked for 1 s."
    ),
    Row(
      "a storm of tries", "throttled twice",
      [Sample.seen(tries(11, every: 0.05) + [Sample.attempt(12, at: 2)])], fired: [busy], .failed,
      "had 11 tries in one second; expected 10 at most"
    ),
    Row(
      "as many tries, a little later", "throttled twice",
      [Sample.seen(tries(11, every: 0.1) + [Sample.attempt(12, at: 2)])], fired: [busy], .passed
    ),
    Row(
      "as many tries, with time between them that was skipped", "throttled twice",
      [
        Sample.seen(
          tries(6, every: 0.01)
            + (0..<6).map {
              Sample.attempt(
                UInt64($0 + 7), at: 10 + Double($0) * 0.01, 503, rule: busy, skipped: 9.5)
            } + [Sample.attempt(13, at: 20, skipped: 9.5)])
      ], fired: [busy], .passed
    ),
    Row(
      "the fault never happened", "throttled twice", [Sample.seen([Sample.attempt(1)])],
      .notTested, "Its fault never happened"
    ),
    Row(
      "only a rule that lets requests pass", "throttled twice",
      [Sample.seen([Sample.attempt(1)])], fired: ["then all is well"], .notTested,
      "Its fault never happened"
    ),
    Row("nobody asked", "throttled twice", [], .notTested, "The command sent no request."),
    Row(
      "a test that expects success", "call gone",
      [Sample.seen([Sample.attempt(1, 404, rule: gone)])], fired: [gone], end: .status(1), .passed
    ),
    Row(
      "a retry that is of no use", "call gone",
      [Sample.seen([1, 2].map { Sample.attempt($0, at: Double($0), 404, rule: gone) })],
      fired: [gone], .failed, "has 2 tries; expected 1"
    ),
    Row(
      "a certificate that is refused", "certificate expired", [], fired: ["expired"],
      end: .status(1), .passed
    ),
    Row(
      "a certificate that is accepted", "certificate expired",
      [Sample.seen([Sample.attempt(1)])], fired: ["expired"], .failed, "must not trust"
    ),
    Row("no call rings at an app", "event delivered twice", [], .notTested, "It needs --ring URL"),
    Row("no event is delivered", "webhook validated first", [], .notTested, "It needs --ring URL"),
    Row("no caller is named", "anonymous caller", [], .notTested, "It needs --ring URL"),
    Row("no calls ring", "burst", [], .notTested, "It needs --ring URL"),
  ]

  private static let rungs: [Row] = [
    Row(
      "the app redirects", "a perfect day",
      [Sample.registered([Sample.attempt(1)], takenAt: 0.2, deliveries: [delivered])], end: nil,
      isRung: true, .passed
    ),
    Row(
      "the app is silent", "a perfect day", [Sample.registered([], deliveries: [delivered])],
      end: nil, isRung: true, .failed, "The caller of c1: lost; expected redirected"
    ),
    Row(
      "the app is silent, many times", "a perfect day",
      Array(repeating: Sample.registered([], deliveries: [delivered]), count: 11), end: nil,
      isRung: true, .failed, "11 calls rang; expected 1"
    ),
    Row(
      "the app is slow", "a perfect day",
      [Sample.registered([Sample.attempt(1)], takenAt: 12, deliveries: [delivered])], end: nil,
      isRung: true, .failed, "redirected after 12s; expected 10s at most"
    ),
    Row(
      "two deliveries", "a perfect day",
      [Sample.registered([Sample.attempt(1)], takenAt: 1, deliveries: [delivered, delivered])],
      end: nil, isRung: true, .failed, "has 2 deliveries; expected 1"
    ),
    Row(
      "nothing rang", "a perfect day", [], end: nil, isRung: true, .failed,
      "0 calls rang; expected 1"
    ),
    Row(
      "the app ends", "a perfect day", [], end: .status(1), isRung: true, .failed,
      "The app ended with status 1"
    ),
    Row(
      "the app is never ready", "a perfect day", [],
      end: .neverReady(at: "http://127.0.0.1:8080/", after: .seconds(30)),
      isRung: true, .failed, "accepted no connection at http://127.0.0.1:8080/ within 30s"
    ),
    Row(
      "the app never asks", "throttled twice", [Sample.registered([], deliveries: [delivered])],
      end: nil, isRung: true, .notTested,
      "The service was never asked. Caller lost: it rang 30 s. Your app answered the webhook 200, and sent nothing. See that your app reads"
    ),
  ]

  /// A call on the day on which no app can redirect, with its tries at these times.
  private static func unavailable(_ times: [Double], _ deliveries: [CallDelivery] = []) -> Call {
    Sample.registered(
      times.enumerated().map {
        Sample.attempt(UInt64($0.offset + 1), at: $0.element, 503, rule: "unavailable")
      }, deliveries: deliveries)
  }

  private static let givenUp: [Row] = [
    Row(
      "one try, and a 200", "unavailable for the whole ring",
      [unavailable([0.1], [delivered])], fired: ["unavailable"], end: nil, isRung: true, .failed,
      "The app gave up c1: its last try came after 0.1 s; expected tries for 15s at least."
    ),
    Row(
      "one try for each delivery", "unavailable for the whole ring",
      [unavailable([0.1, 10.2])], fired: ["unavailable"], end: nil, isRung: true, .failed,
      "its last try came after 10.2 s"
    ),
    Row(
      "tries until the second half of the ring", "unavailable for the whole ring",
      [unavailable([0.1, 4, 8, 15])], fired: ["unavailable"], end: nil, isRung: true, .passed
    ),
    Row(
      "many that gave up", "unavailable for the whole ring",
      [unavailable([0.1]), unavailable([2])], fired: ["unavailable"], end: nil, isRung: true,
      .failed, "2 calls rang"
    ),
    Row(
      "of a test run no ring is known", "unavailable for the whole ring",
      [Sample.seen([Sample.attempt(1, 503, rule: "unavailable")])], fired: ["unavailable"],
      .passed
    ),
    Row(
      "another try with a signature that is refused", "signature skewed",
      [
        Sample.registered(
          (1...2).map { Sample.attempt($0, at: Double($0), 401, rule: "the signature is skewed") })
      ], fired: ["the signature is skewed"], end: nil, isRung: true, .failed,
      "has 2 tries; expected 1"
    ),
  ]

  private static let delivered = Sample.delivery(1, at: 0, status: 200)

  @Test("calls of which the same is said have one finding, and the first ten are named")
  func together() throws {
    let scenario = try #require(EmbeddedDay.named("a perfect day")).scenario()
    let day = try #require(scenario.day)
    let silent = Sample.registered([], deliveries: [Self.delivered])
    let findings = DayJudge.judge(
      day, scenario,
      DayEvidence(calls: Array(repeating: silent, count: 11), requests: 1, isRung: true)
    ).findings
    let names = Array(repeating: "c1", count: 10).joined(separator: ", ")
    #expect(
      findings.contains("11 calls: the caller is lost; expected redirected: \(names), …"),
      "\(findings)")
  }

  @Test("a day is judged by what was seen", arguments: testRuns + rungs + givenUp)
  private func judged(row: Row) throws {
    let scenario = try #require(EmbeddedDay.named(row.day)).scenario()
    let day = try #require(scenario.day)
    let (verdict, findings) = DayJudge.judge(day, scenario, row.evidence)
    #expect(verdict == row.verdict, "\(row.what): \(findings)")
    #expect(
      row.finding.isEmpty
        ? findings.isEmpty : findings.first?.contains(row.finding) == true,
      "\(row.what): \(findings)")
  }
}
