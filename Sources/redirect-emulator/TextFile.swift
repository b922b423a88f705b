import Core
import Glibc

/// Whole files, read and written.
enum TextFile {
  /// Bytes beyond which a file that should hold keys, certificates or rules is refused.
  private static let limit = 16 << 20

  /// - Parameter subject: how the message names the file: with the option or the variable that named it.
  /// - Throws: ``Failure/data(_:)``.
  static func read(_ path: Path, _ subject: String) throws(Failure) -> String {
    guard let text = String(validating: try bytes(path, subject), as: UTF8.self) else {
      throw .data(["\(subject): it is not UTF-8"])
    }
    return text
  }

  /// A file that need not be a text.
  ///
  /// - Throws: ``Failure/data(_:)``.
  static func bytes(_ path: Path, _ subject: String) throws(Failure) -> [UInt8] {
    func refused(_ reason: String) -> Failure { .data(["\(subject): \(reason)"]) }
    let descriptor = path.withCString { open($0, O_RDONLY | O_CLOEXEC) }
    guard descriptor >= 0 else { throw refused(String(cString: strerror(errno))) }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = Glibc.read(descriptor, &buffer, buffer.count)
      if count == 0 { break }
      if count < 0 {
        if errno == EINTR { continue }
        throw refused(String(cString: strerror(errno)))
      }
      bytes.append(contentsOf: buffer[..<count])
      if bytes.count > limit { throw refused("it has more than \(limit) bytes") }
    }
    return bytes
  }

  /// Whether there is a pipe at `path`: opening it would wait for a writer.
  static func isPipe(_ path: Path) -> Bool {
    var status = stat()
    return path.withCString { stat($0, &status) } == 0 && status.st_mode & S_IFMT == S_IFIFO
  }

  /// Writes a temporary file beside `path` and renames it, so that a reader finds all of it or nothing.
  ///
  /// - Parameters:
  ///   - mode: the permissions that the file gets.
  ///   - subject: how the message names what asked for the file: an option or a variable, with its value.
  /// - Throws: ``Failure/cannotCreate(_:)``.
  static func replace(
    _ path: Path, with text: String, mode: mode_t = 0o644, _ subject: String
  ) throws(Failure) {
    try replace(path, with: Array(text.utf8), mode: mode, subject)
  }

  /// The same for a file that is no text.
  static func replace(
    _ path: Path, with text: [UInt8], mode: mode_t = 0o644, _ subject: String
  ) throws(Failure) {
    let temporary = path.appending(".\(getpid()).tmp")
    func refused(_ number: Int32) -> Failure {
      .cannotCreate("\(subject): cannot write \(path.shown): \(String(cString: strerror(number)))")
    }
    let descriptor = temporary.withCString {
      open($0, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode)
    }
    guard descriptor >= 0 else { throw refused(errno) }
    Leftovers.add(temporary)
    defer { Leftovers.takeBack(temporary) }
    let failed = StandardStreams.write(text, to: descriptor)
    close(descriptor)
    if let failed {
      remove(temporary)
      throw refused(failed)
    }
    guard temporary.withCString({ from in path.withCString { rename(from, $0) } }) == 0 else {
      let number = errno
      remove(temporary)
      throw refused(number)
    }
  }

  /// Removes a file; one that does not exist is as good as removed.
  static func remove(_ path: Path) {
    _ = path.withCString { unlink($0) }
  }
}
