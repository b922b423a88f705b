/// What a path of the control API names. The guide ControlAPI lists them.
enum ControlRoute: Equatable {
  case health
  case openAPI
  case metrics
  case resources
  case resource(String)
  /// Something of one resource: `/_emulator/requests`, `/_emulator/resources/NAME/requests`.
  case part(Part, of: String)

  enum Part: Equatable {
    case scenario, requests, operations, verify, tokens, calls, clock, reset, events
    case request(UInt64)
  }

  /// - Parameter path: percent-decoded.
  /// - Returns: nil for a path that names nothing.
  init?(_ path: String) {
    if path == "/metrics" {
      self = .metrics
      return
    }
    var segments = path.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    guard segments.count >= 3, segments[0].isEmpty, segments[1] == "_emulator" else { return nil }
    segments.removeFirst(2)
    switch segments {
    case ["health"]: self = .health
    case ["openapi.json"]: self = .openAPI
    case ["resources"]: self = .resources
    default:
      var name = ResourceStore.defaultName
      if segments[0] == "resources" {
        guard !segments[1].isEmpty else { return nil }
        name = segments[1]
        if segments.count == 2 {
          self = .resource(name)
          return
        }
        segments.removeFirst(2)
      }
      guard let part = Part(segments) else { return nil }
      self = .part(part, of: name)
    }
  }

  /// Whether a path is the control API's at all, so that its 404 is too.
  static func isControl(_ path: String) -> Bool {
    path == "/metrics" || path == "/_emulator" || path.hasPrefix("/_emulator/")
  }
}

extension ControlRoute.Part {
  init?(_ segments: [String]) {
    switch segments {
    case ["scenario"]: self = .scenario
    case ["requests"]: self = .requests
    case ["operations"]: self = .operations
    case ["verify"]: self = .verify
    case ["tokens"]: self = .tokens
    case ["calls"]: self = .calls
    case ["clock"]: self = .clock
    case ["reset"]: self = .reset
    case ["events"]: self = .events
    default:
      guard segments.count == 2, segments[0] == "requests", let seq = UInt64(segments[1]) else {
        return nil
      }
      self = .request(seq)
    }
  }
}
