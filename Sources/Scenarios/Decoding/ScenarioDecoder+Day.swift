import Core
import Documents
import RedirectCall

extension ScenarioDecoder {
  static func day(_ value: DocumentValue) -> Day? {
    guard let reader = value.object(ScenarioNames.day) else { return nil }
    let name = name(reader.required("name"))
    let about = reader.required("about").flatMap(about)
    let kind = reader.required("kind").flatMap {
      choice($0, of: Day.Kind.self, what: "kind of day")
    }
    let ring = reader["ring"].map(ring) ?? Day.Ring()
    let expect = reader.required("expect").map(expect)
    guard let name, let about, let kind, let expect else { return nil }
    var day = Day(name: name, about: about, kind: kind)
    day.ring = ring
    day.expect = expect
    return day
  }

  private static func about(_ value: DocumentValue) -> String? {
    guard let text = value.text() else { return nil }
    guard (1...Day.longestText).contains(text.utf8.count) else {
      value.refuse(expected: "a text of 1 to \(Day.longestText) bytes")
      return nil
    }
    return text
  }

  private static func ring(_ value: DocumentValue) -> Day.Ring {
    var ring = Day.Ring()
    guard let reader = value.object(ScenarioNames.ring) else { return ring }
    ring.from = reader["from"].flatMap(rawID)
    ring.to = reader["to"].flatMap(rawID)
    ring.count = reader["count"]?.integer(in: 1...Day.mostCalls) ?? 1
    ring.atATime = reader["atATime"]?.integer(in: 1...Day.mostCalls) ?? 1
    if ring.atATime > ring.count {
      reader["atATime"]?.refuse(
        "\(CountText(ring.atATime, "call")) can't ring at a time: 'count' is \(ring.count).")
    }
    ring.ringsFor =
      reader["ringsFor"]?.duration(
        atLeast: DurationText(.milliseconds(100)), atMost: DurationText(.seconds(3_600)))?.duration
    ring.context = reader["context"].flatMap {
      choice($0, of: Day.Ring.Context.self, what: "form of context")
    }
    ring.schema = reader["schema"].flatMap { choice($0, of: Day.Ring.Schema.self, what: "schema") }
    ring.validate = reader["validate"]?.bool()
    ring.redeliverAfter =
      reader["redeliverAfter"]?.duration(
        atLeast: DurationText(.milliseconds(1)), atMost: DurationText(.seconds(3_600)))?.duration
    ring.maxDeliveries = reader["maxDeliveries"]?.integer(in: 1...30)
    return ring
  }

  private static func expect(_ value: DocumentValue) -> Day.Expect {
    var expect = Day.Expect()
    guard let reader = value.object(ScenarioNames.expect) else { return expect }
    if !ScenarioNames.expect.contains(where: { reader[$0] != nil }) {
      value.refuse(
        "Nothing is expected. It needs one of \(ScenarioNames.expect.joined(separator: ", ")).")
    }
    expect.caller = reader["caller"].map(verdicts) ?? []
    expect.redirects = count(reader["redirects"])
    expect.attempts = count(reader["attempts"])
    expect.deliveries = count(reader["deliveries"])
    expect.appKnows = reader["appKnows"]?.bool()
    expect.within = reader["within"]?.duration()?.duration
    expect.keepsTryingFor = reader["keepsTryingFor"]?.duration()?.duration
    expect.honoursRetryAfter = reader["honoursRetryAfter"]?.bool()
    return expect
  }

  private static func verdicts(_ value: DocumentValue) -> [String] {
    func verdict(_ value: DocumentValue) -> String? {
      value.name(among: Day.Expect.verdicts, what: "final verdict")
    }
    guard case .array = value.node.content else { return verdict(value).map { [$0] } ?? [] }
    return value.array(atMost: Day.Expect.verdicts.count)?.compactMap(verdict) ?? []
  }

  private static func count(_ value: DocumentValue?) -> ExpectedCount? {
    value?.parsed(expected: ExpectedCount.expectedForm) { ExpectedCount($0) }
  }

  private static func rawID(_ value: DocumentValue) -> String? {
    value.parsed(expected: "a number such as \"+14255550123\", anonymous, or a raw id") {
      RawID.written($0)
    }
  }

  private static func choice<Choice: RawRepresentable & CaseIterable>(
    _ value: DocumentValue, of type: Choice.Type, what: String
  ) -> Choice? where Choice.RawValue == String {
    value.name(among: Choice.allCases.map(\.rawValue), what: what).flatMap {
      Choice(rawValue: $0)
    }
  }
}
