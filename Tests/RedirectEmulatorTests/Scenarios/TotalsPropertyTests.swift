import Foundation
import HTTP1
import RedirectEmulator
import TestSupport
import Testing

/// Random traffic under random rules: whatever happens, the journal, `/metrics`, the last line, `R`, the rules' counters,
/// the operations and the bytes that the clients got tell of the same.
@Suite("Every report adds up, whatever rules and clients do")
struct TotalsPropertyTests {
  /// A rule with what it is to do, by which its share of every report is known.
  struct RandomRule {
    struct Part {
      var text: String
      /// What `faults_total` counts.
      var faults: [String] = []
      /// Whether the operation is not executed.
      var standsIn = false
    }

    var name: String
    var conditions: String
    /// For how many of its requests each part is; the last one is for all others, too.
    var steps: [(times: Int, part: Part)]

    var text: String {
      if steps.count == 1, let step = steps.first {
        return "  - { name: \(name)\(conditions), \(step.part.text) }\n"
      }
      let parts = steps.map { "{ times: \($0.times), \($0.part.text) }" }
      return
        "  - { name: \(name)\(conditions), sequence: [\(parts.joined(separator: ", "))] }\n"
    }

    /// What it does to the Nth request that it decides.
    func part(_ ordinal: Int) -> Part {
      var left = ordinal
      for step in steps {
        left -= step.times
        if left <= 0 { return step.part }
      }
      return steps.last?.part ?? Part(text: "")
    }

    private static let spoiling = [
      "empty", "reset", "{ reset: { afterBytes: 9 } }", "{ reset: { afterBytes: 90 } }", "truncate",
      "{ truncate: { atBytes: 11 } }", "{ truncate: { atBytes: 14 } }", "garbage", "badStatusLine",
      "badHeader", "badChunk", "wrongLength", "{ wrongLength: { by: -3 } }", "duplicateLength",
      "notJSON", "badJSON", "wrongContentType", "badGzip", "{ hang: { for: 1ms } }",
    ]
    private static let carrying = [
      "bodyOn204", "{ interim: { count: 2 } }", "closeAfter", "http10",
    ]

    static func part(_ random: inout SplitMix64) -> Part {
      func name(_ fault: String) -> String {
        fault.hasPrefix("{") ? String(fault.dropFirst(2).prefix { $0 != ":" }) : fault
      }
      var part = Part(text: "")
      var members: [String] = []
      if Int.random(in: 0..<4, using: &random) == 0 {
        members.append("delay: 1ms")
        part.faults.append("delay")
      }
      switch Int.random(in: 0..<7, using: &random) {
      case 0:
        if members.isEmpty { return Part(text: "pass: true") }
      case 1, 2:
        let status = [204, 400, 429, 500, 503].randomElement(using: &random) ?? 503
        members.append("respond: { status: \(status) }")
        part.faults.append("respond")
        part.standsIn = true
      case 3, 4:
        let fault = spoiling.randomElement(using: &random) ?? "reset"
        members.append("fault: \(fault)")
        part.faults.append(name(fault))
        part.standsIn = true
      case 5:
        let fault = carrying.randomElement(using: &random) ?? "http10"
        members.append("fault: \(fault)")
        part.faults.append(name(fault))
      default:
        members.append("pace: { chunk: 64, every: 1ms }")
        part.faults.append("pace")
      }
      if Int.random(in: 0..<3, using: &random) == 0, !members.isEmpty {
        members.append("after: execution")
        part.standsIn = false
      }
      part.text = members.joined(separator: ", ")
      return part
    }

    private static let conditions = [
      "", "attempts: 1", "attempts: 1..2", "attempts: 2..", "calls: 2..5", "every: 2",
      "chance: 50%", "connections: 3..", "over: { rate: 1/m, burst: 2 }",
      "match: { header: { x-test: a } }", "match: { header: { x-test: b } }",
      "match: { valid: any }", "match: { valid: false }",
      "match: { header: { x-test: a }, valid: any }",
      "match: { target: { id: \"+1425*\" } }", "match: { auth: userToken }",
    ]

    init(_ number: Int, _ random: inout SplitMix64) {
      name = "r\(number)"
      let condition = Self.conditions.randomElement(using: &random) ?? ""
      conditions = condition.isEmpty ? "" : ", \(condition)"
      steps = (0..<Int.random(in: 1...2, using: &random)).map { _ in
        (Int.random(in: 1...2, using: &random), Self.part(&random))
      }
    }

    /// The rule for requests whose client leaves.
    init(hanging name: String) {
      self.name = name
      conditions = ", match: { header: { x-test: hang } }"
      steps = [(1, Part(text: "fault: hang", faults: ["hang"], standsIn: true))]
    }
  }

  /// What a client sends, with what it gets where no rule changes it.
  enum Kind: CaseIterable {
    case good, repeatable, unauthorized, unknownVersion, unknownPath, noBody, badID, unread, hung

    /// The check that refuses it.
    var stage: String? {
      switch self {
      case .good, .repeatable, .hung: nil
      case .unauthorized: "authorization"
      case .unknownVersion: "apiVersion"
      case .unknownPath: "route"
      case .noBody: "body"
      case .badID: "repeatability"
      case .unread: "http"
      }
    }

    static func random(_ random: inout SplitMix64) -> Kind {
      // Most requests are right.
      Bool.random(using: &random)
        ? [.good, .repeatable, .repeatable].randomElement(using: &random) ?? .good
        : allCases.randomElement(using: &random) ?? .good
    }
  }

  struct Sent {
    var kind: Kind
    /// Which of the request ids.
    var id: Int?
    var bytes: [UInt8]
  }

  /// What came of a request, by what its client saw.
  struct Seen {
    var sent: Sent
    /// Nil where what came has none that can be read.
    var status: Int?
    /// Whether an end by RST may have taken bytes away that were sent.
    var isCut: Bool
  }

  private let emulator: Emulator
  private let bearer: String
  private let date = IMFFixdate(secondsSince1970: Int64(Date().timeIntervalSince1970)).description

  init() throws {
    emulator = try Emulator.startBlocking()
    bearer = "Bearer " + (try emulator.token())
  }

  private func request(_ kind: Kind, _ random: inout SplitMix64, closes: Bool) -> Sent {
    if kind == .unread {
      return Sent(kind: kind, bytes: Array("GET  / HTTP/1.1\r\nConnection: close\r\n\r\n".utf8))
    }
    var request = RedirectRequest(authorization: kind == .unauthorized ? "Bearer x" : bearer)
    let test = kind == .hung ? "hang" : ["a", "b", "c"].randomElement(using: &random) ?? "a"
    request.fields = [("x-test", test)]
    if closes { request.fields.append(("Connection", "close")) }
    var id: Int?
    switch kind {
    case .repeatable:
      let number = Int.random(in: 0..<3, using: &random)
      request.repeatable(id: "0d3f1c5e-6a0b-4c1d-8f5e-0a1b2c3d4e5\(number)", firstSent: date)
      id = number
    case .badID: request.repeatable(id: "none", firstSent: date)
    case .unknownVersion:
      request.target = "/calling/callConnections:redirect?api-version=1999-01-01"
    case .unknownPath: request.target = "/calling/callConnections:connect?api-version=2026-03-12"
    case .noBody: request.body = "{}"
    case .good, .unauthorized, .unread, .hung: break
    }
    return Sent(kind: kind, id: id, bytes: request.bytes)
  }

  /// Sends one request, or two together, reads until the connection ends, and says what came of each, by the journal's
  /// numbers.
  private func send(_ random: inout SplitMix64, _ scheme: Scheme) throws -> [UInt64: Seen] {
    let kind = Kind.random(&random)
    let last = emulator.requests.last?.seq ?? 0
    let client = try RawClient(port: emulator.port, scheme)
    var sent: [Sent] = []
    if kind == .hung {
      sent = [request(kind, &random, closes: true)]
      try client.send(sent[0].bytes)
      let hangs = becomesTrue { (emulator.requests.last?.seq ?? 0) > last }
      try #require(hangs)
      client.abort()
    } else if kind != .unread, Int.random(in: 0..<3, using: &random) == 0 {
      sent = [
        request(kind, &random, closes: false), request(.random(&random), &random, closes: true),
      ]
      if sent[1].kind == .hung || sent[1].kind == .unread {
        sent[1] = request(.good, &random, closes: true)
      }
      try client.send(sent[0].bytes + sent[1].bytes)
    } else {
      sent = [request(kind, &random, closes: true)]
      try client.send(sent[0].bytes)
    }
    var bytes: [UInt8] = []
    var ending = RawClient.Ending.rst
    if kind != .hung { (bytes, ending) = try client.readToEnd() }
    var entries: [RecordedRequest] = []
    // A second request is served where the first one's connection continues.
    let isWhole = becomesTrue {
      entries = emulator.requests.filter { $0.seq > last }
      let goesOn = sent.count > 1 && entries.first?.end == .answered
      return entries.count == (goesOn ? 2 : 1) && entries.allSatisfy { $0.end != nil }
    }
    try #require(isWhole, "\(entries)")
    return seen(sent, entries, bytes, ending)
  }

  /// Divides what came among the requests by what the journal says was sent for each.
  private func seen(
    _ sent: [Sent], _ entries: [RecordedRequest], _ bytes: [UInt8], _ ending: RawClient.Ending
  ) -> [UInt64: Seen] {
    let total = entries.reduce(0) { $0 + Int($1.bytesSent) }
    // What waits to be read may be lost where a connection is reset.
    let isCut = ending == .rst && bytes.count < total
    #expect(isCut || bytes.count == total, "\(bytes.count) bytes of \(total): \(entries)")
    var rest = bytes[...]
    var seen: [UInt64: Seen] = [:]
    for (sent, entry) in zip(sent, entries) {
      let own = rest.prefix(Int(entry.bytesSent))
      rest = rest.dropFirst(own.count)
      seen[entry.seq] = Seen(sent: sent, status: Self.status(own), isCut: isCut)
    }
    return seen
  }

  /// The status of the final response in some bytes; nil where none can be read.
  private static func status(_ bytes: ArraySlice<UInt8>) -> Int? {
    let text = String(decoding: bytes, as: UTF8.self)
    let line = text.prefix(12)
    guard line.utf8.count == 12, line.hasPrefix("HTTP/1."), let status = Int(line.suffix(3))
    else { return nil }
    guard status < 200 else { return status }
    guard let end = text.range(of: "\r\n\r\n") else { return nil }
    return Self.status(Array(text[end.upperBound...].utf8)[...])
  }

  @Test(
    "the journal, the figures, the totals, the rules' counters, the operations and the wire agree",
    arguments: 0..<200 as Range<UInt64>)
  func agree(seed: UInt64) throws {
    defer { emulator.stop() }
    var random = SplitMix64(seed: seed)
    let rules =
      [RandomRule(hanging: "hung")]
      + (0..<Int.random(in: 0...5, using: &random)).map { RandomRule($0, &random) }
    let scenario = "seed: \(seed)\nrules:\n" + rules.map(\.text).joined()
    try emulator.load(scenario: scenario)
    let scheme: Scheme = seed.isMultiple(of: 16) ? .https : .http
    var seen: [UInt64: Seen] = [:]
    for _ in 0..<12 {
      try seen.merge(send(&random, scheme)) { first, _ in first }
    }
    let context: Comment = "seed \(seed):\n\(scenario)"
    let journal = emulator.requests
    try #require(journal.map(\.seq) == seen.keys.sorted(), context)
    let model = try compare(journal, seen, rules, context)
    try compareReports(journal, model, context)
  }

  /// What the reports have to say.
  private struct Model {
    var outcomes: [RequestOutcome: Int] = [:]
    var faults: [String: Int] = [:]
    var fired: [String: Int] = [:]
    var statuses: [Int?: Int] = [:]
    var stages: [String: Int] = [:]
  }

  /// Says of each request what had to become of it, by what was sent and the rule that decided, and compares that with the
  /// journal and the wire.
  private func compare(
    _ journal: [RecordedRequest], _ seen: [UInt64: Seen], _ rules: [RandomRule], _ context: Comment
  ) throws -> Model {
    var model = Model()
    var executedIDs: Set<Int> = []
    for entry in journal {
      let seen = try #require(seen[entry.seq], context)
      let rule = rules.first { $0.name == entry.rule }
      #expect((rule == nil) == (entry.rule == nil), context)
      var part: RandomRule.Part?
      if let rule {
        model.fired[rule.name, default: 0] += 1
        part = rule.part(model.fired[rule.name] ?? 1)
      }
      for fault in part?.faults ?? [] { model.faults[fault, default: 0] += 1 }
      let outcome: RequestOutcome
      if seen.sent.kind == .unread {
        outcome = .unread
      } else if part?.standsIn ?? false {
        outcome = .ruled
      } else if seen.sent.kind.stage != nil {
        outcome = .rejected
      } else if let id = seen.sent.id {
        outcome = executedIDs.insert(id).inserted ? .executed : .repeated
      } else {
        outcome = .executed
      }
      let said: Comment = "request \(entry.seq), \(seen.sent.kind), \(context)"
      #expect(entry.outcome == outcome, said)
      #expect(entry.executed == (outcome == .executed), said)
      let isRefused = outcome == .rejected || outcome == .unread
      #expect(entry.failed?.stage == (isRefused ? seen.sent.kind.stage : nil), said)
      if !seen.isCut { #expect(entry.status == seen.status, said) }
      model.outcomes[outcome, default: 0] += 1
      model.statuses[entry.status, default: 0] += 1
      if let stage = entry.failed?.stage { model.stages[stage, default: 0] += 1 }
    }
    return model
  }

  private func compareReports(
    _ journal: [RecordedRequest], _ model: Model, _ context: Comment
  ) throws {
    let control = try ControlClient(port: emulator.port)
    let faults = model.faults.values.reduce(0, +)
    // The last line.
    let words = RequestOutcome.allCases.map { "\(model.outcomes[$0] ?? 0) \($0.rawValue)" }
    let requests = journal.count == 1 ? "1 request" : "\(journal.count) requests"
    #expect(
      emulator.totals.description
        == "\(requests): \(words.joined(separator: ", ")), \(faults) faults fired", context)
    // R.
    let totals = try control.call("GET", "/_emulator/resources/default").json()["totals"]
    #expect(totals["requests"].number == journal.count, context)
    #expect(totals["faults"].number == faults, context)
    // Figures.
    let metrics = try control.call("GET", "/metrics")
    func figure(_ name: String) -> Int { (try? metrics.metric(name)) ?? 0 }
    for outcome in RequestOutcome.allCases {
      let count = model.outcomes[outcome] ?? 0
      #expect(totals[outcome.rawValue].number == count, context)
      #expect(
        figure("request_outcomes_total{outcome=\"\(outcome.rawValue)\"}") == count, context)
    }
    #expect(figure("redirects_executed_total") == model.outcomes[.executed] ?? 0, context)
    for (fault, count) in model.faults {
      #expect(figure("faults_total{fault=\"\(fault)\"}") == count, "\(fault), \(context)")
    }
    for (status, count) in model.statuses {
      let label = status.map(String.init) ?? "none"
      #expect(figure("requests_total{status=\"\(label)\"}") == count, "\(label), \(context)")
    }
    for (stage, count) in model.stages {
      #expect(figure("requests_refused_total{stage=\"\(stage)\"}") == count, context)
    }
    // The rules' counters.
    for rule in try control.call("GET", "/_emulator/scenario").json()["rules"].items {
      let fired = model.fired[rule["name"].text ?? ""] ?? 0
      #expect(rule["fired"].number == fired, "\(rule), \(context)")
      #expect(rule["matched"].number ?? -1 >= fired, "\(rule), \(context)")
    }
    // The operations.
    let operations = emulator.operations
    let attempts = operations.flatMap(\.attempts)
    #expect(attempts.map(\.seq).sorted() == journal.map(\.seq), context)
    #expect(
      operations.reduce(0) { $0 + $1.executed } == model.outcomes[.executed] ?? 0, context)
    for operation in operations {
      #expect(operation.executed <= 1, context)
      for attempt in operation.attempts {
        let entry = try #require(journal.first { $0.seq == attempt.seq })
        #expect(entry.repeatabilityRequestID == operation.requestID, context)
        #expect(
          entry.outcome == attempt.outcome && entry.status == attempt.status
            && entry.end == attempt.end && entry.rule == attempt.rule, context)
      }
    }
  }
}
