/// A request target's parts. RFC 9112 §3.2.
package struct RequestTarget: Sendable, Equatable {
  package enum Form: Sendable, Equatable {
    case origin, absolute, authority, asterisk
  }

  package var form: Form = .origin
  /// The whole target as it stands on the request line.
  package var whole: Range<Int> = 0..<0
  /// The path; empty for authority-form and asterisk-form.
  package var path: Range<Int> = 0..<0
  /// What follows the first `?`, without it; nil where there is none.
  package var query: Range<Int>?
  /// The authority of an absolute-form or authority-form target.
  package var authority: Range<Int>?

  package init() {}
}
