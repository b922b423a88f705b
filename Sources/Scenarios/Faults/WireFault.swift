import Documents

/// A fault of one request: parameters, and what they make of a response on the wire. Each has a file of its own
/// and a place in ``FaultTable``.
package protocol WireFault: Sendable, Hashable {
  /// What the fault is called, and what it does.
  static var row: FaultRow { get }

  /// Reads the parameters, noting what is wrong with them; nil if the fault cannot be made.
  ///
  /// - Parameter parameters: nil if the fault was written as its name alone.
  init?(_ parameters: ObjectReader?)

  /// The parameters as a scenario file has them, for ``init(_:)`` to read; those that are left out need not be there.
  var written: [DocumentNode.Member] { get }

  /// What the connection does, and what a client can read of the response in that.
  ///
  /// - Parameters:
  ///   - response: what would be sent without the fault.
  ///   - random: for this request alone.
  func plan(_ response: DraftResponse, _ random: inout SeededRandom) -> WirePlan
}

extension WireFault {
  /// The fault's name, as scenario files have it.
  package var name: String { Self.row.name }

  package var written: [DocumentNode.Member] { [] }
}
