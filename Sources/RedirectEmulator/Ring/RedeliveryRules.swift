import Core

/// When an event is delivered again. Azure's documents, "Event Grid message delivery and retry"; the waits there are
/// minutes and hours. Here they keep their proportion to the first one.
package struct RedeliveryRules: Sendable, Equatable {
  /// The wait after an ordinary failure: the service's is 10 s.
  package var after = Duration.seconds(10)
  /// How often the event is delivered at most, including the first delivery.
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
  ///   - failures: failed deliveries, including this one.
  /// - Returns: nil if the event is not delivered again.
  package func wait(after status: Int?, failures: Int) -> Duration? {
    guard failures < most, !Self.finalStatuses.contains(status ?? 0) else { return nil }
    return leastWait(after: status, failures: failures)
  }

  /// The shortest time until an event is delivered again after a response, for any number of deliveries that are left.
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
