import Core
import Documents
import FoundationEssentials
import HTTP1
import RedirectCall

/// One request of the journal, with its parts read from what was recorded. Secrets in it are replaced by
/// `***`.
public struct RecordedRequest: Sendable {
  /// One field line.
  public struct Field: Sendable, Hashable {
    /// The name as sent.
    public let name: String
    /// The value without surrounding white space.
    public let value: String
  }

  /// The redirect's target.
  public struct Target: Sendable, Hashable {
    /// `phoneNumber`, `communicationUser`, …
    public let kind: String
    /// The identifier's own value: phone number, user id, app id or raw id.
    public let id: String
  }

  /// What the response's `Repeatability-Result` said.
  public enum RepeatabilityResult: String, Sendable, CaseIterable {
    /// The headers were understood and acted on.
    case accepted
    /// They were not.
    case rejected
  }

  /// Why a request was refused.
  public struct Failure: Sendable, Hashable {
    /// The check that failed: `http`, `route`, `apiVersion`, `authorization`, `body`, `repeatability` or `call`.
    public let stage: String
    /// The code of the response's error.
    public let code: String
    /// What was wrong, what was expected and where; with the reasons that the response gave besides its message.
    public let message: String
    /// The section of the Contract guide that the request violates.
    public let section: String
    /// Each single thing that was wrong, if it can be named.
    public let details: [Detail]

    /// One thing that was wrong.
    public struct Detail: Sendable, Hashable {
      /// The path to it in the body, `$` for the whole; or the parameter's name.
      public let target: String
      /// What was wrong, and what was expected.
      public let message: String
      /// Where it is in the body, from 1; nil if that is not known.
      public let line: Int?
      /// In characters, from 1.
      public let column: Int?
    }
  }

  /// Position in the journal, from 1.
  public let seq: UInt64
  /// The resource that the request belongs to.
  public let resource: String
  /// The connection's number.
  public let connection: UInt64
  /// nil if the bytes could not be read as HTTP.
  public let method: String?
  /// The path as sent, without the query.
  public let path: String?
  /// The query as sent, without its `?`.
  public let query: String?
  /// The `api-version` parameter.
  public let apiVersion: String?
  /// The field lines in the order received.
  public let headers: [Field]
  /// The content, without chunked framing.
  public let body: [UInt8]
  /// `x-ms-client-request-id`.
  public let clientRequestID: String?
  /// The kind of credential; nil if there was none.
  public let scheme: AuthenticationScheme?
  /// The user of the token.
  public let user: String?
  /// `Repeatability-Request-ID` as sent.
  public let repeatabilityRequestID: String?
  /// `Repeatability-First-Sent` as sent.
  public let repeatabilityFirstSent: String?
  /// What the response's `Repeatability-Result` said.
  public let repeatabilityResult: RepeatabilityResult?
  /// Which attempt of its request id this was, from 1.
  public let attempt: Int?
  /// nil if the body was not read that far.
  public let target: Target?
  /// The members at the body's top level that the contract does not name, in their order: they were ignored. At most
  /// 16 are named.
  public let ignored: [String]
  /// nil if the request was not refused.
  public let failed: Failure?
  /// The operation that it asked for: `redirect`, or a neighbour, `reject` or `answer`; nil if it was for none of them.
  public let operation: CallAttempt.Operation?
  /// Whether this request executed its operation.
  public let executed: Bool
  /// The request's outcome.
  public let outcome: RequestOutcome
  /// The rule that decided the response.
  public let rule: String?
  /// Which step of that rule's sequence decided, from 1; nil if there is none.
  public let step: Int?
  /// What the rule made the connection do, in words.
  public let plan: [String]
  /// The status sent; nil if none was.
  public let status: Int?
  /// Bytes written to the client.
  public let bytesSent: Int64
  /// Bytes of the whole response, sent or not; nil if there was to be none.
  public let answerBytes: Int64?
  /// Whether the whole response was sent, to a client that was still there and can read it.
  public let answerIsWhole: Bool
  /// How long the response asked the client to wait before it tries again; nil if it did not ask, or if a fault
  /// prevented its head from being sent.
  public let retryAfter: Duration?
  /// From the first byte received to the last one sent.
  public let duration: Duration
  /// nil while the response is still being sent.
  public let end: RequestEnd?
  /// The request as received (content without chunked framing), secrets replaced by `***`.
  public let raw: [UInt8]
  /// Bytes at the end of ``raw`` and ``body`` that were left out; 0 if they are whole. At most 64 KiB are kept of a
  /// request that was refused before its credential was accepted.
  public let cutBytes: Int

  package let instant: Instant
  /// What the rule did; nil if none decided.
  package let did: RuleMark.Work?

  /// When the first byte came, on the resource's clock.
  public var time: Date { Date(instant) }

  /// - Parameter locatesFaults: whether to find the places of what is wrong in the body. For this the body is read
  ///   again.
  package init(_ entry: JournalEntry, resource: String, locatesFaults: Bool = false) {
    let reader = RecordedMessageReader(entry.message)
    let isReadable = entry.message.headLength != nil
    seq = entry.seq
    self.resource = resource
    connection = entry.connection
    method = isReadable ? reader.text(reader.method) : nil
    path = isReadable ? reader.text(reader.path) : nil
    query = reader.query.map(reader.text)
    apiVersion = reader.queryParameter("api-version")
    headers = reader.fields.map {
      Field(name: reader.text($0.name), value: reader.text($0.value))
    }
    body = isReadable ? Array(reader.content) : []
    clientRequestID = reader.value(of: .xMSClientRequestID)
    scheme = entry.scheme
    user = entry.user
    repeatabilityRequestID = reader.value(of: .repeatabilityRequestID)
    repeatabilityFirstSent = reader.value(of: .repeatabilityFirstSent)
    repeatabilityResult = entry.repeatabilityResult
    attempt = entry.attempt == 0 ? nil : Int(entry.attempt)
    target = Target(entry)
    ignored = entry.ignored
    failed = entry.failure.map {
      Failure($0, in: locatesFaults && $0.stage == .body ? FaultPlaces(reader.content) : nil)
    }
    operation = entry.operation.map(CallAttempt.Operation.init)
    executed = entry.executed
    outcome = entry.outcome
    rule = entry.rule
    step = entry.ruleMark?.step
    did = entry.ruleMark?.did
    answerBytes = entry.answerBytes
    answerIsWhole = entry.answerIsWhole
    retryAfter = entry.retryAfter < 0 ? nil : .nanoseconds(entry.retryAfter)
    plan = entry.plan.map(\.description)
    status = entry.status == 0 ? nil : Int(entry.status)
    bytesSent = entry.bytesSent
    duration = .nanoseconds(entry.duration)
    end = entry.end
    raw = reader.bytes
    cutBytes = entry.message.cutBytes
    instant = entry.time
  }
}

extension RecordedRequest.Target {
  /// - Returns: nil if the body was not read that far.
  init?(_ entry: JournalEntry) {
    guard let kind = entry.targetKind else { return nil }
    self.init(kind: kind.rawValue, id: entry.targetIDText)
  }
}

extension RecordedRequest.Failure {
  init(_ rejection: Rejection, in places: FaultPlaces? = nil) {
    var message = rejection.error.message
    // The service's own message can be as short as "Denied by the resource provider.": the reason is elsewhere in the
    // error.
    for reason in rejection.error.details + rejection.error.innererror {
      // Not all of the service's own messages end like sentences.
      message += (message.hasSuffix(".") ? " " : ". ") + reason.message
    }
    self.init(
      stage: rejection.stage.rawValue, code: rejection.error.code, message: message,
      section: rejection.section,
      details: rejection.faults.map { fault in
        let place = places?.place(of: fault.target)
        return Detail(
          target: fault.target, message: fault.message, line: place?.line, column: place?.column)
      })
  }
}

extension Rejection {
  /// Each single thing that is wrong, if its place has a name.
  fileprivate var faults: [(target: String, message: String)] {
    (error.details.isEmpty ? [error] : error.details).compactMap { fault in
      fault.target.map { ($0, fault.message) }
    }
  }
}

extension JournalEntry {
  /// The target's id as text; empty if there is none.
  var targetIDText: String {
    let message = message.withoutToken
    let bytes = message.bytes
    let content = bytes[(message.headLength ?? 0)...]
    let lower = content.startIndex + Int(targetID.lowerBound)
    let upper = content.startIndex + Int(targetID.upperBound)
    guard upper <= content.endIndex else { return "" }
    let range = lower..<upper
    return JSONText(range: range, hasEscapes: bytes[range].contains(ASCII.backslash))
      .string(in: bytes.span)
  }
}
