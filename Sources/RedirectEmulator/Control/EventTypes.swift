import Core

/// The types of events that a reader gets.
struct EventTypes: OptionSet, Sendable {
  let rawValue: UInt16

  /// The emulator's identity, the first event.
  static let hello = EventTypes(rawValue: 1)
  /// A request that has ended.
  static let request = EventTypes(rawValue: 1 << 1)
  /// Events that the reader did not get.
  static let missed = EventTypes(rawValue: 1 << 2)
  /// A connection that failed.
  static let connection = EventTypes(rawValue: 1 << 3)
  /// A call with another verdict, try or delivery.
  static let call = EventTypes(rawValue: 1 << 4)
  /// A request with a response that takes its time, because a rule decides it.
  static let started = EventTypes(rawValue: 1 << 5)
  /// The journal was emptied.
  static let journal = EventTypes(rawValue: 1 << 6)
  /// The rules were replaced or removed, or one was switched.
  static let scenario = EventTypes(rawValue: 1 << 7)
  /// The resource's clock was set.
  static let clock = EventTypes(rawValue: 1 << 8)
  /// A resource was made or removed.
  static let resource = EventTypes(rawValue: 1 << 9)

  /// A call that has begun to ring.
  static let ringing = EventTypes(rawValue: 1 << 10)
  /// A delivery of a call's event that has ended.
  static let delivered = EventTypes(rawValue: 1 << 11)

  /// The types that a reader gets by default.
  static let usual: EventTypes = [.request, .missed]
  /// All of them.
  static let all = EventTypes(names.map(\.type))

  /// Each by its name, in `?types=` and on the wire.
  static let names: [(name: String, type: EventTypes)] = [
    ("hello", .hello), ("started", .started), ("request", .request), ("missed", .missed),
    ("call", .call), ("ringing", .ringing), ("delivered", .delivered), ("journal", .journal),
    ("scenario", .scenario), ("clock", .clock),
    ("resource", .resource), ("connection", .connection),
  ]

  /// The name of one type.
  var name: String { Self.names.first { $0.type == self }?.name ?? "" }

  /// Reads `?types=`: `all`, or names separated by commas.
  static func parse(_ text: String) throws(ControlError) -> EventTypes {
    if text == "all" { return .all }
    var types: EventTypes = []
    for name in text.split(separator: ",", omittingEmptySubsequences: false) {
      guard let found = names.first(where: { $0.name == name }) else {
        throw .invalid(
          "types",
          "'\(ShownText.value(name.utf8))' is not a type of event; expected all, or some of \(names.map(\.name).joined(separator: ", ")), separated by commas."
        )
      }
      types.insert(found.type)
    }
    return types
  }
}
