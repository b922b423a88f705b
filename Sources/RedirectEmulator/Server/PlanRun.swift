import EventLoop
import Scenarios

/// A ``WirePlan`` on its way: which step comes next, and what is told to the journal when it has ended.
final class PlanRun {
  private let steps: [WirePlan.Step]
  private var next = 0
  private var timer: TimerID?
  /// What is left of a paced step.
  private var paced: (bytes: ArraySlice<UInt8>, chunk: Int, every: Duration)?
  private var bytesSent = 0
  /// Whether nothing more is going to happen until the client leaves.
  private(set) var isHolding = false
  private let startedAt: UInt64
  private var onEnd: ((PlanOutcome) -> Void)?

  /// - Parameters:
  ///   - startedAt: when the request began to come, monotonic nanoseconds.
  ///   - onEnd: called once, when the plan has come to its end or its client has left.
  init(_ plan: WirePlan, startedAt: UInt64, onEnd: @escaping (PlanOutcome) -> Void) {
    steps = plan.steps
    self.startedAt = startedAt
    self.onEnd = onEnd
  }

  func sent(_ count: Int) {
    bytesSent += count
  }

  /// Runs the next step. Called when all that the steps before it wrote has been sent.
  ///
  /// - Returns: false where something has to be waited for.
  func step(_ connection: Connection) -> Bool {
    if timer != nil { return false }
    if let (bytes, chunk, every) = paced {
      connection.output.append(contentsOf: bytes.prefix(chunk))
      let rest = bytes.dropFirst(chunk)
      paced = rest.isEmpty ? nil : (rest, chunk, every)
      if !rest.isEmpty { wait(every, connection) }
      return true
    }
    guard next < steps.count else { return complete(connection) }
    let step = steps[next]
    next += 1
    switch step {
    case .send(let bytes):
      connection.output.append(contentsOf: bytes)
    case .pace(let bytes, let chunk, let every):
      paced = (bytes[...], max(chunk, 1), every)
    case .wait(let duration):
      wait(duration, connection)
    case .hold:
      // The step is come back to each time that something else wakes the connection.
      next -= 1
      isHolding = true
      connection.clearDeadline()
      return false
    case .stopReading:
      // While a plan runs nothing is read anyway; a hold after this keeps it so.
      break
    case .shutdown:
      connection.transport.shutdownWriting()
    case .close:
      finish(.closed, connection: connection)
      connection.linger()
    case .reset:
      connection.reset(.reset)
    case .keepAlive:
      return complete(connection)
    }
    return connection.phase == .planned
  }

  /// Tells the end, once.
  func finish(_ how: RequestEnd, connection: Connection) {
    if let timer { connection.worker.loop.cancel(timer) }
    timer = nil
    guard let onEnd else { return }
    self.onEnd = nil
    onEnd(
      PlanOutcome(
        end: how, bytesSent: bytesSent,
        nanoseconds: connection.worker.loop.now &- startedAt))
  }

  private func complete(_ connection: Connection) -> Bool {
    finish(.answered, connection: connection)
    connection.planEnded()
    return true
  }

  private func wait(_ duration: Duration, _ connection: Connection) {
    connection.clearDeadline()
    timer = connection.worker.loop.schedule(after: duration) { [self, unowned connection] in
      timer = nil
      connection.advance()
    }
  }
}

/// How a plan ended.
struct PlanOutcome {
  var end: RequestEnd
  var bytesSent: Int
  /// From the request's first byte to the plan's end.
  var nanoseconds: UInt64
}
