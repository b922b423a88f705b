import Core

/// A SHA-256 digest or HMAC-SHA256 code: 32 bytes held in place. FIPS 180-4 §6.2.
package struct SHA256Digest: Sendable {
  package var bytes: InlineArray<32, UInt8>

  /// How many bytes a digest has.
  package static let byteCount = 32

  package init(bytes: InlineArray<32, UInt8>) {
    self.bytes = bytes
  }

  /// Reads a digest from its 44 characters of base64; nil for anything else, non-canonical text included.
  package init?(base64 text: Span<UInt8>) {
    guard text.count == 44 else { return nil }
    var bytes = InlineArray<32, UInt8>(repeating: 0)
    var count = 0
    do throws(Base64.Fault) {
      try Base64.standard.decode(text) { byte in
        if count < 32 { bytes[count] = byte }
        count += 1
      }
    } catch {
      return nil
    }
    guard count == 32 else { return nil }
    self.bytes = bytes
  }

  /// The digest as 44 characters of base64.
  package var base64: String {
    var output: [UInt8] = []
    Base64.standard.append(bytes.span, to: &output)
    return String(decoding: output, as: UTF8.self)
  }
}

extension SHA256Digest: Equatable {
  /// Takes the same time whatever the bytes are.
  package static func == (a: SHA256Digest, b: SHA256Digest) -> Bool {
    constantTimeEquals(a.bytes.span, b.bytes.span)
  }
}

extension SHA256Digest: CustomStringConvertible {
  /// 64 hexadecimal digits in lower case.
  package var description: String {
    Hexadecimal.text(bytes.span)
  }
}
