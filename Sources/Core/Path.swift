import CSystem
import Glibc

/// A path of the file system: bytes, as the kernel has them, whether or not they are UTF-8.
package struct Path: Sendable, Hashable, CustomStringConvertible {
  package let bytes: [UInt8]

  package init(_ bytes: [UInt8]) {
    self.bytes = bytes
  }

  package init(_ text: String) {
    bytes = Array(text.utf8)
  }

  /// What an environment variable holds; nil if it is not set, or empty.
  package init?(environment name: String) {
    guard let value = getenv(name), strlen(value) > 0 else { return nil }
    self.init(
      UnsafeBufferPointer(start: value, count: strlen(value)).map(UInt8.init(bitPattern:)))
  }

  /// The path for people: bytes that are not UTF-8 are shown as U+FFFD.
  package var description: String { String(decoding: bytes, as: UTF8.self) }

  /// The path as messages show it: clipped, escaped, and with bytes that are not UTF-8 as `\xff`.
  package var shown: String { bytes.isEmpty ? "\"\"" : ShownText.value(bytes) }

  /// The path with `name` after it.
  package func appending(_ suffix: String) -> Path { Path(bytes + suffix.utf8) }

  /// The folder that the file is in: `.` if the path names none.
  package var folder: Path {
    guard let slash = bytes.lastIndex(of: UInt8(ascii: "/")) else { return Path(".") }
    return slash == 0 ? Path("/") : Path(Array(bytes[..<slash]))
  }

  /// The names of the folder's entries without `.` and `..`, in order; nil if it cannot be opened.
  ///
  /// - Parameter limit: how many are read at most.
  package func names(atMost limit: Int = .max) -> [[UInt8]]? {
    guard let folder = withCString({ opendir($0) }) else { return nil }
    defer { closedir(folder) }
    var names: [[UInt8]] = []
    while names.count < limit, let name = csystem_next_name(folder) {
      let bytes = UnsafeBufferPointer(start: name, count: strlen(name)).map(UInt8.init(bitPattern:))
      if bytes != Array(".".utf8), bytes != Array("..".utf8) { names.append(bytes) }
    }
    return names.sorted { $0.lexicographicallyPrecedes($1) }
  }

  /// Calls `body` with the path as system calls take it.
  package func withCString<Result>(_ body: (UnsafePointer<CChar>) throws -> Result) rethrows
    -> Result
  {
    try bytes.withCString(body)
  }
}

extension [UInt8] {
  /// Calls `body` with the bytes and a NUL after them.
  package func withCString<Result>(_ body: (UnsafePointer<CChar>) throws -> Result) rethrows
    -> Result
  {
    try (map { CChar(bitPattern: $0) } + [0]).withUnsafeBufferPointer { buffer in
      // The array has one element at least, so that it has an address.
      guard let address = buffer.baseAddress else { return try "".withCString(body) }
      return try body(address)
    }
  }
}
