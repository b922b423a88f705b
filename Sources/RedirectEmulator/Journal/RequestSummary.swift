import Documents
import HTTP1
import RedirectCall

/// The form of a request in a list: enough to know what happened, at some 450 bytes each.
package struct RequestSummary {
  private let entry: JournalEntry
  private let reader: RecordedMessageReader

  package init(_ entry: JournalEntry) {
    self.entry = entry
    reader = RecordedMessageReader(entry.message.withoutToken)
  }

  /// Appends the summary. Members that are null are left out.
  ///
  /// - Parameter resource: the resource's name, if it is not clear from the context.
  package func write(to writer: inout JSONWriter, resource: String? = nil) {
    let omittedNull = writer.omitsNull
    writer.omitsNull = true
    defer { writer.omitsNull = omittedNull }
    let entry = entry
    writer.object { writer in
      writer.member("seq", entry.seq)
      writer.member("time", entry.time)
      writer.member("resource", resource)
      writer.member("operation", entry.operation.map { CallAttempt.Operation($0).rawValue })
      writer.member("clientRequestId", reader.value(of: .xMSClientRequestID))
      writeRepeatability(to: &writer)
      writer.optional("target", entry.targetKind) { writer, kind in
        writer.object { writer in
          writer.member("kind", kind.rawValue)
          writer.member("id", entry.targetIDText)
        }
      }
      writer.optional("context", entry.incomingCallContext) { $0.value(contextSummary: $1) }
      writer.optional("failed", entry.failure) { writer, failure in
        writer.object { writer in
          writer.member("stage", failure.stage.rawValue)
          writer.member("code", failure.error.code)
        }
      }
      writer.member("executed", entry.executed)
      writer.member("outcome", entry.outcome.rawValue)
      let mark = entry.ruleMark
      writer.member("rule", mark?.name)
      writer.member("step", mark?.step)
      writer.member("did", mark?.did.rawValue)
      writer.member("status", entry.status == 0 ? nil : entry.status)
      writer.member("answerWhole", entry.answerIsWhole)
      writer.member("durationMs", milliseconds: entry.duration)
      writer.member("retryAfterMs", milliseconds: entry.retryAfter < 0 ? nil : entry.retryAfter)
      writer.member("end", entry.end?.rawValue)
    }
  }

  /// The summary as JSON text.
  package func json(resource: String? = nil) -> [UInt8] {
    var writer = JSONWriter()
    write(to: &writer, resource: resource)
    return writer.bytes
  }

  private func writeRepeatability(to writer: inout JSONWriter) {
    writer.optional("repeatability", reader.value(of: .repeatabilityRequestID)) { writer, id in
      writer.object { writer in
        writer.member("requestId", id)
        writer.member("attempt", entry.attempt == 0 ? nil : entry.attempt)
      }
    }
  }
}

extension JSONWriter {
  /// Appends the short form of a context, where the whole text would be too long: `{"length","tail"}`, its length in
  /// bytes and its last four characters.
  mutating func value(contextSummary context: String) {
    object { writer in
      writer.member("length", context.utf8.count)
      writer.member("tail", String(context.suffix(4)))
    }
  }
}
