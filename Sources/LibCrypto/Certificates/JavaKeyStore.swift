import COpenSSL
import Core

extension TrustedCertificates {
  /// The usual password of Java's key stores, for tools that ask for one. Java itself needs none to read certificates.
  package static let javaPassword = "changeit"

  /// The certificates as a Java key store in its oldest format, JKS. Every Java since 1.2 reads it, also if another
  /// type is configured (`keystore.type.compat`). No password is needed, because the certificates are not encrypted.
  ///
  /// Its layout is that of `sun.security.provider.JavaKeyStore`: numbers with the most significant byte first; texts in
  /// UTF-8 after their length.
  ///
  /// - Parameter time: the date that each entry gets.
  package func javaKeyStore(madeAt time: Instant) -> [UInt8] {
    var store: [UInt8] = []
    store.reserveCapacity(encoded.reduce(64) { $0 + $1.count + 64 })
    store.append(bigEndian: 0xFEED_FEED as UInt32)
    // The version.
    store.append(bigEndian: 2 as UInt32)
    store.append(bigEndian: UInt32(clamping: encoded.count))
    let milliseconds = UInt64(clamping: time.nanoseconds / 1_000_000)
    for (index, der) in encoded.enumerated() {
      // An entry with a trusted certificate; the other kind of entry has a private key.
      store.append(bigEndian: 2 as UInt32)
      store.append(text: "ca-\(index + 1)")
      store.append(bigEndian: milliseconds)
      store.append(text: "X.509")
      store.append(bigEndian: UInt32(clamping: der.count))
      store.append(contentsOf: der)
    }
    store.append(contentsOf: Self.digest(store))
    return store
  }

  /// The digest that Java compares if it has a password.
  private static func digest(_ store: [UInt8]) -> [UInt8] {
    var text: [UInt8] = []
    for unit in javaPassword.utf16 { text.append(bigEndian: unit) }
    text.append("Mighty Aphrodite")
    text.append(contentsOf: store)
    var digest = [UInt8](repeating: 0, count: Int(SHA_DIGEST_LENGTH))
    // Not for security: the format requires it.
    SHA1(text, text.count, &digest)
    return digest
  }
}

extension [UInt8] {
  fileprivate mutating func append<Number: FixedWidthInteger>(bigEndian number: Number) {
    for shift in stride(from: Number.bitWidth - 8, through: 0, by: -8) {
      append(UInt8(truncatingIfNeeded: number >> Number(shift)))
    }
  }

  /// - Parameter text: fewer than 65,536 bytes.
  fileprivate mutating func append(text: String) {
    append(bigEndian: UInt16(clamping: text.utf8.count))
    append(contentsOf: text.utf8)
  }
}
