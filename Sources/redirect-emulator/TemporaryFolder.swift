import Core
import Glibc

/// A folder for the time of the run, with the files that were written into it.
final class TemporaryFolder {
  let path: Path
  private let subject: String
  private var files: [Path] = []

  /// - Throws: ``Failure/cannotCreate(_:)``.
  init() throws(Failure) {
    let given = Path(
      getenv("TMPDIR").map { start in
        UnsafeBufferPointer(start: start, count: strlen(start)).map { UInt8(bitPattern: $0) }
      } ?? [])
    let base = given.bytes.isEmpty ? Path("/tmp") : given.absolute
    subject = given.bytes.isEmpty ? base.shown : "TMPDIR=\(given.shown)"
    var template =
      base.appending("/redirect-emulator-XXXXXX").bytes.map { CChar(bitPattern: $0) } + [0]
    guard mkdtemp(&template) != nil else {
      throw .cannotCreate(
        "\(subject): cannot make a folder in it: \(String(cString: strerror(errno)))")
    }
    path = Path(template.dropLast().map { UInt8(bitPattern: $0) })
  }

  /// Writes a file.
  ///
  /// - Returns: its path.
  /// - Throws: ``Failure/cannotCreate(_:)``.
  func write(_ name: String, _ text: String) throws(Failure) -> Path {
    let file = path.appending("/" + name)
    try TextFile.replace(file, with: text, subject)
    files.append(file)
    return file
  }

  /// Removes the folder and what was written into it.
  func remove() {
    for file in files { TextFile.remove(file) }
    _ = path.withCString { rmdir($0) }
  }
}

extension Path {
  /// The path from the root: what another program can open, wherever it runs. As it is where this process's own folder
  /// was removed.
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
