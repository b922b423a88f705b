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

  /// Fills in what is given or kept; nothing where an authority is to be made.
  func complete(_ settings: inout Configuration.TLS) throws(Failure) {
    if let certificate = values[ServeOptions.tlsCert], let key = values[ServeOptions.tlsKey] {
      settings.certificate = (
        try TextFile.read(certificate, values.subject(of: ServeOptions.tlsCert)),
        try TextFile.read(key, values.subject(of: ServeOptions.tlsKey))
      )
    }
    if let directory {
      let paths = Self.paths(in: directory)
      if paths.contains(where: Self.exists) {
        settings.authority = (try readKept(paths[0]), try readKept(paths[1]))
      }
    }
  }

  private func readKept(_ path: Path) throws(Failure) -> String {
    try TextFile.read(path, "\(values.subject(of: ServeOptions.tlsDir)): \(path.shown)")
  }

  /// Keeps the authority that was made, for the next start. The key is its owner's alone.
  ///
  /// - Throws: ``Failure/cannotCreate(_:)``.
  func keep(_ emulator: Emulator) throws(Failure) {
    guard let directory, let key = emulator.caKey else { return }
    let paths = (Self.certificatePath(in: directory), Self.keyPath(in: directory))
    if Self.exists(paths.0) { return }
    let subject = values.subject(of: ServeOptions.tlsDir)
    if directory.withCString({ mkdir($0, 0o700) }) != 0, errno != EEXIST {
      throw .cannotCreate("\(subject): cannot make the folder: \(String(cString: strerror(errno)))")
    }
    _ = try WrittenFile(paths.1, Array(key.utf8), mode: 0o600, subject)
    _ = try WrittenFile(paths.0, Array(emulator.caCertificate.utf8), subject)
  }

  private static func exists(_ path: Path) -> Bool {
    path.withCString { access($0, F_OK) } == 0
  }
}
