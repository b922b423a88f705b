import Core
import HTTP1
import RedirectCall
import RedirectEmulator

/// Requests and journal entries for tests, without a socket.
enum JournalSamples {
  static let body =
    #"{"incomingCallContext":"eyJjYzEi","target":{"kind":"phoneNumber","phoneNumber":{"value":"+14255550123"}}}"#

  /// A token's three parts; the third must never be seen again.
  static let signature = "c2lnbmF0dXJlLW9mLXRoZS10b2tlbg"
  static let token = "eyJhbGciOiJSUzI1NiJ9.eyJza3lwZWlkIjoiYWNzOiJ9." + signature

  /// A whole request with CRLF line ends.
  static func request(
    authorization: String? = "Bearer " + token, fields: [String] = [], body: String = body,
    target: String = "/calling/callConnections:redirect?api-version=2026-03-12"
  ) -> String {
    var lines = ["POST \(target) HTTP/1.1", "Host: localhost:4010"]
    if let authorization { lines.append("Authorization: " + authorization) }
    lines += fields
    lines.append("Content-Length: \(body.utf8.count)")
    return lines.joined(separator: "\r\n") + "\r\n\r\n" + body
  }

  /// The head of a request, as the parser would give it.
  static func head(of request: [UInt8]) -> RequestHead {
    var head = RequestHead()
    var position = 0
    while let end = request[position...].firstIndex(of: 0x0A) {
      let line = position..<(end - 1)
      position = end + 1
      if line.isEmpty { break }
      guard let colon = request[line].firstIndex(of: 0x3A), head.methodBytes.upperBound > 0 else {
        head.methodBytes = 0..<(request.firstIndex(of: 0x20) ?? 0)
        continue
      }
      let name = String(decoding: request[line.lowerBound..<colon], as: UTF8.self).lowercased()
      let known = KnownFieldName.allCases.first { $0.lowercased.description == name }
      head.fields.append(
        FieldLine(
          name: line.lowerBound..<colon, value: (colon + 2)..<line.upperBound, known: known))
    }
    head.length = position
    return head
  }

  static func recorded(
    _ request: String, hint: Int? = nil, shared: Redaction.SharedPart? = nil
  ) -> RecordedMessage {
    let bytes = Array(request.utf8)
    let head = head(of: bytes)
    return Redaction.redacted(
      bytes.span, head: head, content: bytes.span.extracting(head.length..<bytes.count),
      credentialPublicLength: hint, shared: shared)
  }

  /// An attempt: when it came and ended, both in milliseconds from the start.
  static func entry(
    at milliseconds: Int64 = 0, lasting: Int64 = 1, status: UInt16 = 204, id: String? = nil,
    firstSent: String? = "Mon, 23 Nov 2026 10:00:00 GMT", clientID: String? = nil,
    executed: Bool = false, rule: String? = nil, retryAfter: Int64? = nil,
    stage: Rejection.Stage? = nil
  ) -> JournalEntry {
    var fields: [String] = []
    if let id { fields.append("Repeatability-Request-ID: \(id)") }
    if let id, !id.isEmpty, let firstSent {
      fields.append("Repeatability-First-Sent: \(firstSent)")
    }
    if let clientID { fields.append("x-ms-client-request-id: \(clientID)") }
    var entry = JournalEntry(
      time: Instant(nanoseconds: 1_795_428_000_000_000_000 + milliseconds * 1_000_000),
      arrived: 5_000_000_000 + milliseconds * 1_000_000, connection: 7,
      message: recorded(request(fields: fields)))
    entry.status = status
    entry.duration = lasting * 1_000_000
    entry.executed = executed
    entry.ruleMark = rule.map { RuleMark(name: $0) }
    entry.retryAfter = retryAfter.map { $0 * 1_000_000 } ?? -1
    entry.end = status == 0 ? .reset : .answered
    entry.targetKind = .phoneNumber
    if let start = body.range(of: "+14255550123")?.lowerBound {
      let offset = UInt32(body.utf8.distance(from: body.startIndex, to: start))
      entry.targetID = offset..<(offset + 12)
    }
    entry.failure = stage.map {
      Rejection(
        stage: $0, status: Int(status),
        error: CommunicationError(code: "8523", message: "Wrong."), section: "Body")
    }
    return entry
  }

  static func journal(_ entries: [JournalEntry], limit: Int = 10_000, bytes: Int = 64 << 20)
    -> Journal
  {
    var journal = Journal(entryLimit: limit, byteLimit: bytes)
    for entry in entries { journal.record(entry) }
    return journal
  }
}

extension String {
  fileprivate func range(of text: String) -> Range<String.Index>? {
    firstRange(of: text)
  }
}
