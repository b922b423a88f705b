import Core
import Documents

extension ScenarioDecoder {
  /// The action with the parts in a rule or step.
  static func action(_ reader: ObjectReader) -> Action {
    var action = Action(
      delay: reader["delay"].flatMap(delay), respond: reader["respond"].flatMap(respond),
      fault: reader["fault"].flatMap(fault), pace: reader["pace"].flatMap(pace),
      becomes: name(reader["becomes"]))
    if let after = reader["after"] {
      action.afterExecution = after.name(among: ["execution"], what: "moment") != nil
      let parts = ["delay", "respond", "fault", "pace"]
      if !parts.contains(where: { reader[$0] != nil }) {
        after.refuse(
          "'after' says when, not what: it needs one of \(parts.joined(separator: ", ")) beside it."
        )
      }
    }
    if let before = reader["before"] {
      action.beforeExecution = before.name(among: ["execution"], what: "moment") != nil
      reader.refuse(
        "before", with: ["respond", "fault", "after"],
        because: "it delays the operation, which then has its own response")
      if reader["delay"] == nil {
        before.refuse("'before' says when, not what: it needs 'delay' beside it.")
      }
    }
    return action
  }

  static func fault(_ value: DocumentValue) -> Fault? {
    let names = FaultTable.requestFaults.map { $0.row.name }
    guard let (name, parameters) = nameAndParameters(value, of: "fault") else { return nil }
    guard let type = FaultTable.requestFaults.first(where: { $0.row.name == name }) else {
      if ConnectionFault.rows.contains(where: { $0.name == name }) {
        value.refuse("'\(name)' is a fault of connections: it belongs under 'connections'.")
      } else {
        value.refuse(
          "There is no fault '\(name.prefix(64))'." + NearestName.hint(for: name, among: names))
      }
      return nil
    }
    let wire: (any WireFault)? = type.init(
      parameters?.object(type.row.parameters.map(\.name)))
    return wire.map { Fault($0) }
  }

  /// A fault as `NAME` or as `{NAME: {parameter…}}`.
  static func nameAndParameters(
    _ value: DocumentValue, of what: String
  ) -> (name: String, parameters: DocumentValue?)? {
    if case .string(let name) = value.node.content { return (name, nil) }
    guard case .object(let members) = value.node.content, members.count == 1,
      let member = members.first, let reader = value.anyObject()
    else {
      value.refuse(expected: "the name of a \(what), or an object with that name alone")
      return nil
    }
    return (member.name, reader[member.name])
  }

  static func delay(_ value: DocumentValue) -> Delay? {
    guard case .object = value.node.content else {
      return length(value).map { Delay(.fixed($0)) }
    }
    guard let reader = value.object(ScenarioNames.delay) else { return nil }
    let kinds = ["fixed", "uniform", "normal", "lognormal"].filter { reader[$0] != nil }
    guard kinds.count == 1, let kind = kinds.first, let inner = reader[kind] else {
      value.refuse("A delay needs one of fixed, uniform, normal and lognormal.")
      return nil
    }
    guard let (distribution, max) = distribution(kind, inner) else { return nil }
    return Delay(distribution, max: reader["max"].flatMap(length) ?? max)
  }

  private static func distribution(
    _ kind: String, _ value: DocumentValue
  ) -> (Delay.Distribution, max: Duration?)? {
    switch kind {
    case "fixed": return length(value).map { (.fixed($0), nil) }
    case "uniform":
      guard
        let window = value.parsed(
          expected: "two durations such as 100ms..300ms", { TimeWindow($0) }),
        let upper = window.upper
      else {
        if value.node.text.hasSuffix("..") { value.refuse("'uniform' needs an end.") }
        return nil
      }
      guard upper <= Delay.longest else {
        value.refuse(
          "\(DurationText(upper)) is too long; \(DurationText(Delay.longest)) is the most.")
        return nil
      }
      return (.uniform(window.lower, upper), nil)
    case "normal":
      guard let reader = value.object(ScenarioNames.normal),
        let mean = reader.required("mean").flatMap(length),
        let deviation = reader.required("deviation").flatMap(length)
      else { return nil }
      return (.normal(mean: mean, deviation: deviation), reader["max"].flatMap(length))
    default:
      guard let reader = value.object(ScenarioNames.lognormal),
        let median = reader.required("median").flatMap(length)
      else { return nil }
      reader.refuse("p99", with: ["sigma"], because: "each follows from the other")
      guard let sigma = sigma(reader, median) else { return nil }
      return (.logNormal(median: median, sigma: sigma), reader["max"].flatMap(length))
    }
  }

  private static func sigma(_ reader: ObjectReader, _ median: Duration) -> Double? {
    if let value = reader["sigma"] {
      guard let sigma = value.number(), sigma <= 10 else {
        value.refuse(expected: "a number from 0 to 10")
        return nil
      }
      return sigma
    }
    guard let value = reader["p99"] else {
      reader.value.refuse("'lognormal' needs 'sigma' or 'p99' beside its median.")
      return nil
    }
    guard let p99 = length(value) else { return nil }
    guard median > .zero, p99 >= median else {
      value.refuse(
        "'p99' must not be shorter than the median, and the median must be longer than 0.")
      return nil
    }
    return Delay.sigma(median: median, p99: p99)
  }

  private static func length(_ value: DocumentValue) -> Duration? {
    value.duration(atMost: DurationText(Delay.longest))?.duration
  }

  static func pace(_ value: DocumentValue) -> Pace? {
    guard let reader = value.object(ScenarioNames.pace) else { return nil }
    let rate = reader["bytesPerSecond"]?.byteCount(in: 1...(1 << 30))
    let chunk = reader["chunk"]?.byteCount(in: 1...FaultTable.mostBytes)
    let every = reader["every"]?.duration(
      atLeast: DurationText(nanoseconds: 1_000_000), atMost: DurationText(Delay.longest))
    // A part that is there but wrong is already recorded. It is not missing as well.
    let given = ScenarioNames.pace.filter { reader[$0] != nil }.count
    guard given == [rate != nil, chunk != nil, every != nil].filter({ $0 }).count else {
      return nil
    }
    switch (rate, chunk, every) {
    case (let rate?, let chunk, nil): return Pace(bytesPerSecond: rate, chunk: chunk)
    case (let rate?, nil, let every?):
      return Pace(bytesPerSecond: rate, every: every.duration)
    case (nil, let chunk?, let every?): return Pace(chunk: chunk, every: every.duration)
    case (.some, .some, .some):
      value.refuse("'bytesPerSecond' can be combined with 'chunk' or with 'every', not with both.")
    case (nil, _, _):
      value.refuse("A pace needs 'bytesPerSecond', or both 'chunk' and 'every'.")
    }
    return nil
  }
}
