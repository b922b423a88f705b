import Core
import Documents
import EventLoop
import HTTP1
import Synchronization

extension ControlAPI {
  func listCalls(_ call: Call, _ resource: ResourceCore) throws(ControlError) -> ControlResponse {
    try CallQuery(call.parameters).answer(of: resource, page: server.pageOfCalls(call, resource))
  }

  func registerCall(_ call: Call, _ resource: ResourceCore) throws(ControlError) -> ControlResponse
  {
    let body = try ControlBody(call, names: CallSettings.names, isRequired: false)
    let settings = try CallSettings(body, size: call.body.count, webhooks: server.webhooks)
    let made = try server.registerCall(
      resource.newCall(settings, wallClock: wallClock), at: resource)
    resource.noticeWaits()
    server.rings(made, at: resource)
    let shown = made.call(
      now: resource.clock.now(wallClock), monotonicNow: Int64(clamping: SystemCall.monotonicNow()))
    let form = CallForm(
      journal: resource.state.withLock { $0.journal }, page: server.pageOfCalls(call, resource))
    return .json(201) { shown.write(to: &$0, as: form) }
  }

  func call(_ call: Call, _ resource: ResourceCore) throws(ControlError) -> ControlResponse {
    let list = CallList(of: resource)
    guard let shown = list.call(call.values.id) else {
      throw .noSuchCall(call.values.id, at: resource)
    }
    let form = CallForm(journal: list.journal, page: server.pageOfCalls(call, resource))
    return .json { shown.write(to: &$0, as: form) }
  }

  func removeCall(_ call: Call, _ resource: ResourceCore) throws(ControlError) -> ControlResponse {
    let id = call.values.id
    if let number = CallList.number(id, "r") {
      throw ControlError(
        status: 409, code: "SeenCall",
        message:
          "The call r\(number) was only seen in the journal, and is removed with its requests. DELETE R/requests empties the journal.",
        target: "id")
    }
    let isRemoved = resource.state.withLock { state in
      guard let number = CallList.number(id, "c"), state.calls.remove(number) else { return false }
      state.settleCalls(resource.budget)
      return true
    }
    guard isRemoved else { throw .noSuchCall(id, at: resource) }
    server.forgetDeliveries(of: resource)
    return .noContent
  }

  func deliverCall(_ call: Call, _ resource: ResourceCore) throws(ControlError) -> ControlResponse {
    let id = call.values.id
    guard let number = CallList.number(id, "c") else {
      guard CallList.number(id, "r") == nil else {
        throw ControlError(
          status: 409, code: "SeenCall",
          message:
            "The call \(id) was only seen in the journal, and has no event. POST R/calls with 'deliver' makes a call that has one.",
          target: "id")
      }
      throw .noSuchCall(id, at: resource)
    }
    guard server.resources.hold(CallDelivery.largestCost, for: .call, .small) else {
      throw server.noMemory(for: "another delivery")
    }
    let found = resource.state.withLock { state -> (isCall: Bool, isDelivered: Bool) in
      guard let call = state.calls[number] else {
        state.settleCalls(resource.budget, extra: CallDelivery.largestCost)
        return (false, false)
      }
      if call.delivery != nil {
        state.calls.update(number) { $0.expectDelivery() }
      }
      state.settleCalls(resource.budget, extra: CallDelivery.largestCost)
      return (true, call.delivery != nil)
    }
    guard found.isCall else { throw .noSuchCall(id, at: resource) }
    guard found.isDelivered else {
      throw ControlError(
        status: 409, code: "NoWebhook",
        message:
          "The call \(id) was made without 'deliver', so the emulator does not know where to deliver its event. POST R/calls with 'deliver' makes one that is delivered.",
        target: "id")
    }
    server.deliver(number, of: resource)
    return try self.call(call, resource)
  }
}

extension ControlError {
  /// 404: there is no call with this id.
  fileprivate static func noSuchCall(_ id: String, at resource: ResourceCore) -> ControlError {
    ControlError(
      status: 404, code: "NoSuchCall",
      message:
        "There is no call '\(ShownText.value(id.utf8))' at '\(resource.name)': it never existed, was dropped or removed, or the journal no longer has its first request.",
      target: "id")
  }
}

extension ControlParameter {
  /// Parameters that choose calls.
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

/// The query of `GET R/calls`.
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
            "'\(ShownText.value(value.utf8))' is not a verdict."
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

  func answer(of resource: ResourceCore, page: String) throws(ControlError) -> ControlResponse {
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
