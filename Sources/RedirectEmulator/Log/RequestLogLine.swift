import Documents
import Core
import HTTP1
import RedirectCall

/// The line of one request: made from the request's own bytes, so it needs no string and no dictionary.
struct RequestLogLine: ~Escapable {
  let entry: JournalEntry
  let resource: String
  /// The URL of the live page, which a resource's name follows; nil if there is none.
  let page: String?
  /// The request's bytes, without secrets if they are read from the journal.
  let message: Span<UInt8>
  let content: Span<UInt8>
  let parts: Parts

  /// Where the parts of a request are in its bytes; nil for parts that it does not have.
  struct Parts {
    var method: Range<Int>?
    var path: Range<Int>?
    var requestID: Range<Int>?
    var clientRequestID: Range<Int>?

    /// - Parameter isRead: whether the message was read as HTTP. If not, the head is what had been read of it.
    init(_ head: RequestHead, isRead: Bool) {
      method = isRead ? head.methodBytes : nil
      path = isRead ? head.target.path : nil
      requestID = head.value(of: .repeatabilityRequestID)
      clientRequestID = head.value(of: .xMSClientRequestID)
    }

    init(_ reader: RecordedMessageReader, isRead: Bool) {
      method = isRead ? reader.method : nil
      path = isRead ? reader.path : nil
      requestID = reader.range(of: .repeatabilityRequestID)
      clientRequestID = reader.range(of: .xMSClientRequestID)
    }
  }

  @_lifetime(copy message, copy content)
  init(
    _ entry: consuming JournalEntry, resource: String, page: String?, _ message: Span<UInt8>,
    _ parts: Parts, content: Span<UInt8>
  ) {
    self.page = page
    self.entry = entry
    self.resource = resource
    self.message = message
    self.content = content
    self.parts = parts
  }

  /// Where the target's id is in the content; nil if there is none.
  private var target: JSONText? {
    guard entry.targetKind != nil else { return nil }
    let range = Int(entry.targetID.lowerBound)..<Int(entry.targetID.upperBound)
    guard range.upperBound <= content.count else { return nil }
    var hasEscapes = false
    for index in range where content[index] == ASCII.backslash { hasEscapes = true }
    return JSONText(range: range, hasEscapes: hasEscapes)
  }

  private var link: String? { entry.link(on: page, of: resource) }

  /// As an object. Every request's line has the same members.
  func json(at instant: Instant) -> [UInt8] {
    JSONWriter.logLine(at: instant, .info, "request") { line in
      line.member("attempt", entry.attempt == 0 ? nil : UInt64(entry.attempt))
      line.member("clientRequestId", message.part(parts.clientRequestID))
      line.member("code", entry.code)
      line.member("durationMs", milliseconds: entry.duration)
      line.member("end", entry.end?.rawValue)
      line.member("link", link)
      line.member("method", message.part(parts.method))
      line.member("path", message.part(parts.path))
      line.member("reason", entry.failure.map { RecordedRequest.Failure($0).message })
      line.member("requestId", message.part(parts.requestID))
      line.member("resource", resource)
      line.member("retryAfterMs", milliseconds: entry.retryAfter < 0 ? nil : entry.retryAfter)
      line.member("rule", entry.rule)
      line.member("section", entry.failure?.section)
      line.member("seq", entry.seq)
      line.member("status", entry.status == 0 ? nil : UInt64(entry.status))
      line.member("target", entry.targetKind?.rawValue)
      addTarget(to: &line)
    }
  }

  private func addTarget(to line: inout JSONWriter) {
    if let target, target.hasEscapes {
      line.member("targetId", target.string(in: content))
    } else {
      line.member("targetId", content.part(target?.range))
    }
  }

  /// For people.
  func text(at instant: Instant, hasColours: Bool) -> [UInt8] {
    var line = TextLogLine(at: instant, hasColours: hasColours)
    appendNumber(to: &line)
    line.column()
    if entry.status == 0 {
      line.append("-", in: .red)
    } else {
      line.begin(entry.status < 400 ? .green : entry.status < 500 ? .yellow : .red)
      line.bytes.appendDecimal(Int(entry.status))
      line.end()
    }
    line.column()
    line.bytes.appendTenths(ofMilliseconds: entry.duration)
    line.append(" ms")
    appendTarget(to: &line)
    if let failure = entry.failure { append(failure, to: &line) }
    switch entry.end {
    case .reset: line.append("  (connection reset)")
    case .closed: line.append("  (connection closed)")
    case .clientLeft: line.append("  (the client left)")
    case .answered, nil: break
    }
    if entry.retryAfter >= 0 {
      line.append("  (asked to wait \(DurationText(nanoseconds: entry.retryAfter)))")
    }
    // Only for what went wrong: a link in every line would hide these.
    if entry.failure != nil || entry.end != .answered, let link {
      line.column()
      line.append(link)
    }
    return line.finished()
  }

  /// The line that says that the connection is held now. Its end gets a line of its own.
  func heldText(at instant: Instant, hasColours: Bool) -> [UInt8] {
    var line = TextLogLine(at: instant, hasColours: hasColours)
    appendNumber(to: &line)
    line.append("  hangs")
    appendTarget(to: &line)
    return line.finished()
  }

  func heldJSON(at instant: Instant) -> [UInt8] {
    JSONWriter.logLine(at: instant, .info, "request hangs") { line in
      line.member("clientRequestId", message.part(parts.clientRequestID))
      line.member("requestId", message.part(parts.requestID))
      line.member("resource", resource)
      line.member("rule", entry.rule)
      line.member("seq", entry.seq)
      addTarget(to: &line)
    }
  }

  private func appendNumber(to line: inout TextLogLine) {
    line.append("  #")
    line.bytes.appendDecimal(Int(clamping: entry.seq))
    if resource != ResourceStore.defaultName {
      line.append(" ")
      line.append(resource)
    }
  }

  /// The target of the call, which try it is, and the rule that decided.
  private func appendTarget(to line: inout TextLogLine) {
    if let target {
      line.column()
      if target.hasEscapes {
        LogText.append(value: target.bytes(in: content).span, to: &line.bytes)
      } else if let id = content.part(target.range) {
        LogText.append(value: id, to: &line.bytes)
      }
    }
    if entry.attempt > 0, let id = message.part(parts.requestID) {
      line.append("  try ")
      line.bytes.appendDecimal(Int(entry.attempt))
      line.append(" of ")
      LogText.append(id.extracting(first: 4), to: &line.bytes)
      line.append("…")
    }
    if let rule = entry.rule {
      line.append("  rule \"")
      LogText.append(rule.utf8.span, to: &line.bytes, quotes: true)
      line.append("\"")
    }
  }

  private func append(_ failure: Rejection, to line: inout TextLogLine) {
    if failure.stage == .route, let method = message.part(parts.method) {
      line.column()
      LogText.append(method, to: &line.bytes)
      if let path = message.part(parts.path) {
        line.append(" ")
        LogText.append(value: path, to: &line.bytes)
      }
    }
    line.column()
    LogText.append(RecordedRequest.Failure(failure).message.utf8.span, to: &line.bytes)
    // A refusal by HTTP itself has its section in an RFC, any other in a section of the guide.
    let isOfRFC = failure.section.hasPrefix("RFC ")
    line.append(isOfRFC ? "  (\(failure.section))" : "  (Contract, \"\(failure.section)\")")
  }
}

extension JournalEntry {
  /// Where the live page shows the call that the request is part of; nil if it is part of none.
  ///
  /// - Parameters:
  ///   - page: where the live page is; nil if there is none.
  ///   - resource: the name of the resource that the request belongs to.
  func link(on page: String?, of resource: String) -> String? {
    guard let page, operation != nil else { return nil }
    return "\(page)\(resource)/calls/r\(seq)"
  }
}
