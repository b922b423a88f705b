import HTTP1

extension Answer {
  /// A plan that sends the whole head of this response, so that a client can read all that it says.
  func plan(_ steps: [WirePlan.Step]) -> WirePlan {
    WirePlan(
      steps, status: status, errorCode: value(of: Self.errorCodeField), retryAfter: askedWait)
  }

  /// A plan that sends the response's first bytes, and says only what a client can read in them.
  ///
  /// - Parameters:
  ///   - count: bytes that are sent; all where the response has no more.
  ///   - last: the step behind them.
  func plan(first count: Int, then last: WirePlan.Step) -> WirePlan {
    let sent = Array(bytes.prefix(max(count, 0)))
    var plan = plan(sent.isEmpty ? [last] : [.send(sent), last])
    if sent.count < Self.statusEnd { plan.status = nil }
    if sent.count < end(ofLast: [Self.errorCodeField]) { plan.errorCode = nil }
    if sent.count < end(ofLast: Self.waitFields) { plan.retryAfter = nil }
    return plan
  }

  private static let errorCodeField = "x-ms-error-code"
  /// The fields that ask for a wait.
  private static let waitFields = ["retry-after", "retry-after-ms", "x-ms-retry-after-ms"]
  /// Bytes up to the end of the status code: `HTTP/1.1 503`. RFC 9112 §4.
  private static let statusEnd = 12

  private func value(of name: String) -> String? {
    fields.first { $0.name.lowercased() == name }?.value
  }

  /// Bytes of the response up to the end of the last field line with one of these names; 0 where it has none. A
  /// value is whole when its line has ended.
  private func end(ofLast names: [String]) -> Int {
    var (head, end): ([UInt8], Int) = ([], 0)
    AnswerHead.appendStatusLine(status, to: &head)
    for field in fields {
      head.appendField(field)
      if names.contains(field.name.lowercased()) { end = head.count }
    }
    return end
  }
}
