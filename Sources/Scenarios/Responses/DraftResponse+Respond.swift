import Core
import HTTP1
import RedirectCall

extension DraftResponse {
  /// The response that a rule gives.
  ///
  /// - Parameters:
  ///   - common: the field lines of every response.
  ///   - now: on the clients' clock, for `Retry-After` as a date.
  package init(_ respond: Respond, common: [ResponseField], now: Instant) {
    self.init(status: respond.status, fields: common)
    if let body = respond.body {
      self.body = Array(body.utf8)
      set(ResponseField("Content-Type", respond.contentType ?? "text/plain; charset=utf-8"))
    } else if !isBodiless, status >= 400 || respond.error != nil {
      setContent(respond.error ?? DefaultError.error(status))
      if let contentType = respond.contentType {
        set(ResponseField("Content-Type", contentType))
      }
    }
    setWait(respond, now: now)
    set(respond.headers)
    remove(respond.omittedHeaders)
  }

  /// This response if it has content, else a 500 with the same field lines and the service's JSON.
  func withContent() -> DraftResponse {
    if !isBodiless, !body.isEmpty { return self }
    var response = self
    response.status = 500
    response.setContent(DefaultError.error(500))
    return response
  }

  private mutating func setContent(_ error: CommunicationError) {
    body = CommunicationErrorResponse.render(error)
    set(ResponseField("Content-Type", CommunicationErrorResponse.contentType))
    set(ResponseField("x-ms-error-code", error.code.singleLine))
  }

  /// The field lines that ask for a wait. Clients that know the fields in milliseconds prefer them to `Retry-After`.
  private mutating func setWait(_ respond: Respond, now: Instant) {
    var milliseconds = respond.retryAfterMilliseconds.map(Int64.init)
    switch respond.retryAfter {
    case .delay(let delay):
      let seconds = Self.quotientUp(delay.wholeNanoseconds, 1_000_000_000)
      set(ResponseField("Retry-After", String(seconds)))
      askedWait = seconds * 1_000_000_000
      if delay.wholeNanoseconds < 1_000_000_000, delay.wholeNanoseconds > 0, milliseconds == nil {
        milliseconds = Self.quotientUp(delay.wholeNanoseconds, 1_000_000)
      }
    case .date(let delay):
      let second = Self.quotientUp(now.nanoseconds &+ delay.wholeNanoseconds, 1_000_000_000)
      let date = IMFFixdate(secondsSince1970: second)
      set(ResponseField("Retry-After", date.description))
      // Whole milliseconds, rounded down, so no client is asked for more than the date says.
      askedWait = max(second &* 1_000_000_000 &- now.nanoseconds, 0) / 1_000_000 * 1_000_000
      asksUntilDate = true
    case nil: break
    }
    if let milliseconds {
      set(ResponseField("retry-after-ms", String(milliseconds)))
      set(ResponseField("x-ms-retry-after-ms", String(milliseconds)))
      askedWait = milliseconds * 1_000_000
      asksUntilDate = false
    }
  }

  private static func quotientUp(_ value: Int64, _ divisor: Int64) -> Int64 {
    let (quotient, remainder) = value.quotientAndRemainder(dividingBy: divisor)
    return remainder > 0 ? quotient + 1 : quotient
  }
}

extension String {
  /// Without control characters, which a field line cannot hold.
  fileprivate var singleLine: String {
    String(String.UnicodeScalarView(unicodeScalars.filter { $0.value >= 0x20 && $0.value != 0x7F }))
  }
}
