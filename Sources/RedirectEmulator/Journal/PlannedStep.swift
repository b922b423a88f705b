import Core
import Scenarios

/// One step of what a rule made the connection do, as the journal keeps it: a ``WirePlan`` step without its
/// bytes.
package enum PlannedStep: Sendable, Equatable {
  case send(bytes: Int)
  case pace(bytes: Int, chunk: Int, every: Duration)
  case wait(Duration)
  case hold
  case stopReading
  case shutdown
  case close
  case reset
  case keepAlive

  package init(_ step: WirePlan.Step) {
    switch step {
    case .send(let bytes): self = .send(bytes: bytes.count)
    case .pace(let bytes, let chunk, let every):
      self = .pace(bytes: bytes.count, chunk: chunk, every: every)
    case .wait(let duration): self = .wait(duration)
    case .hold: self = .hold
    case .stopReading: self = .stopReading
    case .shutdown: self = .shutdown
    case .close: self = .close
    case .reset: self = .reset
    case .keepAlive: self = .keepAlive
    }
  }

  /// The steps of a plan, in its order.
  package static func steps(of plan: WirePlan) -> [PlannedStep] {
    plan.steps.map { $0 == .keepAlive && plan.closes ? .close : PlannedStep($0) }
  }
}

extension PlannedStep: CustomStringConvertible {
  /// The step in words: `send 312 bytes`, `wait 250ms`.
  package var description: String {
    switch self {
    case .send(let bytes): "send \(CountText(bytes, "byte"))"
    case .pace(let bytes, let chunk, let every):
      "send \(CountText(bytes, "byte")), \(chunk) every \(DurationText(every))"
    case .wait(let duration): "wait \(DurationText(duration))"
    case .hold: "hold until the client leaves"
    case .stopReading: "stop reading"
    case .shutdown: "shut down (FIN)"
    case .close: "close (FIN)"
    case .reset: "reset (RST)"
    case .keepAlive: "keep the connection"
    }
  }
}
