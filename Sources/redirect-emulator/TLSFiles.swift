import Core
import Glibc
import Options
import RedirectEmulator

/// The files of certificates: those that are given, and the folder in which the CA is kept.
struct TLSFiles {
  private let directory: Path?
  private let certificate: Path?
  private let key: Path?

  init(_ values: Values) {
    directory = values[ServeOptions.tlsDir]
    certificate = values[ServeOptions.tlsCert]
    key = values[ServeOptions.tlsKey]
  }

  /// Where a kept CA's certificate is.
  static func certificatePath(in directory: Path) -> Path { directory.appending("/ca.pem") }

  private static func keyPath(in directory: Path) -> Path { directory.appending("/ca-key.pem") }

  /// Fills in what is given or kept; nothing where an authority is to be made.
  func complete(_ settings: inout Configuration.TLS) throws(Failure) {
    if let certificate, let key {
      settings.certificate = (
        try TextFile.read(certificate, option: "tls-cert"),
        try TextFile.read(key, option: "tls-key")
      )
    }
    if let directory {
      let paths = (Self.certificatePath(in: directory), Self.keyPath(in: directory))
      if Self.exists(paths.0) || Self.exists(paths.1) {
        settings.authority = (
          try TextFile.read(paths.0, option: "tls-dir"),
          try TextFile.read(paths.1, option: "tls-dir")
        )
      }
    }
  }

  /// Keeps the authority that was made, for the next start. The key is its owner's alone.
  func keep(_ emulator: Emulator) throws(Failure) {
    guard let directory, let key = emulator.caKey else { return }
    let paths = (Self.certificatePath(in: directory), Self.keyPath(in: directory))
    if Self.exists(paths.0) { return }
    if directory.withCString({ mkdir($0, 0o700) }) != 0, errno != EEXIST {
      throw .system("cannot make the folder \(directory): \(String(cString: strerror(errno)))")
    }
    try TextFile.replace(paths.1, with: key, mode: 0o600)
    try TextFile.replace(paths.0, with: emulator.caCertificate)
  }

  private static func exists(_ path: Path) -> Bool {
    path.withCString { access($0, F_OK) } == 0
  }
}
