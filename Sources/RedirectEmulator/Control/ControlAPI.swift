import Documents
import EventLoop
import HTTP1
import RedirectCall
import Synchronization

/// The control API: what a test steers and asks, over HTTP. Each call is a function of one request; the guide
/// ControlAPI describes them.
struct ControlAPI {
  /// One call, read from its request.
  struct Call {
    var method: HTTP1.Method
    var methodName: String
    var path: String
    /// Decoded parameters, in order.
    var parameters: [(name: String, value: String)]
    var contentType: String?
    var body: [UInt8]
  }

  let server: ServerCore
  /// The machine's clock, nanoseconds since 1970.
  let wallClock: UInt64

  /// Answers a call.
  func answer(_ call: Call) -> ControlAnswer {
    do throws(ControlError) {
      guard let route = ControlRoute(call.path) else {
        throw ControlError(
          status: 404, code: "NotFound",
          message: "There is no call at '\(call.path)'; the guide ControlAPI lists them.")
      }
      return try answer(call, route)
    } catch {
      var answer = ControlAnswer(error)
      if let allowed = error.allowedMethods {
        answer.fields.append(ResponseField("Allow", allowed))
      }
      return answer
    }
  }

  private func answer(_ call: Call, _ route: ControlRoute) throws(ControlError) -> ControlAnswer {
    switch route {
    case .health:
      try call.allow([.get])
      return health()
    case .openAPI:
      try call.allow([.get], takesParameters: true)
      return try openAPI(call)
    case .metrics:
      try call.allow([.get])
      return metrics()
    case .resources:
      try call.allow([.get, .post])
      return call.method == .post ? try makeResource(call) : listResources()
    case .resource(let name):
      try call.allow([.get, .delete])
      return call.method == .delete
        ? try removeResource(name) : describe(try resource(name), status: 200)
    case .part(let part, let name):
      return try answer(call, part, of: try resource(name))
    }
  }

  private func answer(_ call: Call, _ part: ControlRoute.Part, of resource: Resource)
    throws(ControlError) -> ControlAnswer
  {
    switch part {
    case .requests:
      try call.allow([.get, .delete], takesParameters: call.method != .delete)
      return call.method == .delete ? clearJournal(resource) : try requests(call, resource)
    case .request(let seq):
      try call.allow([.get])
      return try request(seq, resource)
    case .operations:
      try call.allow([.get], takesParameters: true)
      return try operations(call, resource)
    case .verify:
      try call.allow([.post])
      return try verify(call, resource)
    case .tokens:
      try call.allow([.post])
      return try makeToken(call, resource)
    case .calls:
      try call.allow([.get, .post])
      return call.method == .post ? try registerCall(call, resource) : listCalls(resource)
    case .clock:
      try call.allow([.get, .put])
      return call.method == .put ? try setClock(call, resource) : clock(resource)
    case .reset:
      try call.allow([.post], takesParameters: true)
      return try reset(call, resource)
    case .scenario:
      try call.allow([.get, .put, .delete])
      return try scenario(call, resource)
    case .events:
      try call.allow([.get])
      // The connection serves it (``Worker/stream(_:_:_:)``) before a call is made of the request.
      throw ControlError(
        status: 406, code: "NotAnAnswer", message: "Events are a stream, not an answer.")
    }
  }

  func resource(_ name: String) throws(ControlError) -> Resource {
    guard let resource = server.resources.named(name) else {
      throw ControlError(
        status: 404, code: "NoSuchResource",
        message: "There is no resource '\(name)'. Make it with POST /_emulator/resources.",
        target: "name")
    }
    return resource
  }

  private func health() -> ControlAnswer {
    .json { writer in
      writer.object { writer in
        writer.member("status", "ready")
        writer.member("version", RedirectEmulator.version)
        writer.member(
          "uptimeSeconds", (SystemCall.monotonicNow() - server.startedAt) / 1_000_000_000)
      }
    }
  }

  private func metrics() -> ControlAnswer {
    ControlAnswer(
      status: 200, contentType: MetricsSnapshot.contentType,
      body: server.metricsSnapshot().prometheusText)
  }

  private func openAPI(_ call: Call) throws(ControlError) -> ControlAnswer {
    let settings = server.resources.defaultResource.settings
    var version = settings.versions.versions.last ?? .v2026March12
    for (name, value) in call.parameters {
      guard name == "api-version" else {
        throw .unknownName(name, among: ["api-version"], what: "query parameter")
      }
      guard let wanted = APIVersion(value), settings.versions.versions.contains(wanted) else {
        throw .invalid(
          "api-version",
          "'\(value)' is not served; served are \(settings.versions.versions.map(\.description).joined(separator: ", "))."
        )
      }
      version = wanted
    }
    let document = OpenAPIDocument(
      version: version.description,
      servedVersions: settings.versions.versions.map(\.description),
      authorization: settings.authorization == .notRequired ? .none : .required,
      onlyRegisteredCalls: settings.calls == .registered, isStrict: settings.strict,
      hasScenario: server.resources.defaultResource.hasScenario, servers: [server.endpoint])
    return ControlAnswer(status: 200, contentType: "application/json", body: document.json)
  }
}

extension ControlAPI.Call {
  /// Refuses a method that the call does not have, and parameters where it has none.
  func allow(_ methods: [HTTP1.Method], takesParameters: Bool = false) throws(ControlError) {
    if methods.contains(method) || (method == .head && methods.contains(.get)) {
      if !takesParameters { try refuseParameters() }
      return
    }
    let names = methods.map { "\($0)".uppercased() }.joined(separator: ", ")
    throw ControlError(
      status: 405, code: "MethodNotAllowed",
      message: "\(methodName) is not allowed at \(path); allowed: \(names).", target: names)
  }

  /// Refuses parameters where a call has none.
  func refuseParameters() throws(ControlError) {
    if let first = parameters.first {
      throw ControlError.unknownName(first.name, among: [], what: "query parameter")
    }
  }
}

extension ControlError {
  /// What `Allow` has to say.
  fileprivate var allowedMethods: String? { status == 405 ? target : nil }
}
