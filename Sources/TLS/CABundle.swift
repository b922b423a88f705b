import Glibc

/// The authorities that a client is to trust, in one file: the system's and the emulator's. Clients that read
/// `SSL_CERT_FILE` and the like trust nothing but that file, and may have to reach other hosts too.
package enum CABundle {
  /// Where systems keep their authorities: Debian, Fedora, Alpine and others.
  package static let systemFiles = [
    "/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/cert.pem",
  ]
  /// The most bytes that are read of a system's file; Debian's has some 200,000.
  package static let sizeLimit = 8 << 20

  /// The system's authorities: the first of `files` that can be read; empty if there is none.
  package static func ofSystem(files: [String] = systemFiles) -> [UInt8] {
    files.lazy.compactMap(contents).first ?? []
  }

  /// The system's authorities, then `pem`.
  package static func bytes(with pem: String, files: [String] = systemFiles) -> [UInt8] {
    var bundle = ofSystem(files: files)
    if let last = bundle.last, last != UInt8(ascii: "\n") { bundle.append(UInt8(ascii: "\n")) }
    bundle.append(contentsOf: pem.utf8)
    return bundle
  }

  private static func contents(_ path: String) -> [UInt8]? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = read(descriptor, &chunk, chunk.count)
      if count < 0, errno == EINTR { continue }
      guard count >= 0, bytes.count <= sizeLimit else { return nil }
      guard count > 0 else { return bytes.isEmpty ? nil : bytes }
      bytes.append(contentsOf: chunk[..<count])
    }
  }
}
