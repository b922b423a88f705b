import Core
import EventLoop
import HTTP1
import RedirectCall
import Scenarios

/// Makes the replies to one loop's requests. It has everything that the loops do not share for this. Connections call
/// only ``answer(_:to:)``, and it does not know them. It is used on the loop's thread only.
final class Worker {
  let server: ServerCore
  let loop: EventLoop
  let metrics: Metrics

  // Unchecked is sound: both are used on the loop's thread only, and nothing that is called while one of them changes
  // calls this worker again. The check would cost more than the access, at each request.
  @exclusivity(unchecked) var answers = ResponseWriter()
  @exclusivity(unchecked) var tokens: TokenCache
  /// Numbers the jobs for the background thread.
  var jobsMade: UInt64 = 0

  init(server: ServerCore, loop: EventLoop, metrics: Metrics) {
    self.server = server
    self.loop = loop
    self.metrics = metrics
    // All loops together have this many, because each loop keeps its own.
    tokens = TokenCache(capacity: max(4_096 / max(server.configuration.threads, 1), 64))
  }

  /// Serves one request, and records it.
  ///
  /// - Parameter output: a response that is sent at once is appended to it.
  /// - Returns: what the connection does.
  func answer(_ request: borrowing Request, to output: inout [UInt8]) -> Reply {
    if let fault = request.fault { return refuse(request, fault, to: &output) }
    let head = request.head
    let path = head.target.path
    if request.origin.entrance == .control { return control(request, head, to: &output) }
    // Only `/_emulator…` and `/metrics` are compared as text: the operation's path begins with neither.
    if server.configuration.controlAPI, path.count > 1,
      request.message[path.lowerBound + 1] == ASCII.underscore
        || request.message[path.lowerBound + 1] == UInt8(ascii: "m"),
      ControlRoute.isControl(QueryParameters.decoded(path, in: request.message))
    {
      return control(request, head, to: &output)
    }
    return operation(request, head, to: &output)
  }

  /// Responds to bytes that cannot be read as HTTP, and records them.
  private func refuse(
    _ request: borrowing Request, _ fault: HTTPError, to output: inout [UInt8]
  ) -> Reply {
    if request.origin.entrance == .control {
      return refuseControl(request, fault, to: &output)
    }
    let message = request.message
    var exchange = Exchange(resource: server.resources.defaultResource, wallClock: loop.wallClock)
    let rejection = Rejection(fault)
    exchange.rejection = rejection
    // The head is as far as it was read before the error.
    var clientRequestID = request.head.value(of: .xMSClientRequestID)
    if let range = clientRequestID, range.upperBound > message.count { clientRequestID = nil }
    let before = output.count
    answers.append(
      rejection,
      ResponseWriter.Context(clientRequestID: clientRequestID, result: nil, closes: true), message,
      now: wallClockSeconds, to: &output)
    let recorded = Redaction.redacted(
      unparsed: message,
      atMost: fault.reason == .memoryLimitReached
        ? RecordedMessage.unaffordableLimit : RecordedMessage.refusedLimit)
    var entry = journalEntry(exchange, recorded, request.origin)
    entry.status = UInt16(clamping: exchange.status)
    entry.closes = true
    entry.answerCopy = AnswerCopy(Array(output[before...]))
    let mark = answered(
      entry, exchange, request, request.head, bytes: output.count - before)
    return .bytes(closes: true, entry: mark)
  }

  /// The parts of a response that depend on the connection and the request's id.
  func responseContext(
    _ request: borrowing Request, _ head: RequestHead, result: RepeatabilityResult? = nil,
    chainID: RequestUUID? = nil
  ) -> ResponseWriter.Context {
    ResponseWriter.Context(
      clientRequestID: head.value(of: .xMSClientRequestID), result: result, chainID: chainID,
      closes: !head.keepAlive || request.origin.isDraining,
      saysKeepAlive: head.version.minor == 0, isHead: head.method == .head)
  }

  /// Seconds since 1970 on the machine's clock: the value of `Date`.
  var wallClockSeconds: Int64 { Int64(clamping: loop.wallClock / 1_000_000_000) }
}

extension Rejection {
  /// A message that is not valid HTTP, in the form of the service's errors. Contract guide, "9. CommunicationErrorResponse".
  init(_ error: HTTPError) {
    self.init(
      stage: .http, status: error.status,
      error: CommunicationError(
        code: error.reason.rawValue.prefix(1).uppercased() + error.reason.rawValue.dropFirst(),
        message: error.message.prefix(1).uppercased() + error.message.dropFirst() + "."),
      section: error.section)
  }
}
