import Core
import HTTP1
import LibCrypto

extension AccessKeyRequest {
  /// Why no key verified a request that has the right date and body hash. It is slow, and used only for the response to
  /// a refused request. It never shows a key or a signature.
  /// - Parameter key: the key of the resource that the request was assigned to.
  package func mismatch(_ message: Span<UInt8>, head: RequestHead, key: AccessKey) -> Rejection {
    let expected = stringsToSign
    let clients = Self.clientsString(message, head: head)
    let (what, advice) =
      if let clients, expected.contains(clients) {
        ("the client signed the right string with another key", Self.rightKey)
      } else if let clients {
        (Self.difference(of: clients, from: expected), Self.unchanged)
      } else if isSignedWithTrailingSlash(key: key) {
        (
          "the client signed its host with a '/' behind, as the Python SDK does where the endpoint ends in one",
          "Give the SDK the endpoint without the '/'."
        )
      } else {
        ("the client signed with another key, or another string", Self.rightKey)
      }
    let text = expected.map(Self.quoted).joined(separator: " or ")
    return .denied(
      .hmacValidation, "Signature does not match: \(what).", advice: advice,
      details: [CommunicationError(code: "StringToSign", message: "Expected \(text).")])
  }

  private static let rightKey =
    "Use the connection string of the resource, as the emulator shows it."
  private static let unchanged =
    "Let nothing between the client and the emulator change the host, the path or the query."

  /// What `x-ms-hmac-string-to-sign-base64` holds, if the client sent it.
  private static func clientsString(_ message: Span<UInt8>, head: RequestHead) -> [UInt8]? {
    guard let value = head.value(of: .xMSHMACStringToSign) else { return nil }
    return try? Base64.standard.decode(message.extracting(value))
  }

  /// Where the client's string first differs from the most similar one of those expected.
  private static func difference(of clients: [UInt8], from expected: [[UInt8]]) -> String {
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
      "at offset \(common) of its string to sign the client has \(rest(of: clients, from: common)) where \(rest(of: nearest, from: common)) was expected"
  }

  private static func quoted(_ bytes: [UInt8]) -> String {
    bytes.span.quoted(0..<bytes.count, limit: 512)
  }

  private static func rest(of bytes: [UInt8], from offset: Int) -> String {
    offset < bytes.count ? bytes.span.quoted(offset..<bytes.count, limit: 32) : "nothing more"
  }
}
