import Scenarios

/// A ``WirePlan`` that is being run: what comes next, and how many of its bytes were sent. It is a value without a
/// socket or a clock: the connection does what each turn says.
package struct PlanRun {
  /// What the connection does next.
  package enum Turn: Sendable, Equatable {
    /// Send what was appended, then ask again.
    case send
    /// Ask again after this time, when ``wake()`` has been called.
    case wait(Duration)
    /// Execute the operation; another plan follows.
    case execute
    /// Do nothing until the client leaves.
    case hold
    /// Send FIN, then ask again.
    case shutdown
    /// The plan is over: send FIN and close.
    case close
    /// The plan is over: send RST.
    case reset
    /// The plan is over: continue with the next request.
    case keepAlive
  }

  /// Whether it pauses now.
  package private(set) var isWaiting = false
  /// Bytes of the plan that were sent.
  package private(set) var bytesSent = 0

  private let steps: [WirePlan.Step]
  private var next = 0
  /// The rest of a step that is sent in pieces.
  private var paced: (bytes: ArraySlice<UInt8>, chunk: Int, every: Duration)?
  /// Whether a piece was given out, so that the pause after it comes next.
  private var owesPause = false
  /// Bytes of earlier responses that are sent first.
  private var ahead: Int

  /// - Parameter ahead: bytes of earlier responses that wait to be sent.
  package init(_ plan: WirePlan, behind ahead: Int = 0) {
    steps = plan.steps
    self.ahead = ahead
  }

  /// Whether bytes are still to be appended; false if all that follows is waiting and the end.
  package var sendsMore: Bool {
    if let paced, !paced.bytes.isEmpty { return true }
    for step in steps[next...] {
      switch step {
      case .send(let bytes), .pace(let bytes, _, _):
        if !bytes.isEmpty { return true }
      case .execute: return true
      case .wait, .stopReading: break
      case .hold, .shutdown, .close, .reset, .keepAlive: return false
      }
    }
    return false
  }

  /// Counts bytes that were sent.
  package mutating func sent(_ count: Int) {
    let others = min(ahead, count)
    ahead -= others
    bytesSent += count - others
  }

  /// Ends a pause.
  package mutating func wake() {
    isWaiting = false
  }

  /// Takes the next step, after all bytes of the steps before it were sent.
  ///
  /// - Parameter output: the bytes to send are appended to it.
  package mutating func turn(_ output: inout [UInt8]) -> Turn {
    if let turn = pacedTurn(&output) { return turn }
    while next < steps.count {
      let step = steps[next]
      next += 1
      switch step {
      case .send(let bytes):
        output.append(contentsOf: bytes)
        return .send
      case .pace(let bytes, let chunk, let every):
        paced = (bytes[...], max(chunk, 1), every)
        if let turn = pacedTurn(&output) { return turn }
      case .wait(let duration):
        return pause(duration)
      case .execute: return .execute
      case .hold:
        // The connection returns to this step each time that something wakes it.
        next -= 1
        return .hold
      case .stopReading:
        // While a plan runs nothing is read anyway; a hold after this keeps it so.
        break
      case .shutdown: return .shutdown
      case .close: return .close
      case .reset: return .reset
      case .keepAlive: return .keepAlive
      }
    }
    return .keepAlive
  }

  /// The next piece, or the pause between two; nil if no step is sent in pieces.
  private mutating func pacedTurn(_ output: inout [UInt8]) -> Turn? {
    guard let (bytes, chunk, every) = paced, !bytes.isEmpty else {
      paced = nil
      return nil
    }
    if owesPause {
      owesPause = false
      return pause(every)
    }
    output.append(contentsOf: bytes.prefix(chunk))
    paced = (bytes.dropFirst(chunk), chunk, every)
    owesPause = bytes.count > chunk
    return .send
  }

  private mutating func pause(_ duration: Duration) -> Turn {
    isWaiting = true
    return .wait(duration)
  }
}
