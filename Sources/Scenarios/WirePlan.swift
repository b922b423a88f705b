/// What a connection does on the wire for one request, or before there is one: a list of steps that the
/// connection runs in order without knowing which fault made them.
package struct WirePlan: Sendable, Equatable {
  package enum Step: Sendable, Equatable {
    /// Write these bytes, all of them, before the next step.
    case send([UInt8])
    /// Write these bytes in pieces of `chunk` bytes with `every` between the pieces.
    case pace([UInt8], chunk: Int, every: Duration)
    /// Do nothing for this long; the connection's other timers are off meanwhile.
    case wait(Duration)
    /// Execute the operation, and continue with the plan for its response.
    case execute
    /// Do nothing until the client leaves.
    case hold
    /// Stop reading from the socket for good, so that the receive window fills.
    case stopReading
    /// Half-close: FIN after what was sent, reading continues until the client closes.
    case shutdown
    /// Close: FIN after what was sent.
    case close
    /// Abort: RST at once, unsent bytes are dropped.
    case reset
    /// Keep the connection and continue with the next request.
    case keepAlive
  }

  package var steps: [Step]
  /// The status that a client can read in the bytes that are sent; nil if it cannot.
  package var status: Int?
  /// The `x-ms-error-code` that is sent; nil if none is.
  package var errorCode: String?
  /// How long the response asks the client to wait, in nanoseconds; nil if it does not ask.
  package var retryAfter: Int64?
  /// Whether the response says until when, and not how long. ``retryAfter`` is then the wait at the moment when the
  /// plan is made.
  package var asksUntilDate = false
  /// How many bytes a client has to get before it has read the head of the response; nil if the plan never sends
  /// that much, or sends something that cannot be read as a response.
  package var headLength: Int?
  /// How many bytes a client has to get before it has read the whole response; nil if the plan never sends that
  /// much, or sends something that cannot be read as a response.
  package var wholeLength: Int?

  /// Whether the connection ends although the steps keep it: the client or the server said so, and the response's field
  /// lines say it.
  package var closes = false

  package init(
    _ steps: [Step], status: Int? = nil, errorCode: String? = nil, retryAfter: Int64? = nil,
    headLength: Int? = nil, wholeLength: Int? = nil
  ) {
    self.steps = steps
    self.status = status
    self.errorCode = errorCode
    self.retryAfter = retryAfter
    self.headLength = headLength
    self.wholeLength = wholeLength
  }
}
