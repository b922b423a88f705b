import CSystem
import Core
import Glibc

/// A file in memory, for what other programs read by a path and that can be written nowhere: memfd_create(2).
/// It is there for as long as this is held.
final class MemoryFile: Sendable {
  /// Where other programs of the same user find it while this one runs.
  let path: Path

  private let descriptor: Int32

  /// - Parameter name: what lists of descriptors show.
  /// - Throws: ``Failure/cannotCreate(_:)``.
  init(_ name: String, _ text: [UInt8]) throws(Failure) {
    descriptor = csystem_memory_file(name)
    guard descriptor >= 0 else {
      throw .cannotCreate(
        "cannot keep \(name) in memory: \(String(cString: strerror(errno))); set TMPDIR to a folder that can be written"
      )
    }
    if let failed = StandardStreams.write(text, to: descriptor) {
      close(descriptor)
      throw .cannotCreate("cannot keep \(name) in memory: \(String(cString: strerror(failed)))")
    }
    path = Path("/proc/\(getpid())/fd/\(descriptor)")
  }

  deinit {
    close(descriptor)
  }
}
