import Core
import Glibc

/// A folder for the time of the run, with the files that were written into it.
final class TemporaryFolder {
  let path: Path
  private var files: [Path] = []

  init() throws(Failure) {
    var base = Path(
      getenv("TMPDIR").map { Array(UnsafeBufferPointer(start: $0, count: strlen($0))) }?.map {
        UInt8(bitPattern: $0)
      } ?? [])
    if base.bytes.isEmpty { base = Path("/tmp") }
    var template =
      base.appending("/redirect-emulator-XXXXXX").bytes.map { CChar(bitPattern: $0) } + [0]
    guard mkdtemp(&template) != nil else {
      throw .system("cannot make a folder in \(base): \(String(cString: strerror(errno)))")
    }
    path = Path(template.dropLast().map { UInt8(bitPattern: $0) })
  }

  /// Writes a file.
  ///
  /// - Returns: its path.
  func write(_ name: String, _ text: String) throws(Failure) -> Path {
    let file = path.appending("/" + name)
    try TextFile.replace(file, with: text)
    files.append(file)
    return file
  }

  /// Removes the folder and what was written into it.
  func remove() {
    for file in files { TextFile.remove(file) }
    _ = path.withCString { rmdir($0) }
  }
}
