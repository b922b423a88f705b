import Core
import Documents
import HTTP1

/// The response to a request as it was sent, including what was not sent of it. Most responses are made again, byte by
/// byte, from the journal's entry. For the others there is a copy.
struct SentAnswer {
  /// From the response's first byte on.
  let bytes: [UInt8]
  /// How many bytes it has, including those beyond ``AnswerCopy/limit``.
  let length: Int
  /// How many of them were written.
  let sentBytes: Int64
  /// What the connection did, or was to do until the client left.
  let steps: [PlannedStep]

  /// - Returns: nil if the journal does not have enough data.
  init?(_ entry: JournalEntry) {
    sentBytes = entry.bytesSent
    let made: [UInt8]
    if let copy = entry.answerCopy {
      made = copy.bytes
      length = copy.length
    } else if !entry.plan.isEmpty {
      // The rule sent no response.
      made = []
      length = 0
    } else {
      guard let again = Self.again(entry), again.count == entry.bytesSent else { return nil }
      made = again
      length = again.count
    }
    bytes = made
    steps =
      entry.plan.isEmpty
      ? [.send(bytes: length), entry.closes ? .close : .keepAlive] : entry.plan
  }

  /// Makes the operation's own response once more.
  private static func again(_ entry: JournalEntry) -> [UInt8]? {
    guard entry.status != 0, entry.message.headLength != nil, let chainID = entry.chainID else {
      return nil
    }
    let reader = RecordedMessageReader(entry.message.withoutToken)
    let message = reader.bytes.span
    let context = ResponseWriter.Context(
      clientRequestID: reader.range(of: .xMSClientRequestID),
      result: entry.repeatabilityResult.map { $0 == .accepted ? .accepted : .rejected },
      chainID: chainID, closes: entry.closes, saysKeepAlive: reader.isHTTP10,
      isHead: reader.text(reader.method) == "HEAD")
    var writer = ResponseWriter()
    var bytes: [UInt8] = []
    let now = Int64(entry.answeredAt)
    if let rejection = entry.failure {
      writer.append(rejection, context, message, now: now, to: &bytes)
    } else {
      writer.appendSuccess(context, message, now: now, to: &bytes)
    }
    return bytes
  }

  /// Appends `{"raw","cutBytes","sentBytes","steps":[…]}`.
  func write(to writer: inout JSONWriter) {
    writer.object { writer in
      writer.textOrBase64("raw", bytes)
      writer.member("cutBytes", length - bytes.count)
      writer.member("sentBytes", sentBytes)
      writer.member("steps") { writer in
        writer.array { writer in
          for step in steps { step.write(to: &writer) }
        }
      }
    }
  }
}

extension PlannedStep {
  /// Appends the step as an object: `{"send":40}`, `{"reset":true}`.
  fileprivate func write(to writer: inout JSONWriter) {
    writer.object { writer in
      switch self {
      case .send(let bytes): writer.member("send", bytes)
      case .pace(let bytes, let chunk, let every):
        writer.member("send", bytes)
        writer.member("chunk", chunk)
        writer.member("everyMs", milliseconds: every.wholeNanoseconds)
      case .wait(let duration): writer.member("waitMs", milliseconds: duration.wholeNanoseconds)
      case .execute: writer.member("execute", true)
      case .hold: writer.member("hold", true)
      case .stopReading: writer.member("stopReading", true)
      case .shutdown: writer.member("shutdown", true)
      case .close: writer.member("close", true)
      case .reset: writer.member("reset", true)
      case .keepAlive: writer.member("keepAlive", true)
      }
    }
  }
}
