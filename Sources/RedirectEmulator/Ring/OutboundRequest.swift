import Core
import HTTP1
import Scenarios

/// A request that the emulator sends, and how its response is read.
struct OutboundRequest: Sendable {
  let webhook: Webhook
  let method: HTTP1.Method
  /// All of it, from the request line on.
  let bytes: [UInt8]
  /// Bytes of the response's content that are kept.
  var keeps = 1_024
  /// How slowly it is sent.
  var pace: Pace?
  /// After how many bytes of the response the connection is closed.
  var cutAfterBytes: Int?

  /// The most bytes of a response's content that are read. The rest is not read.
  static let readLimit = 64 << 10

  /// - Parameter body: nil for a request without one.
  init(
    _ method: HTTP1.Method, to webhook: Webhook, fields: [(name: String, value: String)],
    body: [UInt8]?
  ) {
    self.webhook = webhook
    self.method = method
    var bytes: [UInt8] = []
    bytes.reserveCapacity(
      (body?.count ?? 0) + webhook.url.utf8.count + 128
        + fields.reduce(0) { $0 + $1.name.utf8.count + $1.value.utf8.count + 4 })
    bytes.append(contentsOf: "\(method)".uppercased().utf8)
    bytes.append(ASCII.space)
    bytes.append(contentsOf: webhook.target.utf8)
    bytes.append(contentsOf: " HTTP/1.1\r\nHost: ".utf8)
    bytes.append(contentsOf: webhook.authority.utf8)
    for field in fields {
      bytes.append(contentsOf: "\r\n".utf8)
      bytes.append(contentsOf: field.name.utf8)
      bytes.append(contentsOf: ": ".utf8)
      bytes.append(contentsOf: field.value.utf8)
    }
    if let body {
      bytes.append(contentsOf: "\r\nContent-Length: ".utf8)
      bytes.appendDecimal(body.count)
    }
    bytes.append(contentsOf: "\r\n\r\n".utf8)
    if let body { bytes.append(contentsOf: body) }
    self.bytes = bytes
  }
}

/// Why a request got no response: the end of a sentence.
struct OutboundFailure: Error, Sendable, Equatable, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }

  /// How the reason ends why a certificate is not trusted: what to do about it, which is no part of a story.
  static let howToTrust = "; --ring-ca FILE names its CA, and --ring-insecure trusts any"

  /// No program listens there.
  static let refused = OutboundFailure("connection refused")
  static let timedOut = OutboundFailure("no response in time")
}

/// A server that requests are sent to: what the connections to it have in common.
struct OutboundOrigin: Hashable, Sendable {
  let isSecure: Bool
  let authority: String

  init(_ webhook: Webhook) {
    (isSecure, authority) = (webhook.isSecure, webhook.authority)
  }
}
