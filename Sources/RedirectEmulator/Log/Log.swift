import Core
import EventLoop
import HTTP1
import RedirectCall

/// The output of a log as bytes, and the form of its lines.
package struct LogOutput: Sendable {
  package let ring: LineRing
  package let format: LogFormat
  package let hasColours: Bool

  package init(_ ring: LineRing, _ format: LogFormat, hasColours: Bool = false) {
    self.ring = ring
    self.format = format
    self.hasColours = hasColours
  }
}

/// The emulator's log. It makes a line only if there is a reader, and never waits for the reader of the lines.
struct Log: Sendable {
  private let closure: (@Sendable (LogLine) -> Void)?
  private let tellsRequests: Bool
  private let output: LogOutput?
  private let journal: LineRing?
  private let level: LogLine.Level
  private let page: String?

  /// - Parameter page: the URL of the live page, which a resource's name follows; nil if there is none.
  init(_ configuration: Configuration, page: String?) {
    self.page = page
    closure = configuration.log
    tellsRequests = configuration.logsRequests
    output = configuration.logOutput
    journal = configuration.journalOutput
    level = configuration.logLevel
  }

  /// Lines that were dropped because their reader was too slow.
  var dropped: UInt64 { output?.ring.dropped ?? 0 }

  /// Whether somebody gets a line for each request.
  var hasRequests: Bool {
    journal != nil || level <= .info && (output != nil || (closure != nil && tellsRequests))
  }

  /// Writes the journal's entry of a request that has ended, if an output for entries is set.
  private func keep(_ entry: borrowing JournalEntry, _ resource: String) {
    guard let journal else { return }
    let request = RecordedRequest(copy entry, resource: resource)
    journal.append(request.json(raw: true) + [ASCII.lineFeed])
  }

  /// Writes a line. A line below the level that was asked for is never built.
  func callAsFunction(
    _ level: LogLine.Level, _ message: @autoclosure () -> String,
    fields: @autoclosure () -> [String: LogLine.Value] = [:]
  ) {
    guard level >= self.level, closure != nil || output != nil else { return }
    let line = LogLine(level, message(), at: Self.now, fields: fields())
    closure?(line)
    if let output {
      output.ring.append(output.format.bytes(of: line, hasColours: output.hasColours))
    }
  }

  /// Writes the line of a request that got its response at once.
  ///
  /// - Parameter head: where the parts are in `message`; as far as it was read, if it is not whole.
  func request(
    _ entry: consuming JournalEntry, _ message: Span<UInt8>, _ head: RequestHead,
    content: Span<UInt8>, resource: String
  ) {
    keep(entry, resource)
    guard level <= .info else { return }
    tell(entry, resource)
    let parts = RequestLogLine.Parts(head, isRead: entry.failure?.stage != .http)
    write(
      RequestLogLine(entry, resource: resource, page: page, message, parts, content: content))
  }

  /// Writes the line of a request with a plan that has ended, or that has begun if it holds the connection. The
  /// request's bytes are gone, so the line is made from the journal's entry.
  func request(_ entry: borrowing JournalEntry, resource: String, isHeld: Bool = false) {
    if !isHeld { keep(entry, resource) }
    guard level <= .info else { return }
    if !isHeld { tell(entry, resource) }
    let recorded = entry.message.withoutToken
    let reader = RecordedMessageReader(recorded)
    let message = reader.bytes.span
    write(
      RequestLogLine(
        copy entry, resource: resource, page: page, message,
        RequestLogLine.Parts(reader, isRead: recorded.headLength != nil),
        content: message.extracting(min(recorded.headLength ?? 0, message.count)...)),
      isHeld: isHeld)
  }

  private func write(_ line: borrowing RequestLogLine, isHeld: Bool = false) {
    guard let output else { return }
    let now = Self.now
    let bytes =
      switch (output.format, isHeld) {
      case (.json, false): line.json(at: now)
      case (.json, true): line.heldJSON(at: now)
      case (.text, false): line.text(at: now, hasColours: output.hasColours)
      case (.text, true): line.heldText(at: now, hasColours: output.hasColours)
      }
    output.ring.append(bytes)
  }

  /// Passes a request to the program that embeds the emulator, if the program asked for that.
  private func tell(_ entry: borrowing JournalEntry, _ resource: String) {
    guard let closure, tellsRequests else { return }
    let request = RecordedRequest(copy entry, resource: resource)
    var fields: [String: LogLine.Value] = [
      "durationMs": .decimal(Double(entry.duration / 1_000) / 1_000), "resource": .text(resource),
      "seq": .integer(Int64(clamping: entry.seq)),
    ]
    if let attempt = request.attempt { fields["attempt"] = .integer(Int64(attempt)) }
    if let status = request.status { fields["status"] = .integer(Int64(status)) }
    if entry.retryAfter >= 0 {
      fields["retryAfterMs"] = .decimal(Double(entry.retryAfter / 1_000) / 1_000)
    }
    for (name, text) in [
      ("clientRequestId", request.clientRequestID), ("code", entry.code),
      ("end", entry.end?.rawValue), ("method", request.method), ("path", request.path),
      ("reason", request.failed?.message), ("requestId", request.repeatabilityRequestID),
      ("rule", entry.rule), ("section", request.failed?.section),
      ("target", request.target?.kind), ("targetId", request.target?.id),
      ("link", entry.link(on: page, of: resource)),
    ] {
      if let text { fields[name] = .text(text) }
    }
    closure(LogLine(.info, "request", at: Self.now, fields: fields))
  }

  private static var now: Instant {
    Instant(nanoseconds: Int64(clamping: SystemCall.realtimeNow()))
  }
}
