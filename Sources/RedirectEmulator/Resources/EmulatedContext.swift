import Core
import Documents
import LibCrypto

/// The contexts that the emulator makes for calls: opaque to clients and shaped like the service's, no two are the
/// same, and each names the resource that its call rings at. The guide Calls describes both forms.
package enum EmulatedContext {
  /// How long a context is.
  package enum Form: String, Sendable, CaseIterable {
    /// Like the service's contexts, about 8 KB, so that limits of queues, columns and proxies show.
    case real
    /// Under 200 bytes, for logs that people read.
    case short
  }

  /// The parties that a context names.
  package struct Parties: Sendable {
    package var from: String
    package var to: String
    package var displayName: String

    package init(from: String, to: String, displayName: String = "") {
      (self.from, self.to, self.displayName) = (from, to, displayName)
    }
  }

  /// An unsecured JWT's header, `{"alg":"none","typ":"JWT"}`, and the dot after it. RFC 7519 §6.
  private static let header = "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0."

  /// - Parameter resourceID: 36 characters, like all of them.
  package static func make(_ form: Form, resourceID: String, callID: String, _ parties: Parties)
    -> String
  {
    let payload =
      switch form {
      case .short: Array((shortHead + resourceID + #"","emulatedCall":""# + callID + #""}"#).utf8)
      case .real: RealContext.payload(resourceID: resourceID, callID: callID, parties)
      }
    return header + Base64.url.encode(payload.span) + "."
  }

  private static let shortHead = #"{"resourceId":""#
  /// The fixed beginning of a context that the emulator made: the header, and the base64 of the part of the payload
  /// that is always the same.
  private static let shortPrefix: StaticString =
    "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.eyJyZXNvdXJjZUlkIjoi"
  private static let realPrefix: StaticString =
    "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.eyJjYyI6Ikg0c0lBRkpGVFZV"

  /// Whether `range` begins like every context that the emulator makes.
  package static func begins(_ range: Range<Int>, in body: Span<UInt8>) -> Bool {
    holds(shortPrefix, range, body) || holds(realPrefix, range, body)
  }

  /// The service's own contexts differ from these at the end of the prefix, so that is compared first.
  private static func holds(_ prefix: StaticString, _ range: Range<Int>, _ body: Span<UInt8>)
    -> Bool
  {
    let count = prefix.utf8CodeUnitCount
    guard range.count > count, range.lowerBound >= 0, range.upperBound <= body.count else {
      return false
    }
    return prefix.withUTF8Buffer { expected in
      var index = count
      while index > 0 {
        index &-= 1
        if body[range.lowerBound &+ index] != expected[index] { return false }
      }
      return true
    }
  }

  /// The resource that a context was made for; nil for a context that the emulator did not make.
  package static func resourceID(of context: String) -> String? {
    let bytes = context.utf8
    if context.hasPrefix("\(shortPrefix)") {
      return text(
        String(decoding: bytes.dropFirst(header.utf8.count).prefix(68), as: UTF8.self), .url,
        from: shortHead.utf8.count)
    }
    guard context.hasPrefix("\(realPrefix)") else { return nil }
    // Only the needed part: a multiple of four characters. After the header there is a multiple of three bytes.
    let start = String(decoding: bytes.dropFirst(header.utf8.count).prefix(176), as: UTF8.self)
    guard let payload = try? Base64.url.decode(start) else { return nil }
    let compressed = String(
      decoding: payload.dropFirst(RealContext.payloadHead.utf8.count).prefix(124), as: UTF8.self)
    return text(compressed, .standard, from: RealContext.resourcePlace)
  }

  /// The 36 characters at a place of the text that was encoded.
  private static func text(_ encoded: String, _ base64: Base64, from place: Int) -> String? {
    guard let bytes = try? base64.decode(encoded), bytes.count >= place + 36 else { return nil }
    return String(validating: bytes[place..<place + 36], as: UTF8.self)
  }
}
