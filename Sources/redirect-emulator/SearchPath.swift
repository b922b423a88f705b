import Core
import Glibc
import Options

/// Where a command's program is searched, as in shells: execvp(3).
enum SearchPath {
  /// The files that `name` may mean, in order: itself if it has a slash, else one in each folder of PATH.
  static func files(_ name: Word) -> [Word] {
    let slash = UInt8(ascii: "/")
    if name.bytes.isEmpty || name.bytes.contains(slash) { return [name] }
    let path = getenv("PATH").map { variable in
      UnsafeBufferPointer(start: variable, count: strlen(variable)).map { UInt8(bitPattern: $0) }
    }
    return (path ?? Array("/bin:/usr/bin".utf8))
      .split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
      // An empty item is the current folder.
      .map { folder in
        Word((folder.isEmpty ? [UInt8(ascii: ".")] : Array(folder)) + [slash] + name.bytes)
      }
  }

  /// Whether a shell would run a file that the kernel cannot: one without a NUL in its first line. A program for
  /// another machine has one.
  static func isText(_ file: Word) -> Bool {
    let descriptor = file.bytes.withCString { open($0, O_RDONLY | O_CLOEXEC | O_NONBLOCK) }
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    var start = [UInt8](repeating: 0, count: 128)
    let count = read(descriptor, &start, start.count)
    guard count >= 0 else { return false }
    return !start[..<count].prefix { $0 != UInt8(ascii: "\n") }.contains(0)
  }
}
