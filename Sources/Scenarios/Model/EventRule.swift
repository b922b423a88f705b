import Documents

/// What goes wrong with which deliveries of `IncomingCall` to the app's webhook.
///
/// ```swift
/// try emulator.load(
///   rules: [],
///   events: [
///     EventRule("delivered twice", deliveries: 1...1, do: .duplicate()),
///     EventRule("late", calls: 2...Int.max, do: .delay(.seconds(12))),
///   ])
/// ```
public struct EventRule: Sendable, Equatable {
  /// The name that a call's deliveries show.
  public var name: String
  /// Which of the resource's calls that are delivered, counted from 1; nil for all.
  public var calls: OrdinalRange?
  /// Which deliveries of a call's event, counted from 1; nil for all.
  public var deliveries: OrdinalRange?
  /// How likely it is that a match counts, from 0 to 1; decided by the seed, the call and the delivery.
  public var chance: Double?
  /// What goes wrong.
  public var fault: EventFault
  /// The rule as it was written; nil for one made in code.
  package var source: DocumentNode?
  /// The file that it was read from; nil if it was not read from a file.
  package var file: String?

  package init(
    name: String, calls: OrdinalRange? = nil, deliveries: OrdinalRange? = nil,
    chance: Double? = nil, fault: EventFault
  ) {
    self.name = name
    self.calls = calls
    self.deliveries = deliveries
    self.chance = chance
    self.fault = fault
  }

  /// A rule; a condition that is nil always holds.
  ///
  /// - Parameters:
  ///   - name: the name that a call's deliveries show.
  ///   - calls: which calls that are delivered, from 1; up to `Int.max` for no end.
  ///   - deliveries: which deliveries of a call's event, from 1; up to `Int.max` for no end.
  ///   - chance: from 0 to 1.
  ///   - fault: what goes wrong.
  public init(
    _ name: String, calls: ClosedRange<Int>? = nil, deliveries: ClosedRange<Int>? = nil,
    chance: Double? = nil, do fault: EventFault
  ) {
    self.init(
      name: name, calls: calls.map { OrdinalRange($0) },
      deliveries: deliveries.map { OrdinalRange($0) }, chance: chance, fault: fault)
  }

  /// Whether both mean the same, even if they were written differently.
  public static func == (one: EventRule, other: EventRule) -> Bool {
    one.name == other.name && one.calls == other.calls && one.deliveries == other.deliveries
      && one.chance == other.chance && one.fault == other.fault
  }
}
