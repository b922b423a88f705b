import Core
import Glibc
import Options
import RedirectEmulator

/// The files of certificates: those that are given, and the folder in which the CA is kept.
struct TLSFiles {
  private let values: Values
  private let directory: Path?

  init(_ values: Values) {
    self.values = values
    directory = values[ServeOptions.tlsDir]
  }

  /// Where a kept CA's certificate is.
  static func certificatePath(in directory: Path) -> Path { directory.appending("/ca.pem") }

  /// Where a kept CA's certificate and its key are.
  static func paths(in directory: Path) -> [Path] {
    [certificatePath(in: directory), keyPath(in: directory)]
  }

  private static func keyPath(in directory: Path) -> Path { directory.appending("/ca-key.pem") }

  /// Fills in the given or kept certificates; nothing if an authority is to be made and not kept.
  func complete(_ settings: inout Configuration.TLS) throws(Failure) {
    if let certificate = values[ServeOptions.tlsCert], let key = values[ServeOptions.tlsKey] {
      settings.certificate = (
        try TextFile.readPEM(certificate, values.subject(of: ServeOptions.tlsCert)),
        try TextFile.readPEM(key, values.subject(of: ServeOptions.tlsKey))
      )
    }
    if let directory { settings.authority = try authority(in: directory) }
  }

  /// The authority that is kept in a folder. If there is none, one is made and kept.
  ///
  /// Several processes may do so at once. All of them use the first key and the first certificate that exist. No file
  /// is ever replaced, and each process uses what it reads.
  ///
  /// - Throws: ``Failure/cannotCreate(_:)``; ``Failure/data(_:)`` for a file that cannot be read or used.
  private func authority(in directory: Path) throws(Failure) -> (certificate: String, key: String) {
    let (certificate, key) = (Self.certificatePath(in: directory), Self.keyPath(in: directory))
    let subject = values.subject(of: ServeOptions.tlsDir)
    if FileStatus(following: certificate) == nil {
      if FileStatus(following: key) == nil {
        if directory.withCString({ mkdir($0, 0o700) }) != 0, errno != EEXIST {
          throw .cannotCreate(
            "\(subject): cannot make the folder: \(String(cString: strerror(errno)))")
        }
        // Only the owner may read the key.
        _ = try WrittenFile.new(
          key, Array(try Self.made { try NewAuthority.key() }.utf8), mode: 0o600, subject)
      }
      // The key may be another process's, even of one that has ended before it wrote the certificate.
      let kept = try readKept(key)
      let made: String
      do {
        made = try NewAuthority.certificate(forKey: kept)
      } catch {
        throw .data(["\(subject): \(key.shown): \(error)"])
      }
      _ = try WrittenFile.new(certificate, Array(made.utf8), subject)
    }
    return (try readKept(certificate), try readKept(key))
  }

  private static func made(_ make: () throws -> String) throws(Failure) -> String {
    do {
      return try make()
    } catch {
      throw .system("\(error)")
    }
  }

  private func readKept(_ path: Path) throws(Failure) -> String {
    try TextFile.readPEM(path, "\(values.subject(of: ServeOptions.tlsDir)): \(path.shown)")
  }
}
