import Glibc

/// A folder for the time of the run, with the files that were written into it.
final class TemporaryFolder {
  let path: String
  private var files: [String] = []

  init() throws(Failure) {
    var base = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
    if base.isEmpty { base = "/tmp" }
    var template = Array((base + "/redirect-emulator-XXXXXX").utf8CString)
    guard mkdtemp(&template) != nil else {
      throw .system("cannot make a folder in \(base): \(String(cString: strerror(errno)))")
    }
    path = template.withUnsafeBufferPointer { buffer in
      buffer.baseAddress.map { String(cString: $0) } ?? base
    }
  }

  /// Writes a file.
  ///
  /// - Returns: its path.
  func write(_ name: String, _ text: String) throws(Failure) -> String {
    let file = path + "/" + name
    try TextFile.replace(file, with: text)
    files.append(file)
    return file
  }

  /// Removes the folder and what was written into it.
  func remove() {
    for file in files { unlink(file) }
    rmdir(path)
  }
}
