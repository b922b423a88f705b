/// A request's method. RFC 9110 §9. Methods are case-sensitive.
package enum Method: Sendable, Equatable {
  case get, head, post, put, patch, delete, options, trace, connect
  /// Any other token.
  case other
}
