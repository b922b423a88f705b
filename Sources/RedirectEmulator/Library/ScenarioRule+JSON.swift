import Core
import Documents
import RedirectCall
import Scenarios

extension ScenarioRule {
  /// The rules as a scenario file has them: what is read is checked in one place only.
  static func document(_ rules: [ScenarioRule], seed: UInt64) -> String {
    var writer = JSONWriter()
    writer.object { writer in
      writer.member("seed", seed)
      writer.member("rules") { writer in
        writer.array { writer in
          for rule in rules { rule.write(to: &writer) }
        }
      }
    }
    return String(decoding: writer.bytes, as: UTF8.self)
  }

  private func write(to writer: inout JSONWriter) {
    writer.object { writer in
      writer.member("name", name)
      match.write(to: &writer)
      writer.text("attempts", attempts.map(Self.range))
      writer.text("calls", calls.map(Self.range))
      if let every { writer.member("every", every) }
      writer.text("chance", chance.map { "\($0 * 100)%" })
      writer.text(
        "during",
        during.map { "\(DurationText($0.lowerBound))..\(DurationText($0.upperBound))" })
      writer.text("state", state)
      if steps.count == 1, let only = steps.first {
        only.action.writeMembers(to: &writer)
      } else {
        writer.member("sequence") { writer in
          writer.array { writer in
            for step in steps {
              writer.object { writer in
                writer.member("times", step.times)
                step.action.writeMembers(to: &writer)
              }
            }
          }
        }
      }
    }
  }

  private static func range(_ range: ClosedRange<Int>) -> String {
    range.upperBound == .max
      ? "\(range.lowerBound).." : "\(range.lowerBound)..\(range.upperBound)"
  }
}

extension ScenarioRule.Match {
  fileprivate func write(to writer: inout JSONWriter) {
    let isEmpty =
      apiVersion == nil && targetKind == nil && targetID == nil && context == nil && headers.isEmpty
      && auth == nil && user == nil && valid == nil
    if isEmpty { return }
    writer.member("match") { writer in
      writer.object { writer in
        writer.text("apiVersion", apiVersion)
        if targetKind != nil || targetID != nil {
          writer.member("target") { writer in
            writer.object { writer in
              writer.text("kind", targetKind)
              writer.text("id", targetID)
            }
          }
        }
        writer.text("context", context)
        if !headers.isEmpty {
          writer.member("header") { writer in
            writer.object { writer in
              for (name, value) in headers.sorted(by: { $0.key < $1.key }) {
                writer.member(name, value)
              }
            }
          }
        }
        writer.text("auth", auth)
        writer.text("user", user)
        if let valid { writer.member("valid", valid) }
      }
    }
  }
}

extension ScenarioAction {
  fileprivate func writeMembers(to writer: inout JSONWriter) {
    if isPass { return writer.member("pass", true) }
    writer.text("delay", delay.map { DurationText($0).description })
    if let answer { writer.member("respond") { answer.write(to: &$0) } }
    if let fault { writer.member("fault") { fault.write(to: &$0) } }
    if afterExecution { writer.member("after", "execution") }
    writer.text("becomes", becomes)
  }
}

extension ScenarioAction.Answer {
  fileprivate func write(to writer: inout JSONWriter) {
    writer.object { writer in
      writer.member("status", status)
      if code != nil || message != nil {
        let known = DefaultError.error(status)
        writer.member("error") { writer in
          writer.object { writer in
            writer.member("code", code ?? known.code)
            writer.member("message", message ?? known.message)
          }
        }
      }
      writer.text("retryAfter", retryAfter.map { DurationText($0).description })
      if !headers.isEmpty {
        writer.member("headers") { writer in
          writer.object { writer in
            for (name, value) in headers.sorted(by: { $0.key < $1.key }) {
              writer.member(name, value)
            }
          }
        }
      }
      writer.text("body", body)
      writer.text("contentType", contentType)
    }
  }
}

extension ScenarioAction.Fault {
  fileprivate func write(to writer: inout JSONWriter) {
    switch self {
    case .reset(let bytes?): Self.write("reset", "afterBytes", bytes, to: &writer)
    case .reset(nil): writer.value("reset")
    case .hang(let time?):
      writer.object { writer in
        writer.member("hang") { writer in
          writer.object { $0.member("for", DurationText(time).description) }
        }
      }
    case .hang(nil): writer.value("hang")
    case .truncate(let bytes): Self.write("truncate", "atBytes", bytes, to: &writer)
    case .truncatePart(let percent):
      writer.object { writer in
        writer.member("truncate") { writer in writer.object { $0.member("at", "\(percent)%") } }
      }
    case .wrongLength(let by): Self.write("wrongLength", "by", by, to: &writer)
    case .interim(let count): Self.write("interim", "count", count, to: &writer)
    // The others are named as their cases are, which a test holds them to.
    default: writer.value("\(self)")
    }
  }

  private static func write(
    _ fault: String, _ parameter: String, _ value: Int, to writer: inout JSONWriter
  ) {
    writer.object { writer in
      writer.member(fault) { writer in writer.object { $0.member(parameter, value) } }
    }
  }
}

extension JSONWriter {
  /// A member where there is a value; nothing else.
  fileprivate mutating func text(_ name: String, _ value: String?) {
    if let value { member(name, value) }
  }
}
