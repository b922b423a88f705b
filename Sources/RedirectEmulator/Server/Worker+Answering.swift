import EventLoop
import HTTP1
import RedirectCall

extension Worker {
  /// Answers one whole message.
  func answer(
    _ message: Span<UInt8>, _ head: RequestHead, _ body: Span<UInt8>, _ connection: Connection
  ) {
    let path = head.target.path
    // Only `/_emulator…` and `/metrics` are looked at as text: the operation's path begins with neither.
    if server.configuration.controlAPI, path.count > 1,
      message[path.lowerBound + 1] == 0x5F || message[path.lowerBound + 1] == 0x6D,
      ControlRoute.isControl(QueryParameters.decoded(path, in: message))
    {
      return control(message, head, body, connection)
    }
    operation(message, head, body, connection)
  }

  /// Answers and records what is no readable message.
  func refuse(_ error: HTTPError, _ message: Span<UInt8>, _ connection: Connection) {
    var exchange = Exchange(resource: server.resources.defaultResource, wallClock: loop.wallClock)
    let rejection = Rejection(error)
    exchange.rejection = rejection
    // As far as the head was read before the fault.
    var clientRequestID = connection.parser.head.value(of: .xMSClientRequestID)
    if let range = clientRequestID, range.upperBound > message.count { clientRequestID = nil }
    let before = connection.output.count
    answers.append(
      rejection,
      AnswerWriter.Context(clientRequestID: clientRequestID, result: nil, closes: true), message,
      now: wallClockSeconds, to: &connection.output)
    var entry = journalEntry(exchange, Redaction.redacted(unparsed: message), connection)
    entry.status = UInt16(clamping: exchange.status)
    answered(entry, exchange, bytes: connection.output.count - before, connection)
  }
}

extension Rejection {
  /// A message that HTTP itself refuses, in the service's shape. Contract guide, "9. CommunicationErrorResponse".
  init(_ error: HTTPError) {
    self.init(
      stage: .http, status: error.status,
      error: CommunicationError(
        code: error.reason.rawValue.prefix(1).uppercased() + error.reason.rawValue.dropFirst(),
        message: error.message.prefix(1).uppercased() + error.message.dropFirst() + "."),
      section: error.section)
  }
}
