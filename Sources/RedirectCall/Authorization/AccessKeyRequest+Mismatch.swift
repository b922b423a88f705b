import Core
import HTTP1
import LibCrypto

extension AccessKeyRequest {
  /// Why no key verified, for a request whose date and body hash are right. The slow way, for the response to
  /// one that is refused; it never shows a key or a signature.
  /// - Parameter key: the key of the resource that the request was taken for.
  package func mismatch(_ message: Span<UInt8>, head: RequestHead, key: AccessKey) -> Rejection {
    let expected = stringsToSign
    var reason = "Signature does not match. The string to sign is "
    reason += expected.map(Self.quoted).joined(separator: " or ")
    if let clients = Self.clientsString(message, head: head) {
      reason += ". " + Self.comparison(of: clients, with: expected)
    } else if isSignedWithTrailingSlash(key: key) {
      reason +=
        ". The client signed its host with a '/' behind: its endpoint was given with one, which the Python SDK keeps"
    } else {
      reason += ": either the client signed another string, or with another key"
    }
    return .denied(.hmacValidation, reason + ".")
  }

  /// What `x-ms-hmac-string-to-sign-base64` holds, where the client sent it.
  private static func clientsString(_ message: Span<UInt8>, head: RequestHead) -> [UInt8]? {
    guard let value = head.value(of: .xMSHMACStringToSign) else { return nil }
    return try? Base64.standard.decode(message.extracting(value))
  }

  private static func comparison(of clients: [UInt8], with expected: [[UInt8]]) -> String {
    if expected.contains(clients) {
      return
        "The client signed the same string (x-ms-hmac-string-to-sign-base64), so with another key"
    }
    var nearest: [UInt8] = []
    var common = -1
    for candidate in expected {
      let length = zip(candidate, clients).prefix { $0 == $1 }.count
      if length > common {
        nearest = candidate
        common = length
      }
    }
    return
      "By x-ms-hmac-string-to-sign-base64 the client signed \(quoted(clients)): at offset \(common) it has \(rest(of: clients, from: common)) where \(rest(of: nearest, from: common)) was expected"
  }

  private static func quoted(_ bytes: [UInt8]) -> String {
    bytes.span.quoted(0..<bytes.count, limit: 512)
  }

  private static func rest(of bytes: [UInt8], from offset: Int) -> String {
    offset < bytes.count ? bytes.span.quoted(offset..<bytes.count, limit: 32) : "nothing more"
  }
}
