import HTTP1

/// One request as a connection hands it to its ``Worker``: bytes, and where each part is in them. It is lent: its
/// bytes are the loop's receive buffer, which the next read overwrites.
struct Request: ~Copyable, ~Escapable {
  /// The bytes from the request's first one on; further requests may follow after it.
  let message: Span<UInt8>
  /// The content, without its chunks' framing.
  let body: Span<UInt8>
  /// Why the bytes cannot be read as HTTP; `head` is then as far as it was read. nil for a whole request.
  let fault: HTTPError?
  let origin: Origin

  /// What a connection says about itself.
  struct Origin {
    /// The connection's number, from 1, unique within the process.
    let connection: UInt64
    /// When the request began to come: monotonic nanoseconds.
    let arrived: UInt64
    /// The resource that the connection's last request belonged to.
    let lastResource: ResourceCore?
    /// Whether the connection accepts no further request.
    let isDraining: Bool
    /// The port that the connection came to.
    let entrance: Entrance
  }

  /// It has the head. That is large, so a request does not carry its own copy.
  private let reader: MessageReader

  @_lifetime(copy message, copy body)
  init(
    _ message: Span<UInt8>, readBy reader: MessageReader, body: Span<UInt8>,
    fault: HTTPError? = nil, from origin: consuming Origin
  ) {
    self.message = message
    self.reader = reader
    self.body = body
    self.fault = fault
    self.origin = origin
  }

  /// Where everything is in the message's head. Each use makes a copy, so read it only once.
  var head: RequestHead { reader.head }
}
