import Documents

/// What goes wrong with one request on the wire. The guide Scenarios says what a client sees of each.
public struct Fault: Sendable, Hashable {
  private let wire: any WireFault

  package init(_ wire: any WireFault) {
    self.wire = wire
  }

  /// The fault's name, as in scenario files.
  public var name: String { wire.name }

  package var row: FaultRow { type(of: wire).row }

  /// See ``WireFault/plan(_:_:)``.
  package func plan(_ response: DraftResponse, _ random: inout SeededRandom) -> WirePlan {
    wire.plan(response, &random)
  }

  /// In the form of a scenario file: its name, or an object with its parameters.
  var written: DocumentNode {
    let parameters = wire.written
    if parameters.isEmpty { return DocumentNode(writing: name) }
    return DocumentNode(.object([.init(name, DocumentNode(.object(parameters)))]))
  }

  /// Whether both are the same fault with the same parameters.
  public static func == (one: Fault, other: Fault) -> Bool {
    func equals<Wire: WireFault>(_ wire: Wire) -> Bool { other.wire as? Wire == wire }
    return equals(one.wire)
  }

  /// Feeds the fault and its parameters to a hasher.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(wire)
  }
}
