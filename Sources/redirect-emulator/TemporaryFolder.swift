import Core
import Glibc
import Synchronization

/// A folder for the time of the run, made with the first file that is written into it. If no folder can be made, or
/// nothing can be written, the files are in memory.
final class TemporaryFolder: Sendable {
  private struct State {
    var path: Path?
    var files: [Path] = []
    var memory: [MemoryFile] = []
  }

  private let state = Guarded(State())

  /// Writes a file.
  ///
  /// - Returns: its path, which is absolute.
  /// - Throws: ``Failure/cannotCreate(_:)`` if it can be neither in a folder nor in memory.
  func write(_ name: String, _ text: String) throws(Failure) -> Path {
    try write(name, Array(text.utf8))
  }

  /// The same for a file that is not text.
  func write(_ name: String, _ text: [UInt8]) throws(Failure) -> Path {
    try state.withLock { state throws(Failure) in
      if state.path == nil { state.path = Self.make() }
      if let file = state.path?.appending("/" + name) {
        do throws(Failure) {
          _ = try WrittenFile(file, text, file.shown)
          Leftovers.add(file)
          state.files.append(file)
          return file
        } catch {
          // For example because the disk is full.
        }
      }
      let file = try MemoryFile(name, text)
      state.memory.append(file)
      return file.path
    }
  }

  /// Whether a file could not be written anywhere, and is in memory.
  var hasMemory: Bool { state.withLock { !$0.memory.isEmpty } }

  /// Removes the folder and its files.
  func remove() {
    let ended = state.withLock { state in
      defer { state = State() }
      return state
    }
    for file in ended.files {
      TextFile.remove(file)
      Leftovers.takeBack(file)
    }
    if let path = ended.path {
      _ = path.withCString { rmdir($0) }
      Leftovers.takeBack(path)
    }
  }

  /// A folder in $TMPDIR, else in /tmp; nil if it can be made in neither.
  private static func make() -> Path? {
    for base in [Path(environment: "TMPDIR"), Path("/tmp")] {
      guard let base else { continue }
      // A program that gets the path of a file may have another working folder.
      var template =
        base.absolute.appending("/redirect-emulator-XXXXXX").bytes.map { CChar(bitPattern: $0) } + [
          0
        ]
      guard mkdtemp(&template) != nil else { continue }
      let made = Path(template.dropLast().map { UInt8(bitPattern: $0) })
      Leftovers.add(made)
      return made
    }
    return nil
  }
}

extension Path {
  /// The absolute path, with which another program can open it from any folder. It is unchanged if this process's own
  /// folder was removed.
  var absolute: Path {
    guard bytes.first != UInt8(ascii: "/"), let folder = getcwd(nil, 0) else { return self }
    defer { free(folder) }
    let base = UnsafeBufferPointer(start: folder, count: strlen(folder)).map {
      UInt8(bitPattern: $0)
    }
    var rest = bytes[...]
    while rest.starts(with: "./".utf8) { rest = rest.dropFirst(2) }
    return Path((base == Array("/".utf8) ? [] : base) + "/".utf8 + rest)
  }
}
