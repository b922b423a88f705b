/// A fault in the list of ``FaultTable``.
package struct FaultRow: Sendable, Hashable {
  package enum Level: String, Sendable, Hashable {
    case request, connection
  }

  /// A parameter of a fault.
  package struct Parameter: Sendable, Hashable {
    package var name: String
    /// Its form, with its unit and its default.
    package var form: String

    init(_ name: String, _ form: String) {
      self.name = name
      self.form = form
    }
  }

  package var name: String
  package var parameters: [Parameter]
  package var level: Level
  /// What a client sees, in a sentence.
  package var sees: String
  /// Whether the response stays right. Then the operation is executed, unless there is a `respond` beside the fault.
  package var carriesRightResponse: Bool
  /// The status of the response that the fault spoils, if the operation is not executed and there is no `respond`
  /// beside it.
  package var status: Int

  init(
    _ name: String, level: Level = .request, parameters: [Parameter] = [],
    carriesRightResponse: Bool = false, status: Int = 500, sees: String
  ) {
    self.name = name
    self.parameters = parameters
    self.level = level
    self.sees = sees
    self.carriesRightResponse = carriesRightResponse
    self.status = status
  }
}
