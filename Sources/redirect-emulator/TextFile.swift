import Core
import Glibc

/// Whole files, read and written.
enum TextFile {
  /// Bytes beyond which a file that should hold keys, certificates or rules is refused.
  private static let limit = 16 << 20

  /// - Parameter option: the option that named the file, for the message; nil where an argument did.
  /// - Throws: ``Failure/data(_:)``.
  static func read(_ path: Path, option: String?) throws(Failure) -> String {
    let descriptor = path.withCString { open($0, O_RDONLY | O_CLOEXEC) }
    guard descriptor >= 0 else { throw refused(path, option, String(cString: strerror(errno))) }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = Glibc.read(descriptor, &buffer, buffer.count)
      if count == 0 { break }
      if count < 0 {
        if errno == EINTR { continue }
        throw refused(path, option, String(cString: strerror(errno)))
      }
      bytes.append(contentsOf: buffer[..<count])
      if bytes.count > limit { throw refused(path, option, "it has more than \(limit) bytes") }
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw refused(path, option, "it is not UTF-8")
    }
    return text
  }

  private static func refused(_ path: Path, _ option: String?, _ reason: String) -> Failure {
    .data("\(option.map { "--\($0) " } ?? "")\(path): \(reason)")
  }

  /// Whether there is a pipe at `path`: opening it would wait for a writer.
  static func isPipe(_ path: Path) -> Bool {
    var status = stat()
    return path.withCString { stat($0, &status) } == 0 && status.st_mode & S_IFMT == S_IFIFO
  }

  /// Writes a temporary file beside `path` and renames it, so that a reader finds all of it or nothing.
  ///
  /// - Parameter mode: the permissions that the file gets.
  static func replace(_ path: Path, with text: String, mode: mode_t = 0o644) throws(Failure) {
    let temporary = path.appending(".\(getpid()).tmp")
    let descriptor = temporary.withCString {
      open($0, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode)
    }
    guard descriptor >= 0 else {
      throw .system("cannot write \(temporary): \(String(cString: strerror(errno)))")
    }
    Leftovers.add(temporary)
    defer { Leftovers.takeBack(temporary) }
    StandardError.write(text, to: descriptor)
    let written = lseek(descriptor, 0, SEEK_END)
    close(descriptor)
    guard written == text.utf8.count,
      temporary.withCString({ from in path.withCString { rename(from, $0) } }) == 0
    else {
      let reason = String(cString: strerror(errno))
      remove(temporary)
      throw .system("cannot write \(path): \(reason)")
    }
  }

  /// Removes a file; one that does not exist is as good as removed.
  static func remove(_ path: Path) {
    _ = path.withCString { unlink($0) }
  }
}
