import Core
import Documents

extension Call {
  /// Appends the call as the API shows it.
  package func write(to writer: inout JSONWriter) {
    let verdict = verdict
    writer.object { writer in
      writer.member("id", id)
      writer.member("origin", origin.rawValue)
      writer.member("incomingCallContext", incomingCallContext)
      writer.member("correlationId", correlationID)
      writer.member("from", from)
      writer.member("to", to)
      writer.member("rangAt", ring?.rangAt)
      writer.member("ringsUntil", ring?.ringsUntil)
      writer.member("state", state.rawValue)
      writer.member("verdict", verdict.rawValue)
      writer.member("story", story)
      writer.member("advice", advice)
      writer.member("appKnows", appKnows)
      writer.member("deliveries") { writer in
        writer.array { writer in
          for delivery in deliveries { delivery.write(to: &writer) }
        }
      }
      writer.member("attempts") { writer in
        writer.array { writer in
          for (index, attempt) in attempts.enumerated() {
            attempt.write(behind: index == 0 ? nil : attempts[index - 1], to: &writer)
          }
        }
      }
      writer.member("skippedAttempts", skippedAttempts)
      // The page has no address yet, and a redirect makes no second call.
      writer.member("next", String?.none)
      writer.member("link", String?.none)
    }
  }
}

extension CallAttempt {
  /// - Parameter earlier: the attempt before it.
  fileprivate func write(behind earlier: CallAttempt?, to writer: inout JSONWriter) {
    let pause = earlier.flatMap { $0.isInFlight ? nil : arrived &- $0.ended }
    writer.object { writer in
      writer.member("seq", seq)
      writer.member("operation", operation.rawValue)
      writer.member("time", instant)
      writer.member("status", status)
      writer.member("code", fault?.code)
      writer.member("rule", rule)
      writer.member("executed", executed)
      writer.member("durationMs", milliseconds: durationNanoseconds)
      writer.member("retryAfterMs", milliseconds: retryAfterNanoseconds)
      writer.member("end", end?.rawValue)
      details.write(pause: pause, to: &writer)
    }
  }
}

extension CallDelivery {
  fileprivate func write(to writer: inout JSONWriter) {
    writer.object { writer in
      writer.member("n", n)
      writer.member("at", at)
      writer.member("url", url)
      writer.member("status", status)
      writer.member("error", error)
      writer.member("durationMs", milliseconds: durationNanoseconds)
      writer.member("bodyStart", bodyStart)
      writer.member("validated", validated)
      writer.member("next", next)
    }
  }
}
