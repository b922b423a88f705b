import Core
import Glibc

/// Whole files, read and removed. ``WrittenFile`` writes them.
enum TextFile {
  /// A file of keys, certificates or rules with more bytes than this is refused.
  private static let limit = 16 << 20

  /// - Parameter subject: the option or variable that named the file, for messages.
  /// - Throws: ``Failure/data(_:)``.
  static func read(_ path: Path, _ subject: String) throws(Failure) -> String {
    guard let text = String(validating: try bytes(path, subject), as: UTF8.self) else {
      throw .data(["\(subject): it is not UTF-8"])
    }
    return text
  }

  /// Reads a file that may be PEM. Outside of its blocks there may be any text, in any encoding: RFC 7468 §2.
  ///
  /// - Parameter subject: as in ``read(_:_:)``.
  /// - Throws: ``Failure/data(_:)``.
  static func readPEM(_ path: Path, _ subject: String) throws(Failure) -> String {
    let bytes = try bytes(path, subject)
    if let text = String(validating: bytes, as: UTF8.self) { return text }
    let repaired = String(decoding: bytes, as: UTF8.self)
    guard repaired.contains("-----BEGIN ") else {
      throw .data(["\(subject): it is not UTF-8"])
    }
    return repaired
  }

  /// Reads standard input to its end.
  ///
  /// - Parameter subject: as in ``read(_:_:)``.
  /// - Throws: ``Failure/data(_:)``.
  static func readStandardInput(_ subject: String) throws(Failure) -> String {
    guard
      let text = String(
        validating: try bytes(of: STDIN_FILENO, "\(subject): standard input"), as: UTF8.self)
    else { throw .data(["\(subject): standard input is not UTF-8"]) }
    return text
  }

  /// Reads a file that need not be text.
  ///
  /// - Throws: ``Failure/data(_:)``.
  static func bytes(_ path: Path, _ subject: String) throws(Failure) -> [UInt8] {
    let descriptor = path.withCString { open($0, O_RDONLY | O_CLOEXEC) }
    guard descriptor >= 0 else {
      throw .data(["\(subject): \(String(cString: strerror(errno)))"])
    }
    defer { close(descriptor) }
    return try bytes(of: descriptor, subject)
  }

  private static func bytes(of descriptor: Int32, _ subject: String) throws(Failure) -> [UInt8] {
    func refused(_ reason: String) -> Failure { .data(["\(subject): \(reason)"]) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = Glibc.read(descriptor, &buffer, buffer.count)
      if count == 0 { return bytes }
      if count < 0 {
        if errno == EINTR { continue }
        throw refused(String(cString: strerror(errno)))
      }
      bytes.append(contentsOf: buffer[..<count])
      if bytes.count > limit { throw refused("it has more than \(limit) bytes") }
    }
  }

  /// Removes a file. A file that does not exist counts as removed.
  static func remove(_ path: Path) {
    _ = path.withCString { unlink($0) }
  }
}
