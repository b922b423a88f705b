/// The head of one request in the message's bytes. Every part is a range of offsets from
/// the message's first byte, so parsing copies nothing. RFC 9112 §2.1.
package struct RequestHead: Sendable, Equatable {
  package var method: Method
  /// The method's bytes, as sent.
  package var methodBytes: Range<Int>
  package var target: RequestTarget
  package var version: HTTPVersion
  /// The field lines in the order received.
  package var fields: [FieldLine]
  /// Bytes from the message's first (of the empty line that may come before the request line) to the last of
  /// the empty line that ends the head: the content begins at this offset.
  package var length: Int
  package var framing: BodyFraming
  /// Whether the client keeps the connection open after the response. RFC 9112 §9.3.
  package var keepAlive: Bool
  /// Whether the client waits for `100 Continue` before it sends the content; false if the framing says
  /// that there is none. RFC 9110 §10.1.1.
  package var expectsContinue: Bool

  package init() {
    method = .other
    methodBytes = 0..<0
    target = RequestTarget()
    version = HTTPVersion(major: 1, minor: 1)
    fields = []
    length = 0
    framing = .none
    keepAlive = true
    expectsContinue = false
  }

  /// The value of the first field line with this name, without surrounding white space.
  package func value(of name: KnownFieldName) -> Range<Int>? {
    for field in fields where field.known == name { return field.value }
    return nil
  }

  /// How many field lines have this name.
  package func count(of name: KnownFieldName) -> Int {
    var count = 0
    for field in fields where field.known == name { count += 1 }
    return count
  }
}

/// A request target's parts. RFC 9112 §3.2.
package struct RequestTarget: Sendable, Equatable {
  package enum Form: Sendable, Equatable {
    case origin, absolute, authority, asterisk
  }

  package var form: Form = .origin
  /// The whole target as it is on the request line.
  package var whole: Range<Int> = 0..<0
  /// The path; empty for authority-form and asterisk-form.
  package var path: Range<Int> = 0..<0
  /// What follows the first `?`, without it; nil if there is none.
  package var query: Range<Int>?
  /// The authority of an absolute-form or authority-form target.
  package var authority: Range<Int>?

  package init() {}
}

/// An HTTP version. RFC 9112 §2.3.
package struct HTTPVersion: Sendable, Equatable {
  package var major: UInt8
  package var minor: UInt8

  package init(major: UInt8, minor: UInt8) {
    self.major = major
    self.minor = minor
  }
}

/// One field line. RFC 9112 §5.
package struct FieldLine: Sendable, Equatable {
  package var name: Range<Int>
  /// The value without leading and trailing white space.
  package var value: Range<Int>
  /// The name, if it is one that the emulator reads.
  package var known: KnownFieldName?

  package init(name: Range<Int>, value: Range<Int>, known: KnownFieldName?) {
    self.name = name
    self.value = value
    self.known = known
  }
}

/// How a request's content is delimited. RFC 9112 §6.3.
package enum BodyFraming: Sendable, Equatable {
  case none
  case length(Int)
  case chunked
}
