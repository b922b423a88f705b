import COpenSSL

/// One block of a PEM file. RFC 7468 §2.
package struct PEMBlock: Sendable, Equatable {
  /// What is between `BEGIN` and the dashes, e.g. `PUBLIC KEY`.
  package var label: String
  /// The decoded content.
  package var der: [UInt8]

  /// Bytes of PEM text that are read at most.
  package static let textLimit = 1 << 20

  /// All blocks of a text in their order. What is between blocks is skipped.
  /// - Throws: when a block is damaged or encrypted, or when there is none.
  package static func parse(_ text: String) throws(CryptoError) -> [PEMBlock] {
    guard text.utf8.count <= textLimit else {
      throw .invalidKey("a PEM text of more than \(textLimit) bytes")
    }
    var text = text
    let result: Result<[PEMBlock], CryptoError> = text.withUTF8 { bytes in
      do throws(CryptoError) {
        // A byte order mark, which some editors write first, is text outside of the blocks.
        let mark = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        return .success(try parse(UnsafeBufferPointer(rebasing: bytes.dropFirst(mark))))
      } catch {
        return .failure(error)
      }
    }
    return try result.get()
  }

  /// The one block of a text.
  /// - Throws: also if there are several.
  static func single(of text: String) throws(CryptoError) -> PEMBlock {
    let blocks = try parse(text)
    guard blocks.count == 1, let block = blocks.first else {
      throw .invalidKey("\(blocks.count) PEM blocks, expected one")
    }
    return block
  }

  private static func parse(_ bytes: UnsafeBufferPointer<UInt8>) throws(CryptoError) -> [PEMBlock] {
    guard let bio = BIO_new_mem_buf(bytes.baseAddress, Int32(bytes.count)) else {
      throw .last("read a PEM text")
    }
    defer { BIO_free(bio) }
    var blocks: [PEMBlock] = []
    while true {
      var name: UnsafeMutablePointer<CChar>?
      var header: UnsafeMutablePointer<CChar>?
      var data: UnsafeMutablePointer<UInt8>?
      var count = 0
      guard PEM_read_bio(bio, &name, &header, &data, &count) == 1, let name, let header, let data
      else { break }
      defer {
        CRYPTO_free(name, nil, 0)
        CRYPTO_free(header, nil, 0)
        CRYPTO_free(data, nil, 0)
      }
      let label = String(cString: name)
      guard header.pointee == 0 else {
        throw .invalidKey(
          "block \(blocks.count + 1) (\(label)) is encrypted, which is not supported")
      }
      blocks.append(
        PEMBlock(label: label, der: Array(UnsafeBufferPointer(start: data, count: count))))
    }
    // The end of the text shows as "no start line".
    let code = ERR_peek_last_error()
    guard redirect_pem_is_end(code) == 1 else {
      throw .last("read block \(blocks.count + 1) of the PEM text")
    }
    ERR_clear_error()
    guard !blocks.isEmpty else { throw .invalidKey("no PEM block: expected -----BEGIN …-----") }
    return blocks
  }
}
