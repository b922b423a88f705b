import Core
import HTTP1

extension DraftResponse {
  /// A plan that sends the whole head of this response, so that a client can read everything in it.
  ///
  /// - Parameters:
  ///   - content: bytes after the head; nil for the response's own.
  ///   - isWhole: whether what is sent can be read as a whole response.
  func plan(_ steps: [WirePlan.Step], content: Int? = nil, isWhole: Bool = true) -> WirePlan {
    var length = 0
    for step in steps {
      switch step {
      case .send(let bytes), .pace(let bytes, _, _): length += bytes.count
      default: break
      }
    }
    var plan = WirePlan(
      steps, status: status, errorCode: value(of: Self.errorCodeField), retryAfter: askedWait,
      headLength: length - (content ?? (isBodiless ? 0 : body.count)),
      wholeLength: isWhole ? length : nil)
    plan.asksUntilDate = asksUntilDate
    return plan
  }

  /// A plan that sends the response's first bytes, and reports only what a client can read in them: a client uses no
  /// field before the head has ended.
  ///
  /// - Parameters:
  ///   - count: bytes that are sent; all bytes if the response has fewer.
  ///   - last: the step after them.
  func plan(first count: Int, then last: WirePlan.Step) -> WirePlan {
    let head = head().count
    let sent = Array(bytes.prefix(max(count, 0)))
    let steps = sent.isEmpty ? [last] : [.send(sent), last]
    if sent.count >= head { return plan(steps, content: sent.count - head, isWhole: false) }
    return WirePlan(steps, status: sent.count < Self.statusEnd ? nil : status)
  }

  private static let errorCodeField = "x-ms-error-code"
  /// Bytes up to the end of the status code: `HTTP/1.1 503`. RFC 9112 §4.
  private static let statusEnd = 12

  /// A field's value; nil if there is no such field.
  func value(of name: String) -> String? {
    fields.first { $0.name.equalsIgnoringCase(name) }?.value
  }
}
