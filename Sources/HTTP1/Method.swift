import Core

/// A request's method. RFC 9110 §9. Methods are case-sensitive.
package enum Method: Sendable, Equatable {
  case get, head, post, put, patch, delete, options, trace, connect
  /// Any other token.
  case other
}

extension Method {
  /// The method that `token` is, in exactly this case. RFC 9110 §9.1.
  init(_ bytes: Span<UInt8>, token: Range<Int>) {
    func spells(_ text: StaticString) -> Bool { bytes.holds(text, in: token) }
    switch token.count {
    case 3: self = spells("GET") ? .get : spells("PUT") ? .put : .other
    case 4: self = spells("POST") ? .post : spells("HEAD") ? .head : .other
    case 5: self = spells("PATCH") ? .patch : spells("TRACE") ? .trace : .other
    case 6: self = spells("DELETE") ? .delete : .other
    case 7: self = spells("OPTIONS") ? .options : spells("CONNECT") ? .connect : .other
    default: self = .other
    }
  }
}
