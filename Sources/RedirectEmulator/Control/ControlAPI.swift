import Core
import Documents
import EventLoop
import HTTP1
import RedirectCall
import Synchronization

/// The control API: how a test controls the emulator and asks questions, over HTTP. Each call is a function of one request, and a row of
/// ``ControlRoute/all``; the guide ControlAPI describes them.
struct ControlAPI {
  /// One call, read from its request.
  struct Call: Sendable {
    var method: HTTP1.Method
    var methodName: String
    var path: String
    /// Decoded parameters, in order.
    var parameters: [(name: String, value: String)]
    var contentType: String?
    /// The host by which the client reached the emulator; nil if the request names none.
    var host: HostAndPort?
    /// The port that the request came in on.
    var entrance: Entrance
    var body: [UInt8]
    /// Whether the client accepts gzip.
    var acceptsGzip = false
    /// `X-IDENTITY-HEADER`; nil if it is missing, or sent more than once.
    var identityHeader: [UInt8]?
    /// What the path's parameters are.
    var values = ControlPath.Values()
  }

  /// The outcome of a call.
  enum Outcome {
    case response(ControlResponse)
    /// Work for the background thread.
    case later(@Sendable () -> ControlResponse)
    /// A question that waits until it passes or the time is over.
    case verify(Call, ResourceCore, within: Duration)
    /// A stream of the resource's events begins.
    case events(EventQuery)
    /// The head of such a stream.
    case eventsHead
  }

  let server: ServerCore
  /// The machine's clock, nanoseconds since 1970.
  let wallClock: UInt64

  /// Serves a call that ``ControlAccess`` allows.
  func outcome(of call: Call) -> Outcome {
    do throws(ControlError) {
      guard let match = ControlRouteMatch(call.path) else {
        throw ControlError(
          status: 404, code: "NotFound",
          message:
            call.entrance == .control && !ControlRoute.isControl(call.path)
            ? "This port serves the control API alone, and it has nothing at '\(ShownText.value(call.path.utf8))'. Redirect Call is at \(server.addresses.told(to: call.host, on: .control).http)."
            : "The control API has nothing at '\(ShownText.value(call.path.utf8))'; the guide ControlAPI lists its paths."
        )
      }
      guard let route = match.route(call.method) else {
        return .response(.methodNotAllowed(call, allowed: match.allowedMethods))
      }
      try call.refuseParameters(but: route.parameters)
      try call.refuseBody(of: route)
      var call = call
      call.values = match.values
      if case .events = route.handler {
        let resource = try resource(call.values.name)
        let query = try EventQuery(call, resource, of: server.resources)
        return call.method == .head ? .eventsHead : .events(query)
      }
      if route.waits, let time = try call.waitingTime {
        return .verify(call, try resource(call.values.name), within: time)
      }
      guard isLong(route, call) else { return .response(answer(call, route)) }
      return .later { [server, call] in
        ControlAPI(server: server, wallClock: SystemCall.realtimeNow()).answer(call, route)
      }
    } catch {
      return .response(ControlResponse(error))
    }
  }

  /// The largest body that is read on a loop, in bytes.
  private static let shortBody = 16 * 1024
  /// A loop adds up at most this many resources.
  private static let fewResources = 1_000

  /// Whether a call may take longer than other connections should wait.
  private func isLong(_ route: ControlRoute, _ call: Call) -> Bool {
    if call.body.count > Self.shortBody { return true }
    return switch route.work {
    case .short: false
    case .long: true
    case .byResources: server.resources.count > Self.fewResources
    }
  }

  private func answer(_ call: Call, _ route: ControlRoute) -> ControlResponse {
    do throws(ControlError) {
      switch route.handler {
      case .server(let handler): return try handler(self)(call)
      case .resource(let handler):
        return try handler(self)(call, try resource(call.values.name))
      case .verify: return try verify(call, try resource(call.values.name))
      // A stream is not a response.
      case .events: return .noContent
      }
    } catch {
      return ControlResponse(error)
    }
  }

  func resource(_ name: String) throws(ControlError) -> ResourceCore {
    guard let resource = server.resources.named(name) else {
      throw ControlError(
        status: 404, code: "NoSuchResource",
        message:
          "There is no resource '\(ShownText.value(name.utf8))'. Make it with POST /_emulator/resources.",
        target: "name")
    }
    resource.controlCalls.add(1, ordering: .relaxed)
    return resource
  }
}

extension ControlAPI.Call {
  /// Refuses a body if the call has none, because the client expects it to have an effect. An empty object is allowed.
  fileprivate func refuseBody(of route: ControlRoute) throws(ControlError) {
    guard route.body == nil, !body.isEmpty, !isEmptyObject else { return }
    let names = route.parameters.map(\.name)
    let hint =
      names.isEmpty
      ? "" : " Its query parameters are \(names.joined(separator: ", "))."
    throw ControlError(
      status: 400, code: "UnexpectedBody",
      message: "\(route.call) takes no body; send none, or {}.\(hint)", target: "body")
  }

  private var isEmptyObject: Bool {
    body.count <= 16 && body.filter { $0 > ASCII.space }.elementsEqual("{}".utf8)
  }

  /// Refuses query parameters that the call does not have.
  fileprivate func refuseParameters(but allowed: [ControlParameter]) throws(ControlError) {
    let names = allowed.map(\.name)
    for parameter in parameters where !names.contains(parameter.name) {
      throw ControlError.unknownName(parameter.name, among: names, what: "query parameter")
    }
  }
}

extension ControlResponse {
  fileprivate static func methodNotAllowed(_ call: ControlAPI.Call, allowed: String)
    -> ControlResponse
  {
    var response = ControlResponse(
      ControlError(
        status: 405, code: "MethodNotAllowed",
        message:
          "\(call.methodName) is not allowed at \(ShownText.value(call.path.utf8)); allowed: \(allowed).",
        target: ShownText.value(call.methodName.utf8)))
    response.fields.append(ResponseField("Allow", allowed))
    return response
  }
}
