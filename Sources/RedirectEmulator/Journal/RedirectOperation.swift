import Documents
import HTTP1

/// One logical redirect: every request that carried the same `Repeatability-Request-ID`, in the order in which
/// they came. A request without that header is an operation of one attempt.
public struct RedirectOperation: Sendable {
  /// The request id as first sent; nil if there was none.
  public var requestID: String? { attempts.first?.requestID }
  /// At least one.
  public let attempts: [Attempt]

  /// How often the redirect was executed: it is 1 with a correct client and service.
  public var executed: Int {
    attempts.count { $0.executed }
  }

  /// The status of the last attempt; nil if that got none.
  public var finalStatus: Int? { attempts.last?.status }

  /// The target of the first attempt; nil if its body was not read that far.
  public var target: RecordedRequest.Target? { attempts.first?.target }

  /// The `api-version` of the first attempt.
  public var apiVersion: String? { attempts.first?.apiVersion }

  /// `User-Agent` of the first attempt.
  public var userAgent: String? { attempts.first?.userAgent }

  /// `incomingCallContext` of the first attempt.
  public var incomingCallContext: String? { attempts.first?.incomingCallContext }

  /// A group of a journal's entries.
  init(_ groups: EntryGroups, _ index: Int) {
    if groups.isSingle(index) {
      attempts = groups.firstEntry(index).map { [Attempt($0)] } ?? []
    } else {
      // The journal is in the order of recording. Attempts that overlap are sorted by when they came.
      attempts = groups.entries(index)
        .sorted { ($0.arrived, $0.seq) < ($1.arrived, $1.seq) }
        .map(Attempt.init)
    }
  }

  /// The pauses between a response's end and the next attempt's first byte, in nanoseconds.
  var pauses: [Int64] {
    zip(attempts, attempts.dropFirst()).map { $1.arrived &- $0.ended }
  }
}

extension RedirectOperation {
  /// Appends the operation, with its attempts.
  package func write(to writer: inout JSONWriter) {
    writer.object { writer in
      writer.member("requestId", requestID)
      writer.member("clientRequestId", attempts.first?.clientRequestID)
      writer.optional("target", target) { writer, target in
        writer.object { writer in
          writer.member("kind", target.kind)
          writer.member("id", target.id)
        }
      }
      writer.member("apiVersion", apiVersion)
      writer.member("userAgent", userAgent)
      writer.optional("context", incomingCallContext) { $0.value(contextSummary: $1) }
      writer.member("executed", executed)
      writer.member("attempts") { writer in
        writer.array { writer in
          for (index, attempt) in attempts.enumerated() {
            attempt.write(behind: index == 0 ? nil : attempts[index - 1], to: &writer)
          }
        }
      }
    }
  }
}

extension Attempt {
  /// - Parameter earlier: the attempt before it.
  fileprivate func write(behind earlier: Attempt?, to writer: inout JSONWriter) {
    let pause = earlier.flatMap { $0.end == nil ? nil : arrived &- $0.ended }
    writer.object { writer in
      writer.member("seq", seq)
      writer.member("time", instant)
      writer.member("status", status)
      writer.member("rule", rule)
      writer.member("executed", executed)
      writer.member("durationMs", milliseconds: durationNanoseconds)
      writer.member("retryAfterMs", milliseconds: retryAfterNanoseconds)
      writer.member("end", end?.rawValue)
      details.write(pause: pause, to: &writer)
    }
  }
}
