import Glibc
import RedirectEmulator

/// The files of certificates: those that are given, and the folder in which the CA is kept.
struct TLSFiles {
  private let directory: String?
  private let certificate: String?
  private let key: String?

  init(_ options: ServeOptions) {
    directory = options.tlsDir
    certificate = options.tlsCert
    key = options.tlsKey
  }

  /// Where a kept CA's certificate is.
  static func certificatePath(in directory: String) -> String { directory + "/ca.pem" }

  private static func keyPath(in directory: String) -> String { directory + "/ca-key.pem" }

  /// What is given or kept; nothing of it where an authority is to be made.
  func settings() throws(Failure) -> Configuration.TLS {
    var settings = Configuration.TLS()
    switch (certificate, key) {
    case (nil, nil): break
    case (let certificate?, let key?):
      if directory != nil { throw .usage("--tls-dir and --tls-cert do not go together") }
      settings.certificate = (
        try TextFile.read(certificate, option: "tls-cert"),
        try TextFile.read(key, option: "tls-key")
      )
    default: throw .usage("--tls-cert and --tls-key go together; one of them is missing")
    }
    if let directory {
      let paths = (Self.certificatePath(in: directory), Self.keyPath(in: directory))
      if access(paths.0, F_OK) == 0 || access(paths.1, F_OK) == 0 {
        settings.authority = (
          try TextFile.read(paths.0, option: "tls-dir"),
          try TextFile.read(paths.1, option: "tls-dir")
        )
      }
    }
    return settings
  }

  /// Keeps the authority that was made, for the next start. The key is its owner's alone.
  func keep(_ emulator: RedirectEmulator) throws(Failure) {
    guard let directory, let key = emulator.caKey else { return }
    let paths = (Self.certificatePath(in: directory), Self.keyPath(in: directory))
    if access(paths.0, F_OK) == 0 { return }
    if mkdir(directory, 0o700) != 0, errno != EEXIST {
      throw .system("cannot make the folder \(directory): \(String(cString: strerror(errno)))")
    }
    try TextFile.replace(paths.1, with: key, mode: 0o600)
    try TextFile.replace(paths.0, with: emulator.caCertificate)
  }
}
