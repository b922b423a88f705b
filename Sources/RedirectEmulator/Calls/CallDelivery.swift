import Core

/// One delivery of a call's `IncomingCall` event to the app's webhook.
public struct CallDelivery: Sendable, Equatable {
  /// Which delivery of the event, from 1.
  public let n: Int
  /// Where it was sent to.
  public let url: String
  /// The status of the app's response; nil if there was none.
  public package(set) var status: Int?
  /// Why there was no response, or what was wrong with the endpoint's validation, in words.
  public package(set) var error: String?
  /// The rule for events that decided how it was sent.
  public package(set) var rule: String?
  /// The beginning of the response's text.
  public package(set) var bodyStart: String?
  /// What came of the endpoint's validation; nil if none was done.
  public package(set) var validated: Bool?

  package let at: Instant
  /// nil while the response is waited for.
  package var durationNanoseconds: Int64?
  /// When the next delivery is due; nil if none is.
  package var next: Instant?
  /// When the response came, on the resource's clock, which may have been moved meanwhile.
  package var ended: Instant?

  package init(
    n: Int, url: String, at: Instant, status: Int? = nil, error: String? = nil,
    durationNanoseconds: Int64? = nil, bodyStart: String? = nil, validated: Bool? = nil,
    next: Instant? = nil
  ) {
    self.n = n
    self.url = url
    self.at = at
    self.status = status
    self.error = error
    self.durationNanoseconds = durationNanoseconds
    self.bodyStart = bodyStart
    self.validated = validated
    self.next = next
  }

  var isOpen: Bool { durationNanoseconds == nil }

  /// Whether the app said that it took the event.
  var succeeded: Bool { status.map { (200...299).contains($0) } ?? false }

  /// Whether it was not sent, or nobody listened.
  var foundNobody: Bool {
    error == OutboundFailure.refused.description || error?.hasPrefix("dropped by the rule") ?? false
  }

  /// Whether the app closed or reset the connection.
  var wasClosed: Bool { error?.hasSuffix("before a response came") ?? false }

  /// How long it lasted on the resource's clock, in nanoseconds.
  var lasted: Int64? { endedAt.map { $0.nanoseconds &- at.nanoseconds } }

  /// When its response came.
  var endedAt: Instant? {
    ended ?? durationNanoseconds.map { at.advanced(by: .nanoseconds($0)) }
  }
}
