/// How a request's content is delimited. RFC 9112 §6.3.
package enum BodyFraming: Sendable, Equatable {
  case none
  case length(Int)
  case chunked
}
