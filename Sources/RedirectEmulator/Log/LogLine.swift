import Core
import EventLoop
import FoundationEssentials
import RedirectCall

/// One line of the log, as ``Configuration/log`` gets it.
public struct LogLine: Sendable, Equatable {
  /// How much a line matters, from the least to the most.
  public enum Level: String, Sendable, CaseIterable, Comparable {
    case trace, debug, info, notice, warning, error, critical

    /// Whether a level matters less than another.
    public static func < (a: Level, b: Level) -> Bool { a.rank < b.rank }

    private var rank: Int {
      switch self {
      case .trace: 0
      case .debug: 1
      case .info: 2
      case .notice: 3
      case .warning: 4
      case .error: 5
      case .critical: 6
      }
    }
  }

  /// A field's value.
  public enum Value: Sendable, Equatable, CustomStringConvertible {
    case text(String)
    case integer(Int64)
    case decimal(Double)

    /// The value as text.
    public var description: String {
      switch self {
      case .text(let text): text
      case .integer(let number): String(number)
      case .decimal(let number): String(number)
      }
    }
  }

  /// A name and its value.
  public struct Field: Sendable, Equatable {
    /// The name, for example `status`.
    public let name: String
    /// The value.
    public let value: Value
  }

  /// How much the line matters.
  public let level: Level
  /// What the line is about: `request` for a request that has ended, else a sentence.
  public let message: String
  /// In the order of their names.
  public let fields: [Field]

  let instant: Instant

  /// When the line was made.
  public var time: Date { Date(instant) }

  /// ``time`` as RFC 3339 writes it, in UTC with milliseconds: `2026-11-23T10:00:00.123Z`.
  public var timestamp: String { Timestamp.text(instant) }

  /// - Parameters:
  ///   - instant: when the line was made; by default now.
  ///   - fields: in any order; names are not repeated.
  package init(
    _ level: Level, _ message: String,
    at instant: Instant = Instant(nanoseconds: Int64(clamping: SystemCall.realtimeNow())),
    fields: [String: Value] = [:]
  ) {
    self.level = level
    self.message = message
    self.instant = instant
    self.fields = fields.sorted { $0.key < $1.key }.map { Field(name: $0.key, value: $0.value) }
  }
}
