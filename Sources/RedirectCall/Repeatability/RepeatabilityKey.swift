import HTTP1

/// The pair of headers that makes a request repeatable: the same pair on every try of one operation.
/// Contract guide, "6. Repeatability".
package struct RepeatabilityKey: Sendable, Hashable {
  package var requestID: RequestUUID
  package var firstSent: IMFFixdate

  package init(requestID: RequestUUID, firstSent: IMFFixdate) {
    self.requestID = requestID
    self.firstSent = firstSent
  }
}
