/// What happens to one request. Each part may be alone, and all can be combined.
public struct Action: Sendable, Equatable {
  /// A pause before the response or fault.
  public var delay: Delay?
  /// The response instead of the operation's.
  public var respond: Respond?
  /// What goes wrong on the wire.
  public var fault: Fault?
  /// How slowly the response is sent.
  public var pace: Pace?
  /// Whether the operation is executed and remembered first, so that only its response is affected.
  public var afterExecution: Bool
  /// Whether the delay comes before the operation takes effect, so that it may be too late for its call.
  public var beforeExecution: Bool
  /// The scenario's state from here on.
  public var becomes: String?

  /// An action of any of these parts.
  public init(
    delay: Delay? = nil, respond: Respond? = nil, fault: Fault? = nil,
    pace: Pace? = nil, afterExecution: Bool = false, beforeExecution: Bool = false,
    becomes: String? = nil
  ) {
    self.delay = delay
    self.respond = respond
    self.fault = fault
    self.pace = pace
    self.afterExecution = afterExecution
    self.beforeExecution = beforeExecution
    self.becomes = becomes
  }

  /// Whether the operation is not executed, and the action's own response or fault replaces it. This is false if the
  /// action waits for the execution, if it only slows the response down, or if its fault carries the right response
  /// (``WireFault/carriesRightResponse``).
  package var standsIn: Bool {
    if afterExecution { return false }
    if respond != nil { return true }
    return fault.map { !$0.row.carriesRightResponse } ?? false
  }

  /// Responds instead of the operation.
  ///
  /// - Parameters:
  ///   - status: 200 to 599.
  ///   - code: the error's code; nil is the service's code for the status.
  ///   - message: the error's message; nil is the service's message for the status.
  ///   - retryAfter: how long the client is asked to wait.
  public static func respond(
    _ status: Int, code: String? = nil, message: String? = nil, retryAfter: Duration? = nil
  ) -> Action {
    Action(respond: Respond(status, code: code, message: message, retryAfter: retryAfter))
  }

  /// Causes a fault on the wire.
  ///
  /// - Parameter afterExecution: whether the redirect is executed first, so that only its response is affected.
  public static func fault(_ fault: Fault, afterExecution: Bool = false) -> Action {
    Action(fault: fault, afterExecution: afterExecution)
  }

  /// Pauses before the operation's own response.
  public static func delay(_ duration: Duration) -> Action { Action(delay: Delay(duration)) }
}
