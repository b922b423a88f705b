/// Writes answers into a connection's output. A value per request: it knows what of the request shapes the
/// answer. RFC 9112 §4, §6.3 and §9.
///
///     let writer = ResponseWriter(answering: parser.head)
///     writer.append(ResponseHead(status: 404, contentType: "application/json; charset=utf-8"),
///       body: json.span, date: dates, to: &output)
///
/// The quick way, for answers that are made of parts rendered before:
///
///     ResponseWriter.begin(204, date: dates, to: &output)
///     output.append(chainIDField)
///     output.appendField("x-ms-client-request-id", message, range)
///     writer.end(204, contentLength: 0, to: &output)
package struct ResponseWriter: Sendable, Equatable {
  /// What the answer says about the connection.
  package enum Persistence: Sendable, Equatable {
    /// It persists, which HTTP/1.1 need not say.
    case persist
    /// It persists, said to an HTTP/1.0 client that asked for it.
    case persistExplicitly
    /// It closes after this answer.
    case close
  }

  package var persistence: Persistence
  /// Whether the answer is to HEAD: the head as for GET, and no content. RFC 9110 §9.3.2.
  package var omitsContent: Bool

  package init(persistence: Persistence, omitsContent: Bool = false) {
    self.persistence = persistence
    self.omitsContent = omitsContent
  }

  /// - Parameters:
  ///   - head: the request.
  ///   - closing: whether the server closes the connection after this answer, whatever the client wants.
  package init(answering head: RequestHead, closing: Bool = false) {
    if closing || !head.keepAlive {
      persistence = .close
    } else {
      persistence = head.version.minor == 0 ? .persistExplicitly : .persist
    }
    omitsContent = head.method == .head
  }

  /// Whether the connection can take another request after this answer.
  package var persists: Bool { persistence != .close }

  /// Whether an answer of this status has neither content nor the fields that speak of it. RFC 9110 §8.6.
  package static func forbidsContent(_ status: Int) -> Bool {
    status < 200 || status == 204 || status == 304
  }

  /// Appends a whole answer: status line, `Date`, `Server`, the head's fields, framing, and the content.
  package func append(
    _ head: ResponseHead, body: Span<UInt8>, date: borrowing DateCache, to output: inout [UInt8]
  ) {
    Self.begin(head.status, version: head.version, date: date, to: &output)
    let hasContent = !Self.forbidsContent(head.status)
    if hasContent, let contentType = head.contentType {
      output.appendField(ResponseField("Content-Type", contentType))
    }
    for field in head.fields { output.appendField(field) }
    end(head.status, contentLength: body.count, to: &output)
    if hasContent, !omitsContent { output.append(body) }
  }

  /// Appends the status line, `Date` and `Server`.
  package static func begin(
    _ status: Int, version: HTTPVersion = HTTPVersion(major: 1, minor: 1),
    date: borrowing DateCache, to output: inout [UInt8]
  ) {
    appendStatusLine(status, version: version, to: &output)
    output.append(contentsOf: date.line)
    output.append("Server: redirect-emulator\r\n")
  }

  /// Appends what ends a head: `Content-Length`, but for a status that has no content, `Connection` where
  /// there is something to say, and the empty line.
  package func end(_ status: Int, contentLength: Int, to output: inout [UInt8]) {
    if !Self.forbidsContent(status) {
      output.appendField("Content-Length", decimal: contentLength)
    }
    switch persistence {
    case .persist: break
    case .persistExplicitly: output.append("Connection: keep-alive\r\n")
    case .close: output.append("Connection: close\r\n")
    }
    output.appendLineEnd()
  }

  /// Appends `HTTP/1.1 204 No Content` and CR LF.
  package static func appendStatusLine(
    _ status: Int, version: HTTPVersion = HTTPVersion(major: 1, minor: 1),
    to output: inout [UInt8]
  ) {
    if status == 204, version.minor == 1 {
      output.append("HTTP/1.1 204 No Content\r\n")
      return
    }
    output.append(version.minor == 0 ? "HTTP/1.0 " : "HTTP/1.1 ")
    output.appendDecimal(status)
    output.append(ASCII.space)
    output.append(ReasonPhrase.of(status))
    output.appendLineEnd()
  }

  /// Appends `100 Continue`, the whole interim answer. RFC 9110 §15.2.1.
  package static func appendContinue(to output: inout [UInt8]) {
    output.append("HTTP/1.1 100 Continue\r\n\r\n")
  }
}
