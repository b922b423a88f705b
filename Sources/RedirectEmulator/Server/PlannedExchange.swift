/// An exchange whose response follows a plan, as the connection holds it.
final class PlannedExchange {
  var run: PlanRun
  /// Whom the end is told to; nil where the plan began before there was a request.
  let record: ExchangeRecord?
  /// What goes on behind the plan, with the requests that have come already.
  let reader: MessageReader

  init(_ run: PlanRun, _ record: ExchangeRecord?, then reader: MessageReader) {
    self.run = run
    self.record = record
    self.reader = reader
  }

  /// Tells how the plan ended.
  ///
  /// - Parameter time: monotonic nanoseconds.
  func end(_ how: RequestEnd, time: UInt64) {
    record?.end(PlanOutcome(end: how, bytesSent: run.bytesSent, time: time))
  }
}
