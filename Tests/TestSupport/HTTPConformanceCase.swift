/// One message, or several, and what a strict HTTP/1.1 server makes of its bytes. The same table is run
/// against the parser and over sockets.
package struct HTTPConformanceCase: Sendable, CustomStringConvertible {
  package enum Expectation: Sendable, Equatable {
    /// One request is read from all of the bytes.
    case request(method: String, target: String, body: String)
    /// This many requests are read from all of the bytes.
    case requests(Int)
    /// The first message is refused with this status, and the connection is closed.
    case refused(Int)
    /// This many requests are read; the message after them is refused with this status.
    case requestsThenRefused(Int, status: Int)
    /// The bytes are right so far, and end before the message does.
    case incomplete
  }

  package let name: String
  /// The rule that the case is about, e.g. `RFC 9112 §5.1`.
  package let section: String
  package let bytes: [UInt8]
  package let expected: Expectation
  /// What is seen over a socket, where that is something else.
  package let expectedOverSocket: Expectation

  init(
    _ name: String, _ section: String, _ text: String, _ expected: Expectation,
    overSocket: Expectation? = nil
  ) {
    self.init(name, section, Array(text.utf8), expected, overSocket: overSocket)
  }

  init(
    _ name: String, _ section: String, _ bytes: [UInt8], _ expected: Expectation,
    overSocket: Expectation? = nil
  ) {
    self.name = name
    self.section = section
    self.bytes = bytes
    self.expected = expected
    self.expectedOverSocket = overSocket ?? expected
  }

  package var description: String { "\(section): \(name)" }

  /// Every case. The limits are the defaults: head 16 KiB, target 8 KiB, 100 field lines, content 1 MiB.
  package static let all: [HTTPConformanceCase] =
    requestLines + targets + versions + lineEndings + fieldNames + fieldValues + hosts
    + contentLengths + transferEncodings + chunks + extensions + trailers + connections
    + expectations + limits + pipelines
}

extension HTTPConformanceCase {
  /// The operation's target, so that a server that accepts the bytes has a response of its own for them.
  static let op = "/calling/callConnections:redirect?api-version=2026-03-12"

  static func post(_ body: String = "", target: String = op) -> Expectation {
    .request(method: "POST", target: target, body: body)
  }

  static func get(_ target: String = op) -> Expectation {
    .request(method: "GET", target: target, body: "")
  }

  /// A POST to the operation with these field lines (without the last one's CRLF), then `rest`.
  static func posted(_ fields: String, _ rest: String = "") -> String {
    "POST \(op) HTTP/1.1\r\nHost: localhost\r\n\(fields)\r\n\r\n\(rest)"
  }

  static func chunked(_ body: String) -> String { posted("Transfer-Encoding: chunked", body) }
}
