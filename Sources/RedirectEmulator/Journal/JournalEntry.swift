import Core
import RedirectCall

/// One request as the journal keeps it: its redacted bytes, and only what the bytes do not say. Everything else is read
/// from the bytes when it is needed (``RecordedRequest``), so recording costs one copy.
package struct JournalEntry: Sendable {
  /// Position in the journal, from 1; given by ``Journal/record(_:)``.
  package internal(set) var seq: UInt64 = 0
  /// How many requests had ended when this one ended, including itself; 0 while its response's plan still runs. The
  /// journal sets it.
  package internal(set) var endOrder: UInt64 = 0
  /// When the request's first byte came, on the resource's clock.
  package var time: Instant
  /// The same moment on the machine's monotonic clock, in nanoseconds: a test may move the resource's clock between two
  /// attempts, but that must not change the pause between them.
  package var arrived: Int64
  /// The connection's number, unique within the process.
  package var connection: UInt64
  package var message: RecordedMessage
  /// The kind of credential; nil if there was none that could be recognised.
  package var scheme: AuthenticationScheme?
  /// Whether the whole response is sent, and a client can read it.
  package var isWhole = true
  /// The user of the token; shared with the token cache, so storing it costs one retain.
  package var user: String?
  // In this order the small parts fill one word together.
  /// What the response's `Repeatability-Result` said; nil if it had none.
  package var repeatabilityResult: RecordedRequest.RepeatabilityResult?
  /// The target's kind; nil if the body was not read.
  package var targetKind: IdentifierKind?
  /// Whether its operation was executed by this request (not: whether it was once, by an earlier attempt).
  package var executed: Bool
  /// Whether a rule's response or fault replaced the operation.
  package var isRuled = false
  /// Which attempt of its request id this was, from 1; 0 if there is no request id.
  package var attempt: UInt32
  /// Which logical request of the resource it was, from 1; 0 if that was not counted.
  package var call: UInt32 = 0
  /// Where the target's id is in the content: the characters of its JSON string, without the quotes.
  package var targetID: Range<UInt32>
  /// The status sent; 0 if none was.
  package var status: UInt16
  /// Whether it passed the checks before the operation: the condition of rules with `valid`.
  package var isValid = true
  /// The operation that it asked for; nil for a request without one.
  package var operation: CallOperation?
  /// How long the response asked the client to wait, in nanoseconds: `retry-after-ms`, else `Retry-After`. A date there
  /// counts as the whole milliseconds from the response until then. Negative if it did not ask, or if its head was not
  /// sent whole.
  package var retryAfter: Int64
  package var bytesSent: Int64
  /// From the first byte received to the last one sent, in nanoseconds.
  package var duration: Int64
  // These fill three words together.
  /// What its response's `X-Microsoft-Skype-Chain-ID` said; nil if ``AnswerCopy`` has the response's bytes.
  package var chainID: RequestUUID?
  /// nil while the response's plan still runs.
  package var end: RequestEnd?
  /// Whether its response said that the connection ends.
  package var closes = false
  /// The number of the scenario's state when its rules were checked.
  package var scenarioState: UInt8 = 0
  /// What its response's `Date` said: seconds since 1970.
  package var answeredAt: UInt32 = 0

  /// The values that most entries do not have, in a separate object: an entry is moved several times while it is made.
  private struct Uncommon {
    var rule: RuleMark?
    var plan: [PlannedStep] = []
    var answer: AnswerCopy?
    var failure: Rejection?
    var plannedCode: String?
    var ignored: [String] = []
    var registeredCall: UInt64 = 0
    var ordinalOfCall: UInt32 = 0
    var deliveriesOfCall: UInt32 = 0

    var isEmpty: Bool {
      registeredCall == 0 && rule == nil && plan.isEmpty && failure == nil && plannedCode == nil
        && ignored.isEmpty && answer == nil
    }
  }

  private final class Box: Sendable {
    let value: Uncommon

    init(_ value: Uncommon) { self.value = value }
  }

  private var box: Box?

  private var uncommon: Uncommon {
    get { box?.value ?? Uncommon() }
    set { box = newValue.isEmpty ? nil : Box(newValue) }
  }

  /// The rule that decided the response, and what it did.
  package var ruleMark: RuleMark? {
    get { box?.value.rule }
    set { if newValue != nil || box != nil { uncommon.rule = newValue } }
  }

  /// The name of the rule that decided the response.
  package var rule: String? { box?.value.rule?.name }

  /// The response's bytes, if they cannot be made again; nil for most entries.
  package var answerCopy: AnswerCopy? {
    get { box?.value.answer }
    set { if newValue != nil || box != nil { uncommon.answer = newValue } }
  }

  /// What the rule made the connection do; empty without a rule.
  package var plan: [PlannedStep] {
    get { box?.value.plan ?? [] }
    set { if !newValue.isEmpty || box != nil { uncommon.plan = newValue } }
  }

  /// Why the request was refused; nil if it was not.
  package var failure: Rejection? {
    get { box?.value.failure }
    set { if newValue != nil || box != nil { uncommon.failure = newValue } }
  }

  /// The error code that the plan sends; nil if it sends none.
  package var plannedCode: String? {
    get { box?.value.plannedCode }
    set { if newValue != nil || box != nil { uncommon.plannedCode = newValue } }
  }

  /// The members at the body's top level that the contract does not name.
  package var ignored: [String] {
    get { box?.value.ignored ?? [] }
    set { if !newValue.isEmpty || box != nil { uncommon.ignored = newValue } }
  }

  /// Which registered call it was about, from 1; 0 for none.
  package var registeredCall: UInt64 {
    get { box?.value.registeredCall ?? 0 }
    set { if newValue != 0 || box != nil { uncommon.registeredCall = newValue } }
  }

  /// Which request about that call it was, from 1; 0 for none. Set it after ``registeredCall``.
  package var ordinalOfCall: UInt32 {
    get { box?.value.ordinalOfCall ?? 0 }
    set { if box != nil { uncommon.ordinalOfCall = newValue } }
  }

  /// How many deliveries of that call's event had begun when it came. Set it after ``registeredCall``.
  package var deliveriesOfCall: UInt32 {
    get { box?.value.deliveriesOfCall ?? 0 }
    set { if newValue != 0, box != nil { uncommon.deliveriesOfCall = newValue } }
  }

  /// The status that was sent; nil if none was.
  var sentStatus: Int? { status == 0 ? nil : Int(status) }

  /// The request's outcome.
  package var outcome: RequestOutcome {
    RequestOutcome(executed: executed, isRuled: isRuled, stage: failure?.stage)
  }

  /// Whether the whole response was sent to a client that was still there, and can read it.
  package var answerIsWhole: Bool {
    status != 0 && isWhole && (end == .answered || end == .closed)
  }

  /// How many bytes the whole response has, sent or not; nil if there was to be none.
  package var answerBytes: Int64? {
    if let answer = answerCopy { return Int64(answer.length) }
    return plan.isEmpty ? bytesSent : nil
  }

  /// The error code of the response; nil if it had none, or was not sent.
  package var code: String? {
    if status == 0 { return nil }
    return plan.isEmpty ? failure?.error.code : plannedCode
  }

  /// An entry with what is known of every request; the rest is set later.
  package init(time: Instant, arrived: Int64, connection: UInt64, message: RecordedMessage) {
    self.time = time
    self.arrived = arrived
    self.connection = connection
    self.message = message
    scheme = nil
    user = nil
    repeatabilityResult = nil
    attempt = 0
    targetKind = nil
    targetID = 0..<0
    executed = false
    status = 0
    retryAfter = -1
    bytesSent = 0
    duration = 0
    end = nil
    box = nil
  }

  /// What the entry counts towards the journal's limit in bytes: its own size, its message and, roughly,
  /// the objects that it refers to.
  package var cost: Int {
    var cost = MemoryLayout<JournalEntry>.stride + message.cost + 56
    if let uncommon = box?.value {
      cost += 112 + uncommon.plan.count * MemoryLayout<PlannedStep>.stride
      if let failure = uncommon.failure {
        cost += 512 + failure.error.message.utf8.count
        for part in failure.error.details + failure.error.innererror {
          cost += 64 + part.message.utf8.count
        }
      }
      for name in uncommon.ignored { cost += 64 + name.utf8.count }
      if let answer = uncommon.answer { cost += 32 + answer.bytes.count }
    }
    return cost
  }
}
