import Core
import Documents
import Synchronization

extension ControlAPI {
  /// Lists a resource's failed connections.
  func failedConnections(_ call: Call, _ resource: ResourceCore) throws(ControlError)
    -> ControlResponse
  {
    var isAsked = false
    var after: UInt64 = 0
    var limit = JournalQuery.defaultLimit
    for (name, value) in call.parameters {
      let shown = ShownText.value(value.utf8)
      switch name {
      case "failed":
        guard value == "true" else {
          throw .invalid(name, "'\(shown)' is not allowed; expected true.")
        }
        isAsked = true
      case "after":
        guard let number = UInt64(value) else {
          throw .invalid(
            name, "'\(shown)' is not a number of a connection's entry; expected a whole number.")
        }
        after = number
      default:
        limit = try ControlParameter.limit(
          value, JournalQuery.largestLimit, of: "connections")
      }
    }
    guard isAsked else {
      throw .invalid(
        "failed",
        "Only failed connections are kept: ask for them with failed=true. /metrics counts all.")
    }
    let list = resource.state.withLock { $0.failedConnections }
    let page = list.page(after: after, limit: limit)
    return .json { writer in
      writer.object { writer in
        writer.member("connections") { writer in
          writer.array { writer in
            for entry in page.entries { entry.write(to: &writer, resource: resource.name) }
          }
        }
        writer.member("next", page.next)
        writer.member("dropped", list.dropped)
      }
    }
  }
}
