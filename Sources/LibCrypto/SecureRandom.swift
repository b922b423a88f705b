import COpenSSL

/// Unpredictable bytes from libcrypto's generator, which the kernel seeds.
package enum SecureRandom {
  /// Overwrites all of `bytes`.
  package static func fill(_ bytes: inout [UInt8]) {
    bytes.withUnsafeMutableBufferPointer { buffer in
      var filled = 0
      while filled < buffer.count {
        let count = min(buffer.count - filled, 1 << 20)
        guard RAND_bytes(buffer.baseAddress?.advanced(by: filled), Int32(count)) == 1 else {
          // Without a source of entropy nothing that needs these bytes can continue. A peer cannot cause this.
          fatalError("\(CryptoError.last("get random bytes"))")
        }
        filled += count
      }
    }
  }

  package static func bytes(count: Int) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    fill(&bytes)
    return bytes
  }

  /// A new random UUID's text. If you need many, keep a `UUIDGenerator`.
  package static func uuid() -> String {
    var generator = UUIDGenerator(blockSize: 16)
    var text: [UInt8] = []
    generator.append(to: &text)
    return String(decoding: text, as: UTF8.self)
  }
}
