import EventLoop

/// An exchange with a response that follows a plan, as the connection holds it.
final class PlannedExchange {
  var run: PlanRun
  /// Whether the connection ends after a response that was sent whole.
  let closes: Bool
  /// Records how the plan ends; nil if the plan began before there was a request.
  let record: ExchangeRecord?
  /// Continues after the plan, with the requests that have come already.
  let reader: MessageReader

  init(
    _ run: PlanRun, closes: Bool = false, _ record: ExchangeRecord?, then reader: MessageReader
  ) {
    self.run = run
    self.closes = closes
    self.record = record
    self.reader = reader
  }

  /// Executes the operation that waited for its delay, and continues with its response.
  func execute(wallClock: UInt64) {
    guard let plan = record?.execute(wallClock: wallClock) else { return }
    run = PlanRun(plan)
  }

  /// Records how the plan ended. It ends now: the loop's own time is that of the round's beginning.
  func end(_ how: RequestEnd) {
    record?.end(
      PlanOutcome(end: how, bytesSent: run.bytesSent, time: SystemCall.monotonicNow()))
  }
}
