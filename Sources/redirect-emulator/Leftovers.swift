import Core
import Glibc

/// Files and folders that exist for the time of the run, for an end that nothing can be waited for.
///
/// Whoever makes one adds it, and takes it back when it has removed or renamed it.
enum Leftovers {
  private static let paths = Guarded<[Path]>([])

  static func add(_ path: Path) {
    paths.withLock { $0.append(path) }
  }

  static func takeBack(_ path: Path) {
    paths.withLock { $0.removeAll { $0 == path } }
  }

  /// Removes them, the newest first, so that a folder is empty when its turn comes.
  static func remove() {
    let all = paths.withLock { paths in
      defer { paths = [] }
      return paths
    }
    for path in all.reversed() { _ = path.withCString { Glibc.remove($0) } }
  }
}
