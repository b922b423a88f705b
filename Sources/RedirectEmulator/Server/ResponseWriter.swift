import Core
import HTTP1
import LibCrypto
import RedirectCall

/// Writes responses with the field lines that every response has. Contract guide, "8. Headers of every response".
struct ResponseWriter: ~Copyable {
  private var dates: DateCache
  /// Everything up to the first value that differs between responses, rendered once a second.
  private var common: [UInt8]
  /// The same after the status line of 204.
  private var success: [UInt8]
  private var chainIDs = UUIDGenerator()

  /// What a response says in addition to its status and content.
  struct Context {
    /// `x-ms-client-request-id` as the client sent it.
    var clientRequestID: Range<Int>?
    var result: RepeatabilityResult?
    /// The value of `X-Microsoft-Skype-Chain-ID`; nil makes a new one.
    var chainID: RequestUUID?
    /// Whether the connection ends after it.
    var closes: Bool
    /// Whether an HTTP/1.0 client gets `Connection: keep-alive`.
    var saysKeepAlive = false
    /// Whether the content is left out and only its length is sent (RFC 9110 §9.3.2).
    var isHead = false
  }

  private static let noContent = Array("HTTP/1.1 204 No Content\r\n".utf8)
  private static let server = Array("Server: redirect-emulator\r\n".utf8)
  private static let chainID = Array("X-Microsoft-Skype-Chain-ID: ".utf8)
  private static let clientRequestID = Array("\r\nx-ms-client-request-id: ".utf8)
  private static let accepted = Array("\r\nRepeatability-Result: accepted".utf8)
  private static let rejected = Array("\r\nRepeatability-Result: rejected".utf8)
  private static let close = Array("\r\nConnection: close".utf8)
  private static let keepAlive = Array("\r\nConnection: keep-alive".utf8)
  private static let end = Array("\r\n\r\n".utf8)

  /// A new id for a response that has none of its own yet.
  mutating func newChainID() -> RequestUUID {
    let (high, low) = chainIDs.next()
    return RequestUUID(high: high, low: low)
  }

  init() {
    dates = DateCache(secondsSince1970: 0)
    (common, success) = ([], [])
    render()
  }

  /// Appends 204 No Content.
  ///
  /// - Parameters:
  ///   - message: the request's bytes, to which the context's ranges belong.
  ///   - now: seconds since 1970, on the machine's clock.
  mutating func appendSuccess(
    _ context: Context, _ message: Span<UInt8>, now: Int64, to output: inout [UInt8]
  ) {
    update(now)
    output.append(contentsOf: success)
    appendOwn(context, message, to: &output)
    output.append(contentsOf: Self.end)
  }

  /// Appends the response to a request that is refused.
  mutating func append(
    _ rejection: Rejection, _ context: Context, _ message: Span<UInt8>, now: Int64,
    to output: inout [UInt8]
  ) {
    var fields = rejection.fields.filter { $0.name != "Repeatability-Result" }
    fields.append(ResponseField("x-ms-error-code", rejection.error.code))
    append(
      rejection.status, fields, contentType: CommunicationErrorResponse.contentType,
      body: CommunicationErrorResponse.render(rejection.error), context, message, now: now,
      to: &output)
  }

  /// Appends any response with content.
  mutating func append(
    _ status: Int, _ fields: [ResponseField], contentType: String?, body: [UInt8],
    _ context: Context, _ message: Span<UInt8>, now: Int64, to output: inout [UInt8]
  ) {
    ResponseHead.appendStatusLine(status, to: &output)
    appendCommon(context, message, now: now, to: &output)
    output.appendLineEnd()
    for field in fields { output.appendField(field) }
    if !ResponseHead.isBodiless(status) {
      if let contentType {
        output.appendField(ResponseField("Content-Type", contentType))
      }
      output.appendField(ResponseField("Content-Length", String(body.count)))
    }
    output.appendLineEnd()
    if !context.isHead, !ResponseHead.isBodiless(status) { output.append(contentsOf: body) }
  }

  /// Appends the head of a response with content until the connection ends (RFC 9112 §6.3, rule 8).
  mutating func appendUnbounded(
    _ status: Int, contentType: String, _ context: Context, _ message: Span<UInt8>, now: Int64,
    to output: inout [UInt8]
  ) {
    ResponseHead.appendStatusLine(status, to: &output)
    appendCommon(context, message, now: now, to: &output)
    output.appendLineEnd()
    output.appendField(ResponseField("Content-Type", contentType))
    output.appendField(ResponseField("Cache-Control", "no-store"))
    // With this, nginx and others forward each event when it comes.
    output.appendField(ResponseField("X-Accel-Buffering", "no"))
    output.appendLineEnd()
  }

  /// The field lines of every response as values, for responses that a rule spoils.
  mutating func commonFields(_ context: Context, _ message: Span<UInt8>, now: Int64)
    -> [ResponseField]
  {
    var bytes: [UInt8] = []
    appendCommon(context, message, now: now, to: &bytes)
    // A value has neither CR nor LF, but may not be UTF-8.
    return bytes.split(separator: ASCII.lineFeed).compactMap { line in
      guard let colon = line.firstIndex(of: ASCII.colon) else { return nil }
      let value = line[(colon + 1)...].drop { $0 == ASCII.space }
      return ResponseField(
        String(decoding: line[..<colon], as: UTF8.self),
        bytes: value.last == ASCII.carriageReturn ? value.dropLast() : value)
    }
  }

  /// The field lines of every response, without the end of the last line.
  private mutating func appendCommon(
    _ context: Context, _ message: Span<UInt8>, now: Int64, to output: inout [UInt8]
  ) {
    update(now)
    output.append(contentsOf: common)
    appendOwn(context, message, to: &output)
  }

  private mutating func update(_ now: Int64) {
    if dates.update(secondsSince1970: now) { render() }
  }

  private mutating func render() {
    common = Self.server + dates.line + Self.chainID
    success = Self.noContent + common
  }

  /// The part that differs from response to response, after `X-Microsoft-Skype-Chain-ID: `.
  private mutating func appendOwn(
    _ context: Context, _ message: Span<UInt8>, to output: inout [UInt8]
  ) {
    if let id = context.chainID {
      id.append(to: &output)
    } else {
      chainIDs.append(to: &output)
    }
    if let id = context.clientRequestID {
      output.append(contentsOf: Self.clientRequestID)
      output.append(message, id)
    }
    switch context.result {
    case .accepted: output.append(contentsOf: Self.accepted)
    case .rejected: output.append(contentsOf: Self.rejected)
    case nil: break
    }
    if context.closes {
      output.append(contentsOf: Self.close)
    } else if context.saysKeepAlive {
      output.append(contentsOf: Self.keepAlive)
    }
  }
}
