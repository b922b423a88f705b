import HTTP1

/// A call of the control API: a row of ``all``.
///
/// Routing, `405` with `Allow`, the check of query parameters and of access, the OpenAPI document and the guide
/// ControlAPI's tables all come from the rows. A further call is a row, its handler, and the schemas of its body and
/// response in `Sources/CTexts/texts/openapi-control.json.mustache`.
package struct ControlRoute: Sendable {
  /// What a call sends or gets.
  package struct Content: Sendable, Equatable {
    package var mediaTypes: [String]
    /// The name of its schema in the OpenAPI document; nil for text.
    package var schema: String?

    static func json(_ schema: String) -> Content {
      Content(mediaTypes: ["application/json"], schema: schema)
    }

    /// A scenario file. The content type says in which format.
    static let scenario = Content(
      mediaTypes: ["application/json", "application/yaml"], schema: "ScenarioFile")

    static func text(_ mediaType: String) -> Content {
      Content(mediaTypes: [mediaType], schema: nil)
    }
  }

  /// The request's body.
  package struct Body: Sendable, Equatable {
    package var content: Content
    /// Whether an empty body is refused.
    package var isRequired: Bool

    static func required(_ content: Content) -> Body { Body(content: content, isRequired: true) }
    static func optional(_ content: Content) -> Body { Body(content: content, isRequired: false) }
  }

  /// The response to a call that is not refused. Refusals are the same for all calls: ``ControlError``.
  package struct Response: Sendable, Equatable {
    package var statuses: [Int]
    package var content: Content?

    static func ok(_ content: Content) -> Response { Response(statuses: [200], content: content) }
    static func created(_ content: Content) -> Response {
      Response(statuses: [201], content: content)
    }
    static let noContent = Response(statuses: [204], content: nil)
  }

  /// What a call's work grows with.
  package enum Work: Sendable, Equatable {
    /// It does not grow, and is little: the loop serves it.
    case short
    /// It grows with what is stored, sent or replaced, or it is much: the background thread serves it.
    case long
    /// It grows only with the number of resources. A loop adds up many of them in a very short time.
    case byResources
  }

  /// What serves the call.
  enum Handler: Sendable {
    typealias OfServer =
      @Sendable (ControlAPI) -> (ControlAPI.Call) throws(ControlError) -> ControlResponse
    typealias OfResource =
      @Sendable (ControlAPI) -> (ControlAPI.Call, ResourceCore) throws(ControlError) ->
      ControlResponse

    case server(OfServer)
    /// Of the resource that the path names.
    case resource(OfResource)
    /// A question about the resource that the path names; it may wait.
    case verify
    /// A stream of the resource's events.
    case events
  }

  package var method: HTTP1.Method
  /// As the guide writes it: `R/requests/SEQ`. ``ControlPath`` says how it is read.
  package var pattern: String
  /// The heading of the guide that the call is under, and its tag in the OpenAPI document.
  package var group: String
  /// The call's name for programs, `listRequests`.
  package var name: String
  /// What it does, in a sentence.
  package var summary: String
  /// The query parameters; others are refused by name.
  package var parameters: [ControlParameter]
  package var body: Body?
  package var response: Response
  /// What the call needs from its sender.
  package var access: ControlAccess.Needs
  /// How long it may take, which decides where it is served.
  package var work: Work
  package let paths: [ControlPath]
  let handler: Handler

  init(
    _ method: HTTP1.Method, _ pattern: String, in group: String, _ name: String,
    _ summary: String, parameters: [ControlParameter] = [], body: Body? = nil,
    response: Response, access: ControlAccess.Needs = .all, work: Work = .short,
    _ handler: Handler
  ) {
    self.method = method
    self.pattern = pattern
    self.group = group
    self.name = name
    self.summary = summary
    self.parameters = parameters
    self.body = body
    self.response = response
    self.access = access
    self.work = work
    self.handler = handler
    paths = ControlPath.all(pattern)
  }

  /// Whether the call may have `within`.
  var waits: Bool { parameters.contains { $0.name == "within" } }

  /// The method as it is sent.
  package var methodName: String { "\(method)".uppercased() }

  /// The call as the guide writes it: `GET R/requests`.
  package var call: String { methodName + " " + pattern }
}

/// What a path of the control API names: the calls that have it, one for each method, and its parameters' values.
struct ControlRouteMatch {
  /// Their places in ``ControlRoute/all``.
  private let places: [Int]
  let values: ControlPath.Values

  /// - Parameter path: percent-decoded.
  /// - Returns: nil for a path that names nothing.
  init?(_ path: String) {
    let segments = ControlPath.split(path)
    var places: [Int] = []
    var values = ControlPath.Values()
    guard let patterns = ControlRoute.patterns[segments.count] else { return nil }
    for (place, pattern) in patterns {
      guard let found = pattern.values(in: segments) else { continue }
      places.append(place)
      values = found
    }
    if places.isEmpty { return nil }
    self.places = places
    self.values = values
  }

  /// The call of a method; `HEAD` is the call of `GET`.
  func route(_ method: HTTP1.Method) -> ControlRoute? {
    let wanted = method == .head ? .get : method
    return places.first { ControlRoute.all[$0].method == wanted }.map { ControlRoute.all[$0] }
  }

  /// The methods that there are, as `Allow` lists them.
  var allowedMethods: String {
    places.map { ControlRoute.all[$0].methodName }.joined(separator: ", ")
  }
}

extension ControlRoute {
  /// The patterns of all calls by their numbers of segments, each with its call's place in ``all``.
  fileprivate static let patterns: [Int: [(Int, ControlPath)]] = {
    var patterns: [Int: [(Int, ControlPath)]] = [:]
    for (place, route) in all.enumerated() {
      for path in route.paths { patterns[path.segments.count, default: []].append((place, path)) }
    }
    return patterns
  }()

  /// Whether a path is the control API's at all, so that its 404 is too.
  static func isControl(_ path: String) -> Bool {
    path == "/metrics" || path == "/_emulator" || path.hasPrefix("/_emulator/")
  }

  /// What a request needs from its sender. A path without a call needs everything, so that only permitted clients learn
  /// which calls exist.
  static func access(_ method: HTTP1.Method, _ path: String) -> ControlAccess.Needs {
    ControlRouteMatch(path)?.route(method)?.access ?? .all
  }
}
