import Core
import EventLoop
import RedirectCall

/// The emulator's log: makes a line only where somebody gets it.
struct Log: Sendable {
  private let write: (@Sendable (LogLine) -> Void)?
  private let level: LogLine.Level

  init(_ configuration: Configuration) {
    write = configuration.log
    level = configuration.logLevel
  }

  /// Whether lines of this level are written.
  func isEnabled(_ level: LogLine.Level) -> Bool { write != nil && level >= self.level }

  /// Writes a line. A line below the level that was asked for is never built.
  func callAsFunction(
    _ level: LogLine.Level, _ message: @autoclosure () -> String,
    fields: @autoclosure () -> [String: LogLine.Value] = [:]
  ) {
    guard let write, isEnabled(level) else { return }
    let now = Instant(nanoseconds: Int64(clamping: SystemCall.realtimeNow()))
    write(LogLine(level, message(), at: now, fields: fields()))
  }
}
