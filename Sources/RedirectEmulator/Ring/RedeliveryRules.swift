import Core

/// When an event is delivered again. Azure's documents, "Event Grid message delivery and retry"; the waits there are of
/// minutes and hours, and keep their proportion to the first.
package struct RedeliveryRules: Sendable, Equatable {
  /// The wait after an ordinary failure: the service's is 10 s.
  package var after = Duration.seconds(10)
  /// Deliveries of the event, the first one too.
  package var most = 2

  package init(after: Duration = .seconds(10), most: Int = 2) {
    (self.after, self.most) = (after, most)
  }

  /// 10 s, 30 s, 1 min, 5 min, 10 min, 30 min, 1 h, 3 h, 6 h, then each 12 h.
  private static let schedule = [1, 3, 6, 30, 60, 180, 360, 1_080, 2_160, 4_320]

  /// Statuses after which an event is never delivered again.
  package static let finalStatuses = [400, 413]

  /// How long to wait for the next delivery.
  ///
  /// - Parameters:
  ///   - status: of the response; nil if there was none.
  ///   - failures: deliveries that failed, this one too.
  /// - Returns: nil if the event is not delivered again.
  package func wait(after status: Int?, failures: Int) -> Duration? {
    guard failures < most, !Self.finalStatuses.contains(status ?? 0) else { return nil }
    return leastWait(after: status, failures: failures)
  }

  /// How long it takes at least until an event is delivered again after a response, however often it may be.
  package func leastWait(after status: Int?, failures: Int = 1) -> Duration {
    let place = min(max(failures, 1), Self.schedule.count) - 1
    let least =
      switch status {
      case 503: 3
      case 408: 12
      case 401, 403, 404: 30
      default: 1
      }
    return after * max(Self.schedule[place], least)
  }
}
