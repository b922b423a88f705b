import Core
import Options
import RedirectEmulator

/// The files that are written for the time of an emulator's run, and removed at its end.
struct SessionFiles: Sendable {
  private let values: Values
  private let folder = TemporaryFolder()
  private var written: [WrittenFile] = []
  private var trust: Trust?

  /// The paths of the files that make clients trust the emulator.
  struct Trust: Sendable {
    /// The system's authorities, those that the user's environment names, and the emulator's, in PEM.
    let bundle: Path
    /// The same as a trust store for Java.
    let trustStore: Path
  }

  init(_ values: Values) {
    self.values = values
  }

  /// Removes the files that an earlier run left in the places that this one writes, so that nobody uses them while this
  /// one starts. Refuses files that may not be written, before anything else is done.
  ///
  /// - Throws: ``Failure/cannotCreate(_:)``; ``Failure/usage(_:)`` if such a file is also an input.
  func clear() throws(Failure) {
    guard let ready = values[ServeOptions.readyFile] else { return }
    let subject = values.subject(of: ServeOptions.readyFile)
    let beside = (writesAuthority ? ["ca.pem"] : []) + ["ca-bundle.pem", "truststore.jks"]
    let paths = [ready] + beside.map { Self.path(of: $0, beside: ready) }
    for path in paths {
      _ = try WritableFile.place(of: path, .replaced, subject)
      let status = FileStatus(following: path)
      for (option, other) in otherFiles
      where path == other || FileStatus(following: other)?.isSameFile(as: status) == true {
        throw .usage([
          "\(subject): \(path.shown) is the file of --\(option), too, and would be lost"
        ])
      }
    }
    for path in paths { try WritableFile.clear(path, subject) }
  }

  /// The files that other options name.
  private var otherFiles: [(option: String, path: Path)] {
    var files = values[ServeOptions.scenario].map { ("scenario", $0) }
    for (option, path) in [
      ("token-keys", values[ServeOptions.tokenKeys]), ("tls-cert", values[ServeOptions.tlsCert]),
      ("tls-key", values[ServeOptions.tlsKey]), ("log-file", values[ServeOptions.logFile]),
      ("journal", values[ServeOptions.journal]),
    ] {
      if let path { files.append((option, path)) }
    }
    files += values[ServeOptions.report].map { ("report", $0) }
    if let folder = values[ServeOptions.tlsDir] {
      files += TLSFiles.paths(in: folder).map { ("tls-dir", $0) }
    }
    return files
  }

  /// Whether no other file that is kept has the CA's certificate.
  private var writesAuthority: Bool {
    values[ServeOptions.tlsDir] == nil && values[ServeOptions.tlsCert] == nil
  }

  private static func path(of name: String, beside ready: Path) -> Path {
    ready.appending("." + name)
  }

  /// Writes the CA's certificate to the place that the options name.
  ///
  /// - Returns: its absolute path: another program opens it, perhaps from another folder.
  /// - Throws: ``Failure/cannotCreate(_:)``.
  mutating func writeAuthority(_ emulator: Emulator) throws(Failure) -> Path {
    if let kept = values[ServeOptions.tlsDir] {
      return TLSFiles.certificatePath(in: kept).absolute
    }
    if let given = values[ServeOptions.tlsCert] { return given.absolute }
    if let ready = values[ServeOptions.readyFile] {
      let path = Self.path(of: "ca.pem", beside: ready).absolute
      try write(path, emulator.caCertificate)
      return path
    }
    return try folder.write("ca.pem", emulator.caCertificate)
  }

  /// Whether the CA's certificate could not be written anywhere, and is in memory.
  var isInMemory: Bool { folder.hasMemory }

  /// Writes the ready file, if one is wanted, and sends the parent the same document.
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
    // The text has the access key and a token.
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
      // A folder that can only be read still has the CA.
      if (try? WrittenFile(path, text, values.subject(of: ServeOptions.tlsDir))) != nil {
        return path
      }
    }
    guard let ready = values[ServeOptions.readyFile] else { return try folder.write(name, text) }
    let path = Self.path(of: name, beside: ready).absolute
    try write(path, text)
    return path
  }

  /// Removes all these files.
  mutating func remove() {
    for file in written {
      file.remove()
      Leftovers.takeBack(file)
    }
    written = []
    folder.remove()
  }

  private mutating func write(_ path: Path, _ text: String, mode: UInt32 = 0o644) throws(Failure) {
    try write(path, Array(text.utf8), mode: mode)
  }

  private mutating func write(_ path: Path, _ bytes: [UInt8], mode: UInt32 = 0o644) throws(Failure)
  {
    written.append(
      try WrittenFile(
        path, bytes, mode: mode, isForRun: true, values.subject(of: ServeOptions.readyFile)))
  }
}
