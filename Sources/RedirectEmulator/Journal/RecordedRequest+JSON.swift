import Core
import Documents
import RedirectCall
import Scenarios

extension RecordedRequest {
  /// Appends the entry as the control API shows it.
  /// - Parameters:
  ///   - raw: whether to add `raw`, the request as received.
  ///   - more: writes further members.
  package func write(
    to writer: inout JSONWriter, raw includesRaw: Bool = false,
    more: (inout JSONWriter) -> Void = { _ in }
  ) {
    writer.object { writer in
      writer.member("seq", seq)
      writer.member("time", instant)
      writer.member("resource", resource)
      writer.member("connection", connection)
      writer.member("method", method)
      writer.member("path", path)
      writer.member("query", query)
      writer.member("apiVersion", apiVersion)
      writer.member("headers", writeHeaders)
      writer.textOrBase64("body", body)
      writer.member("cutBytes", cutBytes)
      writer.member("clientRequestId", clientRequestID)
      writer.member("auth") { writer in
        writer.object { writer in
          writer.member("scheme", scheme?.rawValue)
          writer.member("user", user)
        }
      }
      writer.member("repeatability", writeRepeatability)
      writer.member("target", writeTarget)
      writer.member("ignored") { writer in
        writer.array { writer in
          for name in ignored { writer.value(name) }
        }
      }
      writer.member("failed", writeFailure)
      writer.member("operation", operation?.rawValue)
      writer.member("executed", executed)
      writer.member("outcome", outcome.rawValue)
      writer.member("rule", rule)
      writer.member("step", step)
      writer.member("did", did?.rawValue)
      writer.member("plan") { writer in
        writer.array { writer in
          for step in plan { writer.value(step) }
        }
      }
      writer.member("status", status)
      writer.member("bytesSent", bytesSent)
      writer.member("answerBytes", answerBytes)
      writer.member("answerWhole", answerIsWhole)
      writer.member("durationMs", milliseconds: DurationText(duration).nanoseconds)
      writer.member(
        "retryAfterMs", milliseconds: retryAfter.map { DurationText($0).nanoseconds })
      writer.member("end", end?.rawValue)
      if includesRaw { writer.textOrBase64("raw", raw) }
      more(&writer)
    }
  }

  /// The entry as JSON text.
  package func json(raw includesRaw: Bool = false) -> [UInt8] {
    var writer = JSONWriter()
    write(to: &writer, raw: includesRaw)
    return writer.bytes
  }

  /// A field that came once is a string. A field that came several times is an array under its first spelling.
  private func writeHeaders(to writer: inout JSONWriter) {
    writer.object { writer in
      var seen: [String: Int] = [:]
      var groups: [(name: String, values: [String])] = []
      for field in headers {
        if let group = seen[field.name.lowercased()] {
          groups[group].values.append(field.value)
        } else {
          seen[field.name.lowercased()] = groups.count
          groups.append((field.name, [field.value]))
        }
      }
      for group in groups {
        if group.values.count == 1 {
          writer.member(group.name, group.values.first)
        } else {
          writer.member(group.name) { writer in
            writer.array { writer in
              for value in group.values { writer.value(value) }
            }
          }
        }
      }
    }
  }

  private func writeRepeatability(to writer: inout JSONWriter) {
    guard repeatabilityRequestID != nil || repeatabilityFirstSent != nil else {
      return writer.null()
    }
    writer.object { writer in
      writer.member("requestId", repeatabilityRequestID)
      writer.member("firstSent", repeatabilityFirstSent)
      writer.member("result", repeatabilityResult?.rawValue)
      writer.member("attempt", attempt)
    }
  }

  private func writeTarget(to writer: inout JSONWriter) {
    guard let target else { return writer.null() }
    writer.object { writer in
      writer.member("kind", target.kind)
      writer.member("id", target.id)
    }
  }

  private func writeFailure(to writer: inout JSONWriter) {
    guard let failed else { return writer.null() }
    writer.object { writer in
      writer.member("stage", failed.stage)
      writer.member("code", failed.code)
      writer.member("message", failed.message)
      writer.member("section", failed.section)
      writer.member("details") { writer in
        writer.array { writer in
          for detail in failed.details {
            writer.object { writer in
              writer.member("target", detail.target)
              writer.member("line", detail.line)
              writer.member("column", detail.column)
              writer.member("message", detail.message)
            }
          }
        }
      }
    }
  }
}
