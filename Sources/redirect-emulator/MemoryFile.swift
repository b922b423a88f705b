import CSystem
import Core
import Glibc

/// A file in memory, memfd_create(2): for data that other programs read by a path, if it cannot be written anywhere
/// else. It exists as long as there is a reference to this object.
final class MemoryFile: Sendable {
  /// The path at which other programs of the same user find it while this one runs.
  let path: Path

  private let descriptor: Int32

  /// - Parameter name: the name in lists of descriptors.
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
