import Core
import Glibc
import Synchronization

/// Files and folders that exist for the time of the run. They are removed here if the program has to end without
/// waiting.
///
/// The code that makes one adds it here, and takes it back after it has removed or renamed it.
enum Leftovers {
  private enum Entry: Equatable {
    /// A path that no other process uses.
    case path(Path)
    /// A file that another process may have replaced.
    case file(WrittenFile)
  }

  private static let entries = Guarded<[Entry]>([])

  static func add(_ path: Path) { add(.path(path)) }

  static func add(_ file: WrittenFile) { add(.file(file)) }

  static func takeBack(_ path: Path) { takeBack(.path(path)) }

  static func takeBack(_ file: WrittenFile) { takeBack(.file(file)) }

  /// Removes them, the newest first, so that a folder is empty when it is removed.
  static func remove() {
    let all = entries.withLock { entries in
      defer { entries = [] }
      return entries
    }
    for entry in all.reversed() {
      switch entry {
      case .path(let path): _ = path.withCString { Glibc.remove($0) }
      case .file(let file): file.remove()
      }
    }
  }

  private static func add(_ entry: Entry) {
    entries.withLock { $0.append(entry) }
  }

  private static func takeBack(_ entry: Entry) {
    entries.withLock { $0.removeAll { $0 == entry } }
  }
}
