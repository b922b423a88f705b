import Core
import Documents
import LibCrypto

/// A JWT's parts as they are in a message. RFC 7515 §3.1.
package struct AccessToken: Sendable, Equatable {
  package var header: Range<Int>
  package var payload: Range<Int>
  package var signature: Range<Int>

  /// The most bytes of a token; the service's tokens have some 900.
  package static let byteLimit = 16_384

  /// Header and payload with the dot between: what is signed.
  package var signed: Range<Int> { header.lowerBound..<payload.upperBound }

  /// Splits a token at its dots.
  package init(_ message: Span<UInt8>, _ range: Range<Int>) throws(Rejection) {
    guard range.count <= Self.byteLimit else {
      throw .denied(
        .invalidToken,
        "The token has \(range.count) bytes, expected at most \(Self.byteLimit).")
    }
    guard let first = message.first(ASCII.fullStop, in: range),
      let second = message.first(ASCII.fullStop, in: (first + 1)..<range.upperBound),
      message.first(ASCII.fullStop, in: (second + 1)..<range.upperBound) == nil
    else {
      throw .denied(
        .invalidToken,
        "The token is not a JWT: expected three parts of base64url separated by dots.")
    }
    header = range.lowerBound..<first
    payload = (first + 1)..<second
    signature = (second + 1)..<range.upperBound
    guard !header.isEmpty, !payload.isEmpty, !signature.isEmpty else {
      throw .denied(.invalidToken, "A part of the token is empty; an unsigned one is not accepted.")
    }
  }

  /// What a header or a claim set may hold: those of the service have some twenty values.
  private static let limits = JSONReader.Limits(depth: 16, values: 256)

  static func object(
    _ message: Span<UInt8>, _ range: Range<Int>, part: String
  ) throws(Rejection) -> DocumentNode {
    let bytes = try decode(message, range, part: part)
    let json: DocumentNode
    do throws(DocumentFault) {
      json = try JSONReader.read(bytes.span, limits: limits)
    } catch {
      throw .denied(.invalidToken, "The token's \(part) is not JSON as expected: \(error).")
    }
    guard case .object = json.content else {
      throw .denied(
        .invalidToken, "The token's \(part) is not JSON as expected: another value than an object.")
    }
    return json
  }

  static func decode(
    _ message: Span<UInt8>, _ range: Range<Int>, part: String
  ) throws(Rejection) -> [UInt8] {
    do throws(Base64.Fault) {
      return try Base64.url.decode(message.extracting(range))
    } catch {
      throw .denied(.invalidToken, "The token's \(part) is not base64url: \(error).")
    }
  }
}
