/// What happens to one request: each part may stand alone, and all go together.
package struct Action: Sendable {
  /// A pause before the answer or fault.
  package var delay: Delay?
  /// The answer in the operation's stead.
  package var respond: Respond?
  package var fault: (any WireFault)?
  /// How slowly the answer is sent.
  package var pace: Pace?
  /// Whether the operation is executed and remembered first, so that only its answer suffers.
  package var afterExecution: Bool
  /// The scenario's state from here on.
  package var becomes: String?

  package init(
    delay: Delay? = nil, respond: Respond? = nil, fault: (any WireFault)? = nil,
    pace: Pace? = nil, afterExecution: Bool = false, becomes: String? = nil
  ) {
    self.delay = delay
    self.respond = respond
    self.fault = fault
    self.pace = pace
    self.afterExecution = afterExecution
    self.becomes = becomes
  }

  /// Whether the operation is not executed, and the action's own answer or fault stands in for it: not so where
  /// the action waits for the execution, where it only slows the answer down, and where its fault is one that
  /// carries the right answer (``WireFault/carriesRightAnswer``).
  package var standsIn: Bool {
    if afterExecution { return false }
    if respond != nil { return true }
    return fault.map { !type(of: $0).row.carriesRightAnswer } ?? false
  }
}
