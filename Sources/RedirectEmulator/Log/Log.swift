import EventLoop
import HTTP1
import RedirectCall

/// Where the lines of a log go as bytes, and how they look.
package struct LogOutput: Sendable {
  package let ring: LineRing
  package let format: LogFormat

  package init(_ ring: LineRing, _ format: LogFormat) {
    self.ring = ring
    self.format = format
  }
}

/// The emulator's log: makes a line only where somebody gets it. Nothing here waits for whoever reads the lines.
struct Log: Sendable {
  private let closure: (@Sendable (LogLine) -> Void)?
  private let tellsRequests: Bool
  private let output: LogOutput?
  private let level: LogLine.Level

  init(_ configuration: Configuration) {
    closure = configuration.log
    tellsRequests = configuration.logsRequests
    output = configuration.logOutput
    level = configuration.logLevel
  }

  /// Lines that were dropped because nobody took them.
  var dropped: UInt64 { output?.ring.dropped ?? 0 }

  /// Whether somebody gets a line for each request.
  var hasRequests: Bool { level <= .info && (output != nil || (closure != nil && tellsRequests)) }

  /// Writes a line. A line below the level that was asked for is never built.
  func callAsFunction(
    _ level: LogLine.Level, _ message: @autoclosure () -> String,
    fields: @autoclosure () -> [String: LogLine.Value] = [:]
  ) {
    guard level >= self.level, closure != nil || output != nil else { return }
    let line = LogLine(level, message(), at: Self.now, fields: fields())
    closure?(line)
    if let output { output.ring.append(output.format.bytes(of: line)) }
  }

  /// Writes the line of a request that was answered at once. For the ring it is made of the request's own bytes.
  ///
  /// - Parameter head: where the parts are in `message`; as far as it was read where it is not whole.
  func request(_ entry: JournalEntry, _ message: Span<UInt8>, _ head: RequestHead, resource: String)
  {
    guard level <= .info else { return }
    if let output {
      let isRead = entry.failure?.stage != .http
      var line = LogLineWriter(output.format, at: Self.now, .info, "request")
      line.field("clientRequestId", message, head.value(of: .xMSClientRequestID))
      line.field("code", entry.code ?? "-")
      line.field("durationMs", milliseconds: entry.duration)
      line.field("method", message, isRead ? head.methodBytes : nil)
      line.field("path", message, isRead ? head.target.path : nil)
      line.field("requestId", message, head.value(of: .repeatabilityRequestID))
      if let rule = entry.rule { line.field("rule", rule) }
      line.field("status", entry.status)
      line.field("target", entry.targetKind?.rawValue ?? "-")
      output.ring.append(line.finished())
    }
    tell(entry, resource)
  }

  /// Writes the line of a request whose plan has ended. Its bytes are gone: the line is made of what the journal has.
  func request(_ entry: JournalEntry, resource: String) {
    guard level <= .info else { return }
    if let output {
      let request = RecordedRequest(entry, resource: resource)
      var line = LogLineWriter(output.format, at: Self.now, .info, "request")
      line.field("clientRequestId", request.clientRequestID ?? "-")
      line.field("code", entry.code ?? "-")
      line.field("durationMs", milliseconds: entry.duration)
      if let end = entry.end, end != .answered { line.field("end", "\(end)") }
      line.field("method", request.method ?? "-")
      line.field("path", request.path ?? "-")
      line.field("requestId", request.repeatabilityRequestID ?? "-")
      if let rule = entry.rule { line.field("rule", rule) }
      line.field("status", entry.status)
      line.field("target", entry.targetKind?.rawValue ?? "-")
      output.ring.append(line.finished())
    }
    tell(entry, resource)
  }

  /// Tells the program that embeds the emulator of a request, where it asked for that.
  private func tell(_ entry: JournalEntry, _ resource: String) {
    guard let closure, tellsRequests else { return }
    let request = RecordedRequest(entry, resource: resource)
    var fields: [String: LogLine.Value] = [
      "method": .text(request.method ?? "-"), "path": .text(request.path ?? "-"),
      "target": .text(entry.targetKind?.rawValue ?? "-"),
      "status": entry.status == 0 ? .text("-") : .integer(Int64(entry.status)),
      "code": .text(entry.code ?? "-"),
      "durationMs": .decimal(Double(entry.duration / 1_000) / 1_000),
      "requestId": .text(request.repeatabilityRequestID ?? "-"),
      "clientRequestId": .text(request.clientRequestID ?? "-"),
    ]
    if let rule = entry.rule { fields["rule"] = .text(rule) }
    if let end = entry.end, end != .answered { fields["end"] = .text("\(end)") }
    closure(LogLine(.info, "request", at: Self.now, fields: fields))
  }

  private static var now: Instant {
    Instant(nanoseconds: Int64(clamping: SystemCall.realtimeNow()))
  }
}

extension LogLineWriter {
  /// A status; `-` for none.
  fileprivate mutating func field(_ name: String, _ status: UInt16) {
    if status == 0 { field(name, "-") } else { field(name, Int64(status)) }
  }
}
