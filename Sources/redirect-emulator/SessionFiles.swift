import Core
import Options
import RedirectEmulator

/// The files that are written for the time of an emulator's run, and removed at its end.
struct SessionFiles: Sendable {
  private let values: Values
  private let folder = TemporaryFolder()
  private var written: [Path] = []

  init(_ values: Values) {
    self.values = values
  }

  /// Writes the CA's certificate where the options say.
  ///
  /// - Returns: its path from the root: another program opens it, maybe in another folder.
  /// - Throws: ``Failure/cannotCreate(_:)``.
  mutating func writeAuthority(_ emulator: Emulator) throws(Failure) -> Path {
    try TLSFiles(values).keep(emulator)
    if let kept = values[ServeOptions.tlsDir] {
      return TLSFiles.certificatePath(in: kept).absolute
    }
    if let given = values[ServeOptions.tlsCert] { return given.absolute }
    if let ready = values[ServeOptions.readyFile] {
      let path = ready.appending(".ca.pem").absolute
      try write(path, emulator.caCertificate)
      return path
    }
    return try folder.write("ca.pem", emulator.caCertificate)
  }

  /// Writes the ready file, if there is to be one.
  ///
  /// - Throws: ``Failure/cannotCreate(_:)``.
  mutating func writeReadyFile(_ emulator: Emulator, caFile: Path) throws(Failure) {
    guard let path = values[ServeOptions.readyFile] else { return }
    let text: String
    do {
      text = try emulator.readyDocument(caFile: caFile.description)
    } catch {
      throw .system("token: \(error)")
    }
    // It has the access key and a token.
    try write(path, text, mode: 0o600)
  }

  /// Writes the file with the system's authorities and the emulator's.
  ///
  /// - Throws: ``Failure/cannotCreate(_:)``.
  mutating func writeBundle(_ emulator: Emulator) throws(Failure) -> Path {
    try folder.write("ca-bundle.pem", emulator.caBundle)
  }

  /// Removes all of them.
  mutating func remove() {
    for path in written {
      TextFile.remove(path)
      Leftovers.takeBack(path)
    }
    written = []
    folder.remove()
  }

  private mutating func write(_ path: Path, _ text: String, mode: UInt32 = 0o644) throws(Failure) {
    try TextFile.replace(
      path, with: text, mode: mode, values.subject(of: ServeOptions.readyFile))
    Leftovers.add(path)
    written.append(path)
  }
}
