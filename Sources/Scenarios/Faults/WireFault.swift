import Documents

/// A fault of one request: its parameters, and their effect on the response on the wire. Each has a file of its own and
/// a place in ``FaultTable``.
package protocol WireFault: Sendable, Hashable {
  /// The fault's name, and what it does.
  static var row: FaultRow { get }

  /// Reads the parameters, and records what is wrong with them; nil if the fault cannot be made.
  ///
  /// - Parameter parameters: nil if only the fault's name was written.
  init?(_ parameters: ObjectReader?)

  /// The parameters as in a scenario file, for ``init(_:)`` to read; those that were left out may be left out here.
  var written: [DocumentNode.Member] { get }

  /// What the connection does, and what a client can then read of the response.
  ///
  /// - Parameters:
  ///   - response: the response without the fault.
  ///   - random: for this request only.
  func plan(_ response: DraftResponse, _ random: inout SeededRandom) -> WirePlan
}

extension WireFault {
  /// The fault's name, as in scenario files.
  package var name: String { Self.row.name }

  package var written: [DocumentNode.Member] { [] }
}
