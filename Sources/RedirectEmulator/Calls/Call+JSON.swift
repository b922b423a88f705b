import Core
import Documents
import HTTP1

/// How a call is shown.
struct CallForm: Sendable {
  /// What the requests about it said.
  var journal: Journal
  /// Where the live page shows the resource's calls; an id follows.
  var page: String
  /// Whether its context is left out, which has 8 KB as a rule.
  var isSummary = false
}

extension Call {
  /// Appends the call as the API shows it.
  ///
  /// - Complexity: O(attempts).
  func write(to writer: inout JSONWriter, as form: CallForm) {
    let verdict = verdict
    let entries = attempts.map { form.journal.entry($0.seq) }
    let first = entries.lazy.compactMap { $0 }.first
    writer.object { writer in
      writer.member("id", id)
      writer.member("origin", origin.rawValue)
      if !form.isSummary { writer.member("incomingCallContext", incomingCallContext) }
      writer.optional("context", incomingCallContext) { $0.value(contextSummary: $1) }
      writer.optional(
        "target", entries.lazy.compactMap { $0.flatMap(RecordedRequest.Target.init) }.last
      ) {
        writer, target in
        writer.object { writer in
          writer.member("kind", target.kind)
          writer.member("id", target.id)
        }
      }
      let reader = first.map { RecordedMessageReader($0.message.withoutToken) }
      writer.member("clientRequestId", reader?.value(of: .xMSClientRequestID))
      writer.member("userAgent", reader?.value(named: "user-agent"))
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
            let requestID = entries[index].flatMap {
              RecordedMessageReader($0.message.withoutToken).value(of: .repeatabilityRequestID)
            }
            attempt.write(
              behind: index == 0 ? nil : attempts[index - 1], requestID: requestID, to: &writer)
          }
        }
      }
      writer.member("skippedAttempts", skippedAttempts)
      writer.member("next", next)
      writer.member("link", form.page + id)
    }
  }
}

extension CallAttempt {
  /// - Parameters:
  ///   - earlier: the attempt before it.
  ///   - requestID: the request's `Repeatability-Request-ID`; nil if it had none, or is not kept.
  fileprivate func write(
    behind earlier: CallAttempt?, requestID: String?, to writer: inout JSONWriter
  ) {
    let pause = earlier.flatMap { $0.isInFlight ? nil : arrived &- $0.ended }
    writer.object { writer in
      writer.member("seq", seq)
      writer.member("operation", operation.rawValue)
      writer.member("requestId", requestID)
      writer.member("time", instant)
      writer.member("status", status)
      writer.member("code", code)
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
  /// - Parameter owner: the id of its call and the name of the resource, where these are not around it.
  func write(to writer: inout JSONWriter, of owner: (call: String, resource: String)? = nil) {
    writer.object { writer in
      if let owner {
        writer.member("resource", owner.resource)
        writer.member("call", owner.call)
      }
      writer.member("n", n)
      writer.member("at", at)
      writer.member("url", url)
      writer.member("status", status)
      writer.member("error", error)
      writer.member("durationMs", milliseconds: durationNanoseconds)
      writer.member("bodyStart", bodyStart)
      writer.member("validated", validated)
      writer.member("rule", rule)
      writer.member("next", next)
    }
  }
}
