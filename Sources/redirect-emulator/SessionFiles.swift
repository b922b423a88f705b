import Core
import Options
import RedirectEmulator

/// The files that are written for the time of an emulator's run, and removed at its end.
struct SessionFiles: Sendable {
  private let values: Values
  private let folder = TemporaryFolder()
  private var written: [Path] = []
  private var trust: Trust?

  /// Where the files are that make clients trust the emulator.
  struct Trust: Sendable {
    /// The system's authorities, those that the user's environment names, and the emulator's, in PEM.
    let bundle: Path
    /// The same as a trust store for Java.
    let trustStore: Path
  }

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

  /// Whether the CA's certificate could be written nowhere, and is in memory.
  var isInMemory: Bool { folder.hasMemory }

  /// Writes the ready file, if there is to be one, and tells the parent the same.
  ///
  /// - Throws: ``Failure/cannotCreate(_:)``, ``Failure/output(_:)``.
  mutating func writeReadyFile(
    _ emulator: Emulator, caFile: Path, _ parent: ParentLink
  ) throws(Failure) {
    let path = values[ServeOptions.readyFile]
    guard path != nil || parent.wantsDocument else { return }
    let trust = try writeTrust(emulator)
    let text: String
    do {
      text = try emulator.readyDocument(
        caFile: caFile.description, caBundleFile: trust.bundle.description,
        trustStoreFile: trust.trustStore.description)
    } catch {
      throw .system("token: \(error)")
    }
    // It has the access key and a token.
    if let path { try write(path, text, mode: 0o600) }
    try parent.tell(text)
  }

  /// Writes the files that make clients trust the emulator, once.
  ///
  /// - Throws: ``Failure/cannotCreate(_:)``.
  mutating func writeTrust(_ emulator: Emulator) throws(Failure) -> Trust {
    if let trust { return trust }
    let files = emulator.trustFiles(with: FoundEnvironment(ProcessWords.environment).trusted)
    let made = Trust(
      bundle: try write("ca-bundle.pem", files.bundle),
      trustStore: try write("truststore.jks", files.trustStore))
    trust = made
    return made
  }

  /// Writes a file beside the ready file, else into the temporary folder.
  private mutating func write(_ name: String, _ text: [UInt8]) throws(Failure) -> Path {
    if let kept = values[ServeOptions.tlsDir] {
      let path = kept.appending("/" + name).absolute
      // A folder that can be read only still has the CA.
      if (try? TextFile.replace(path, with: text, values.subject(of: ServeOptions.tlsDir))) != nil {
        return path
      }
    }
    guard let ready = values[ServeOptions.readyFile] else { return try folder.write(name, text) }
    let path = ready.appending("." + name).absolute
    try write(path, text)
    return path
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
    try write(path, Array(text.utf8), mode: mode)
  }

  private mutating func write(_ path: Path, _ text: [UInt8], mode: UInt32 = 0o644) throws(Failure) {
    try TextFile.replace(
      path, with: text, mode: mode, values.subject(of: ServeOptions.readyFile))
    Leftovers.add(path)
    written.append(path)
  }
}
