import Core

/// What a reader of events asks for.
struct EventQuery: Sendable {
  /// The resources with the events.
  enum Scope: Sendable {
    case one(ResourceCore)
    /// All resources, also those that are made later.
    case all(ResourceStore)
  }

  var scope: Scope
  var types: EventTypes
  /// How much of a request's entry is sent.
  var fields: JournalQuery.Fields

  static let parameters = [
    ControlParameter(
      "types", .text,
      "all, or some of \(EventTypes.names.map(\.name).joined(separator: ", ")), separated by commas."
    ),
    ControlParameter.fields,
    ControlParameter(
      "resources", .choice(["all"]), "Only without a name in the path: the events of all resources."
    ),
  ]

  /// - Parameter resource: the one that the path names.
  init(_ call: ControlAPI.Call, _ resource: ResourceCore, of store: ResourceStore)
    throws(ControlError)
  {
    scope = .one(resource)
    types = .usual
    fields = .all
    var isOfAll = false
    var asksForCalls = false
    for (name, value) in call.parameters {
      switch name {
      case "types":
        types = try EventTypes.parse(value)
        asksForCalls = value != "all" && types.contains(.call)
      case "fields": fields = try JournalQuery.Fields(value)
      default:
        guard value == "all" else {
          throw .invalid(
            name, "'\(ShownText.value(value.utf8))' is not allowed; expected all, or no parameter.")
        }
        guard !call.path.hasPrefix("/_emulator/resources/") else {
          throw .invalid(
            name, "The path names one resource; ask GET /_emulator/events?resources=all.")
        }
        isOfAll = true
      }
    }
    guard isOfAll else { return }
    // To find changed calls, the calls of all resources would have to be built after each request.
    guard !asksForCalls else {
      throw .invalid(
        "types", "Events of type call are of one resource; ask GET R/events for those of each.")
    }
    types.remove(.call)
    scope = .all(store)
  }
}
