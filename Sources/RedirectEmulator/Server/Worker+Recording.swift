import Core
import Documents
import EventLoop
import HTTP1
import RedirectCall
import Synchronization

extension Worker {
  /// The request as the journal keeps it; empty if nobody will read it.
  func recorded(_ request: borrowing Request, _ head: RequestHead, _ exchange: Exchange)
    -> RecordedMessage
  {
    guard exchange.isRecorded || logsRequests else { return .empty }
    var publicLength: Int?
    var shared: Redaction.SharedPart?
    if let secret = exchange.secretStart, let credential = head.value(of: .authorization) {
      publicLength = secret - credential.lowerBound
      shared = exchange.token.map {
        Redaction.SharedPart($0.publicPart, upTo: secret, isCounted: $0.countsPublicPart())
      }
    }
    return Redaction.redacted(
      request.message, head: head, content: request.body,
      credentialPublicLength: publicLength, shared: shared,
      atMost: exchange.isAnybodys
        ? RecordedMessage.refusedLimit : exchange.resource.messageLimit)
  }

  /// The journal's entry for a request, as far as it is known before its response.
  func journalEntry(
    _ exchange: Exchange, _ recorded: consuming RecordedMessage, _ origin: Request.Origin
  ) -> JournalEntry {
    var entry = JournalEntry(
      time: exchange.now, arrived: Int64(clamping: origin.arrived),
      connection: origin.connection, message: recorded)
    entry.scheme = exchange.scheme
    entry.user = exchange.user
    entry.repeatabilityResult = exchange.result.flatMap { .init(rawValue: $0.rawValue) }
    entry.attempt = exchange.requestID == nil ? 0 : exchange.ordinals.attempt
    if let target = exchange.request?.target,
      entry.message.holdsContent(to: target.id.range.upperBound)
    {
      entry.targetKind = target.kind
      entry.targetID =
        UInt32(clamping: target.id.range.lowerBound)..<UInt32(clamping: target.id.range.upperBound)
    }
    if let ignored = exchange.request?.ignored, !ignored.isEmpty { entry.ignored = ignored }
    entry.operation = exchange.operation
    entry.registeredCall = exchange.registeredCall
    entry.ordinalOfCall = UInt32(clamping: exchange.ordinalOfCall)
    entry.deliveriesOfCall = UInt32(clamping: exchange.deliveriesOfCall)
    entry.executed = exchange.executed
    entry.isRuled = exchange.isRuled
    entry.isValid = exchange.isValid
    entry.call = exchange.ordinals.call
    entry.failure = exchange.rejection
    entry.chainID = exchange.chainID
    entry.scenarioState = exchange.scenarioState
    return entry
  }

  /// Records a request that got its response at once.
  ///
  /// - Returns: its mark in the journal.
  func answered(
    _ entry: consuming JournalEntry, _ exchange: Exchange, _ request: borrowing Request,
    _ head: RequestHead, bytes: Int
  ) -> JournalMark {
    entry.bytesSent = Int64(bytes)
    entry.duration = Int64(clamping: SystemCall.monotonicNow() &- UInt64(clamping: entry.arrived))
    entry.end = .answered
    if !exchange.isNeighbour { count(entry) }
    server.resources.keepHeadroom(for: entry.message.cost)
    let attempt = exchange.registeredCall == 0 ? nil : CallAttempt(copy entry)
    let budget = server.resources.budget
    let outcome = exchange.isNeighbour ? nil : entry.outcome
    let logs = logsRequests
    var made = Optional(consume entry)
    let (seq, subscribers, waits) = exchange.resource.state.withLock {
      state -> (UInt64, [EventSubscription], [VerifyWait]) in
      if let outcome { state.totals.count(outcome) }
      if let attempt {
        state.note(
          attempt, seq: state.journal.lastSeq + 1, of: exchange.registeredCall, budget)
      }
      // Usually only the journal needs the entry, which then takes it without a copy.
      guard let kept = logs || !state.subscribers.isEmpty ? made : made.take() else {
        return (0, [], [])
      }
      return (state.journal.record(consume kept), state.subscribers, state.waits)
    }
    for wait in waits { wait.notice() }
    if var told = made.take() {
      told.seq = seq
      EventSubscription.tell(subscribers, of: told, resource: exchange.resource.name)
      server.log.request(
        consume told, request.message, head, content: request.body,
        resource: exchange.resource.name)
    }
    return JournalMark(
      resource: exchange.resource, seq: seq, registeredCall: exchange.registeredCall)
  }

  /// Passes the end of a request's plan to counters, log and event readers.
  func ended(_ entry: JournalEntry, _ exchange: Exchange, _ subscribers: [EventSubscription]) {
    count(entry)
    EventSubscription.tell(subscribers, of: entry, resource: exchange.resource.name)
    if logsRequests { server.log.request(entry, resource: exchange.resource.name) }
  }

  private func count(_ entry: borrowing JournalEntry) {
    metrics.requestEnded(
      status: entry.status, stage: entry.failure?.stage, outcome: entry.outcome,
      duration: entry.duration)
  }

  /// Whether each request needs a log line.
  private var logsRequests: Bool { server.log.hasRequests }
}
