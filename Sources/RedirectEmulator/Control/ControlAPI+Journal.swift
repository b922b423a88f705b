import Core
import Documents
import EventLoop
import Synchronization

extension ControlAPI {
  func requests(_ call: Call, _ resource: ResourceCore) throws(ControlError) -> ControlResponse {
    let query = try JournalQuery(call.parameters, scope: .page)
    let page = resource.journal.page(query)
    return .json { page.write(to: &$0, resource: resource.name, query.fields) }
  }

  func request(_ call: Call, _ resource: ResourceCore) throws(ControlError) -> ControlResponse {
    let seq = call.values.seq
    let (kept, scenario) = resource.state.withLock { ($0.journal.entry(seq), $0.scenario) }
    guard let entry = kept else {
      throw ControlError(
        status: 404, code: "NoSuchRequest",
        message:
          "The journal of '\(resource.name)' does not hold request \(seq): it never came, was dropped at the limit, or the journal was emptied.",
        target: "seq")
    }
    let request = RecordedRequest(entry, resource: resource.name, locatesFaults: true)
    return .json { writer in
      request.write(to: &writer, raw: true) { writer in
        writer.optional("answer", SentAnswer(entry)) { $1.write(to: &$0) }
        writer.optional("rules", RuleReasons(scenario, entry)) { $1.write(to: &$0) }
      }
    }
  }

  func clearJournal(_ call: Call, _ resource: ResourceCore) -> ControlResponse {
    resource.clearJournal()
    return .noContent
  }

  func operations(_ call: Call, _ resource: ResourceCore) throws(ControlError) -> ControlResponse {
    let query = try JournalQuery(call.parameters, scope: .page)
    let journal = resource.journal
    let page = OperationPage(journal, keys: resource.operationKeys(of: journal), query)
    return .json { page.write(to: &$0, query.fields) }
  }

  func verify(_ call: Call, _ resource: ResourceCore) throws(ControlError) -> ControlResponse {
    let question = try VerifyQuestion(call)
    return .verification(
      question.answer(from: resource.evidence(page: server.pageOfCalls(call, resource))),
      failure: call.verifyFailureStatus)
  }
}

extension ControlAPI.Call {
  /// The longest time that a question may wait.
  private static let longestWait = Duration.seconds(600)

  /// How long the call waits until its question passes: `within`; nil if it has none.
  var waitingTime: Duration? {
    get throws(ControlError) {
      guard let text = try single("within") else { return nil }
      guard let time = DurationText(text)?.duration, time <= Self.longestWait else {
        throw .invalid(
          "within",
          "'\(ShownText.value(text.utf8))' is not a time to wait; expected \(DurationText.expectedForm), at most 10m."
        )
      }
      return time
    }
  }

  /// The question of a call with `within`: `R/verify` or `R/calls`.
  ///
  /// - Parameter send: gets the response, once.
  func question(
    of resource: ResourceCore, at server: ServerCore,
    _ send: @escaping @Sendable (ControlResponse) -> Void
  ) throws(ControlError) -> VerifyWait.Question {
    if path.hasSuffix("/calls") {
      let query = try CallQuery(parameters)
      let address = server.pageOfCalls(self, resource)
      return { isLast in
        do throws(ControlError) {
          let page = try query.page(of: resource, page: address)
          guard page.isFinal || isLast else { return .open(changesIn: page.changesIn) }
          return .done { send(.json { page.write(to: &$0) }) }
        } catch {
          return .done { send(ControlResponse(error)) }
        }
      }
    }
    let question = try VerifyQuestion(self)
    let failure = verifyFailureStatus
    let address = server.pageOfCalls(self, resource)
    return { isLast in
      let judged = question.judge(resource.evidence(page: address))
      guard judged.isSettled || isLast else {
        return .open(changesIn: judged.changesIn)
      }
      return .done { send(.verification(judged.report, failure: failure)) }
    }
  }

  /// The status of a verification that failed: 417, or 200 with `status=200`, for programs that treat every error
  /// status as an error.
  var verifyFailureStatus: Int {
    parameters.contains { $0.name == "status" && $0.value == "200" } ? 200 : 417
  }

  /// A query parameter that may be given once; nil if it is not.
  fileprivate func single(_ name: String) throws(ControlError) -> String? {
    let values = parameters.filter { $0.name == name }.map(\.value)
    guard values.count <= 1 else {
      throw .givenTwice(name)
    }
    return values.first
  }
}

extension ControlResponse {
  /// - Parameter failure: the status if a check fails.
  static func verification(_ report: Verification, failure: Int) -> ControlResponse {
    .json(report.passed ? report.status : failure) { report.write(to: &$0) }
  }
}

extension VerifyQuestion {
  /// Reads the body of `POST R/verify`, and its parameter `status`.
  init(_ call: ControlAPI.Call) throws(ControlError) {
    if let status = try call.single("status"), status != "200" {
      throw .invalid(
        "status",
        "'\(ShownText.value(status.utf8))' is not allowed; expected 200, or no parameter: a check that fails is then 417."
      )
    }
    let body = try ControlBody(call, names: ["where", "expect"])
    let filter = try body.object("where", names: JournalQuery.Scope.verify.names)
    let query = try JournalQuery(filter?.pairs() ?? [], scope: .verify)
    guard let expect = try body.object("expect", names: Expectations.names) else {
      throw body.refused("expect", "an object with what is expected")
    }
    let expectations = try Expectations(expect)
    guard expectations != Expectations() else {
      throw body.refused(
        "expect",
        "an object with at least one of \(Expectations.names.joined(separator: ", "))")
    }
    self.init(query, expect: expectations)
  }
}

extension Expectations {
  /// Reads verify's `expect`.
  init(_ body: ControlBody) throws(ControlError) {
    self.init()
    operations = try body.count("operations")
    attempts = try body.count("attempts")
    executed = try body.count("executed")
    redirects = try body.count("redirects")
    caller = try body.verdicts("caller")
    appKnows = try body.flag("appKnows")
    within = try body.duration("within")
    deliveries = try body.count("deliveries")
    statuses = try body.integers("statuses")
    ends = try body.choices("ends", of: RequestEnd.self)
    rules = try body.strings("rules")
    finalStatus = try body.integer("finalStatus")
    honoursRetryAfter = try body.flag("honoursRetryAfter")
    stableRepeatability = try body.flag("stableRepeatability")
    backsOff = try body.flag("backsOff")
    if let bounds = try body.object("spacing", names: ["atLeast", "atMost"]) {
      spacing = Spacing(
        atLeast: try bounds.duration("atLeast"), atMost: try bounds.duration("atMost"))
    }
  }
}
