import Glibc
import Testing

/// Files of the repository.
enum Fixture {
  struct Unreadable: Error {
    var path: String
    var code: Int32
  }

  /// The bytes of the file at `path`, which begins at the repository's folder; at most 1 MiB.
  static func bytes(_ path: String) throws -> [UInt8] {
    let root = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
    guard let file = fopen("/\(root)/\(path)", "rb") else {
      throw Unreadable(path: path, code: errno)
    }
    defer { fclose(file) }
    var bytes = [UInt8](repeating: 0, count: 1 << 20)
    let count = fread(&bytes, 1, bytes.count, file)
    return Array(bytes[..<count])
  }
}
