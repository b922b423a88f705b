import Core
import EventLoop

extension ControlAPI {
  func requests(_ call: Call, _ resource: ResourceCore) throws(ControlError) -> ControlAnswer {
    let query = try JournalQuery(call.parameters, scope: .page)
    let page = resource.journal.page(
      after: query.after, limit: query.filter.acceptsAll ? query.limit : .max)
    let selected = query.filter.acceptsAll ? page : page.selecting(query.filter, limit: query.limit)
    return .json { selected.write(to: &$0, resource: resource.name) }
  }

  func request(_ call: Call, _ resource: ResourceCore) throws(ControlError) -> ControlAnswer {
    let seq = call.values.seq
    guard let entry = resource.state.withLock({ $0.journal.entry(seq) }) else {
      throw ControlError(
        status: 404, code: "NoSuchRequest",
        message:
          "The journal of '\(resource.name)' does not hold request \(seq): it never came, was dropped at the limit, or the journal was emptied.",
        target: "seq")
    }
    return ControlAnswer(
      status: 200, contentType: "application/json",
      body: RecordedRequest(entry, resource: resource.name).json(raw: true))
  }

  func clearJournal(_ call: Call, _ resource: ResourceCore) -> ControlAnswer {
    resource.clearJournal()
    return .noContent
  }

  func operations(_ call: Call, _ resource: ResourceCore) throws(ControlError) -> ControlAnswer {
    let query = try JournalQuery(call.parameters, scope: .filter)
    let page = resource.journal.page(after: query.after)
    let operations = RedirectOperation.operations(of: page.entries, filter: query.filter)
    return .json { RedirectOperation.write(operations, dropped: page.dropped, to: &$0) }
  }

  func verify(_ call: Call, _ resource: ResourceCore) throws(ControlError) -> ControlAnswer {
    let body = try ControlBody(call, names: ["where", "expect"])
    let filter = try body.object(
      "where", names: ControlParameter.journalFilter.map(\.name))
    let query = try JournalQuery(filter?.pairs() ?? [], scope: .filter)
    guard let expect = try body.object("expect", names: Expectations.names) else {
      throw body.refused("expect", "an object with what is expected")
    }
    let question = VerifyQuestion(query, expect: try Expectations(expect))
    let evidence = resource.journal.evidence(for: question)
    let report = question.answer(from: evidence)
    return .json(report.status) { report.write(to: &$0) }
  }
}

extension Expectations {
  /// Reads verify's `expect`.
  init(_ body: ControlBody) throws(ControlError) {
    self.init()
    operations = try body.count("operations")
    attempts = try body.count("attempts")
    executed = try body.count("executed")
    statuses = try body.integers("statuses")
    finalStatus = try body.integer("finalStatus")
    honoursRetryAfter = try body.flag("honoursRetryAfter")
    stableRepeatability = try body.flag("stableRepeatability")
    backsOff = try body.flag("backsOff")
    if let bounds = try body.object("spacing", names: ["atLeast", "atMost"]) {
      spacing = Spacing(
        atLeast: try bounds.duration("atLeast"), atMost: try bounds.duration("atMost"))
    }
    if self == Expectations() {
      throw body.refused(
        "expect", "an object with at least one of \(Self.names.joined(separator: ", "))")
    }
  }
}
