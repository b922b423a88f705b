import Core
import Documents
import EventLoop
import HTTP1

extension ControlAPI {
  func listCalls(_ call: Call, _ resource: ResourceCore) throws(ControlError) -> ControlAnswer {
    try CallQuery(call.parameters).answer(of: resource, page: server.pageOfCalls(call, resource))
  }

  func registerCall(_ call: Call, _ resource: ResourceCore) throws(ControlError) -> ControlAnswer {
    let body = try ControlBody(call, names: CallSettings.names, isRequired: false)
    let made = try server.registerCall(
      resource.newCall(try CallSettings(body), wallClock: wallClock), at: resource)
    resource.noticeWaits()
    let shown = made.call(
      now: resource.clock.now(wallClock), monotonicNow: Int64(clamping: SystemCall.monotonicNow()))
    let form = CallForm(
      journal: resource.state.withLock { $0.journal }, page: server.pageOfCalls(call, resource))
    return .json(201) { shown.write(to: &$0, as: form) }
  }

  func call(_ call: Call, _ resource: ResourceCore) throws(ControlError) -> ControlAnswer {
    let list = CallList(of: resource)
    guard let shown = list.call(call.values.id) else {
      throw .noSuchCall(call.values.id, at: resource)
    }
    let form = CallForm(journal: list.journal, page: server.pageOfCalls(call, resource))
    return .json { shown.write(to: &$0, as: form) }
  }

  func removeCall(_ call: Call, _ resource: ResourceCore) throws(ControlError) -> ControlAnswer {
    let id = call.values.id
    if let number = CallList.number(id, "r") {
      throw ControlError(
        status: 409, code: "SeenCall",
        message:
          "The call r\(number) was only seen in the journal, and goes with its requests. DELETE R/requests empties the journal.",
        target: "id")
    }
    let isRemoved = resource.state.withLock { state in
      guard let number = CallList.number(id, "c"), state.calls.remove(number) else { return false }
      state.settleCalls(resource.budget)
      return true
    }
    guard isRemoved else { throw .noSuchCall(id, at: resource) }
    return .noContent
  }
}

extension ControlError {
  /// 404: there is no call with this id.
  fileprivate static func noSuchCall(_ id: String, at resource: ResourceCore) -> ControlError {
    ControlError(
      status: 404, code: "NoSuchCall",
      message:
        "There is no call '\(ShownText.value(id.utf8))' at '\(resource.name)': it never was, was dropped or forgotten, or the journal no longer has its first request.",
      target: "id")
  }
}

extension ControlParameter {
  /// Which calls.
  static let calls = [
    ControlParameter("limit", .integer(1...CallQuery.largestLimit), "The most calls on a page."),
    ControlParameter("before", .text, "Only calls that began before the one with this id."),
    ControlParameter(
      "verdict", .choice(RedirectEmulator.Call.Verdict.allCases.map(\.rawValue)),
      "Only calls of which this became."),
    ControlParameter(
      "within", .text, "How long to wait for the verdicts of the calls listed to be final."),
    ControlParameter(
      "fields", .choice(JournalQuery.Fields.allCases.map(\.rawValue)),
      "summary: of the context its length and its end."),
  ]
}

/// What `GET R/calls` is asked.
struct CallQuery: Sendable {
  static let defaultLimit = 200
  static let largestLimit = 1_000

  private var limit = Self.defaultLimit
  private var before: String?
  private var verdict: Call.Verdict?
  private var fields = JournalQuery.Fields.all

  init(_ parameters: [(name: String, value: String)]) throws(ControlError) {
    var seen: Set<String> = []
    for (name, value) in parameters {
      guard seen.insert(name).inserted else {
        throw .givenTwice(name)
      }
      switch name {
      case "limit":
        limit = try ControlParameter.limit(value, Self.largestLimit, of: "calls")
      case "before": before = value
      case "verdict":
        guard let known = Call.Verdict(rawValue: value) else {
          throw .invalid(
            name,
            "'\(ShownText.value(value.utf8))' is no verdict."
              + NearestName.hint(for: value, among: Call.Verdict.allCases.map(\.rawValue)))
        }
        verdict = known
      case "fields":
        fields = try JournalQuery.Fields(value)
      default: break
      }
    }
  }

  /// The page, and whether the verdicts of its calls are final.
  ///
  /// - Parameter page: where the live page shows the resource's calls.
  func page(of resource: ResourceCore, page: String) throws(ControlError) -> CallPage {
    let list = CallList(of: resource)
    guard let calls = list.newestFirst(before: before) else {
      throw .invalid(
        "before",
        "There is no call '\(ShownText.value((before ?? "").utf8))'; expected the id of a call, such as the 'next' of a page."
      )
    }
    var page = CallPage(
      dropped: list.dropped,
      form: CallForm(journal: list.journal, page: page, isSummary: fields == .summary))
    for call in calls where verdict.map({ $0 == call.verdict }) ?? true {
      guard page.calls.count < limit else {
        page.next = page.calls.last?.id
        break
      }
      page.calls.append(call)
    }
    return page
  }

  func answer(of resource: ResourceCore, page: String) throws(ControlError) -> ControlAnswer {
    let page = try self.page(of: resource, page: page)
    return .json { page.write(to: &$0) }
  }
}

/// A page of calls, newest first.
struct CallPage {
  var calls: [Call] = []
  /// What to give as `before` for the next page; nil at the end.
  var next: String?
  let dropped: UInt64
  private let form: CallForm

  init(dropped: UInt64, form: CallForm) {
    (self.dropped, self.form) = (dropped, form)
  }

  var changesIn: Int64? { calls.compactMap(\.changesIn).min() }

  var isFinal: Bool { calls.allSatisfy(\.verdict.isFinal) }

  func write(to writer: inout JSONWriter) {
    writer.object { writer in
      writer.member("calls") { writer in
        writer.array { writer in
          for call in calls { call.write(to: &writer, as: form) }
        }
      }
      writer.member("next", next)
      writer.member("dropped", dropped)
    }
  }
}

extension CallSettings {
  static let names = [
    "from", "to", "ringsFor", "incomingCallContext", "context", "callerDisplayName",
  ]
  private static let ringTimes = Duration.milliseconds(100)...Duration.seconds(3600)

  /// Reads the body of `POST R/calls`.
  init(_ body: ControlBody) throws(ControlError) {
    self.init()
    context = try body.string("incomingCallContext")
    if let context, context.isEmpty || context.utf8.count > 64 * 1024 {
      throw body.refused("incomingCallContext", "a string of 1 to 65536 bytes")
    }
    if let form = try body.choice("context", of: EmulatedContext.Form.self) {
      if context != nil {
        throw body.refused("context", "left out where incomingCallContext is given")
      }
      self.form = form
    }
    from = try Self.party("from", body)
    to = try Self.party("to", body)
    if let name = try body.string("callerDisplayName") {
      guard name.utf8.count <= 256 else {
        throw body.refused("callerDisplayName", "a string of at most 256 bytes")
      }
      callerDisplayName = name
    }
    if let time = try body.duration("ringsFor") {
      guard Self.ringTimes.contains(time) else {
        throw body.refused("ringsFor", "a duration from 100ms to 1h")
      }
      ringsFor = time
    }
  }

  private static func party(_ name: String, _ body: ControlBody) throws(ControlError) -> String? {
    guard let text = try body.string(name) else { return nil }
    guard let id = rawID(text) else {
      throw body.refused(
        name, "a number such as +14255550123, anonymous, or a raw id such as 8:acs:…")
    }
    return id
  }
}
