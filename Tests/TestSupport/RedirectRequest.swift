import Core
import LibCrypto

/// The bytes of a Redirect Call, right unless a test makes it wrong.
package struct RedirectRequest: Sendable {
  package var method = "POST"
  package var target = "/calling/callConnections:redirect?api-version=2026-03-12"
  package var host = "127.0.0.1"
  package var authorization: String?
  package var contentType: String? = "application/json"
  package var fields: [(name: String, value: String)] = []
  package var body =
    #"{"incomingCallContext":"eyJhbGciOiJub25lIn0","target":{"kind":"phoneNumber","phoneNumber":{"value":"+14255550123"}}}"#

  /// - Parameter authorization: a whole `Authorization` value; nil sends none.
  package init(authorization: String?) {
    self.authorization = authorization
  }

  /// Signs like the official SDKs: over the date, the host and the body's hash.
  ///
  /// - Parameters:
  ///   - accessKey: base64.
  ///   - date: IMF-fixdate.
  ///   - signed: the host that is signed, if it is not the one that is sent.
  package mutating func sign(accessKey: String, date: String, host signed: String? = nil) throws {
    let body = Array(self.body.utf8)
    let digest = SHA256.hash(body.span)
    let hash = digest.base64
    let text = "\(method)\n\(target)\n\(date);\(signed ?? host);\(hash)"
    let keyBytes = try Base64.standard.decode(accessKey)
    let key = HMACSHA256Key(keyBytes.span)
    let bytes = Array(text.utf8)
    let code = key.authenticationCode(for: bytes.span)
    fields += [("x-ms-date", date), ("x-ms-content-sha256", hash)]
    authorization =
      "HMAC-SHA256 SignedHeaders=x-ms-date;host;x-ms-content-sha256&Signature=\(code.base64)"
  }

  /// Adds the pair that makes it repeatable.
  package mutating func repeatable(id: String, firstSent: String) {
    fields += [("Repeatability-Request-ID", id), ("Repeatability-First-Sent", firstSent)]
  }

  package var bytes: [UInt8] {
    var text = "\(method) \(target) HTTP/1.1\r\nHost: \(host)\r\n"
    if let authorization { text += "Authorization: \(authorization)\r\n" }
    if let contentType { text += "Content-Type: \(contentType)\r\n" }
    for field in fields { text += "\(field.name): \(field.value)\r\n" }
    text += "Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
    return Array(text.utf8)
  }
}
