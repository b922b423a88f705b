/// What a head's field lines say about the message and its connection. RFC 9112 §3.2, §6, §9.3.
struct FieldSemantics: Sendable {
  var hasHost = false
  var contentLength: Int?
  var isChunked = false
  var hasExpectation = false
  var hasClose = false
  var hasKeepAlive = false
}
