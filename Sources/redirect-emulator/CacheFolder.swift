import Core
import Glibc

/// A folder of the user's own for files that can be fetched again: XDG Base Directory Specification.
enum CacheFolder {
  /// Makes the folder, in `$XDG_CACHE_HOME`, else in `~/.cache`, else in a folder of the user in `$TMPDIR` or `/tmp`.
  ///
  /// - Parameter name: what is cached: a host and a port.
  /// - Returns: its path, from the root.
  /// - Throws: ``Failure/cannotCreate(_:)`` if none can be made.
  static func make(_ name: String) throws(Failure) -> Path {
    var failure = "env: no folder for the CA's files"
    for base in bases {
      do throws(Failure) {
        for path in base { try make(path) }
        guard let last = base.last else { continue }
        let folder = last.appending("/" + name)
        try make(folder)
        return folder.absolute
      } catch {
        failure = error.lines.joined(separator: "; ")
      }
    }
    throw .cannotCreate(failure + "; set XDG_CACHE_HOME to a folder that can be written")
  }

  /// The folders to try, each with the parent folders that may have to be made.
  private static var bases: [[Path]] {
    var bases: [[Path]] = []
    let own = "/redirect-emulator"
    // By the specification, a relative path there is ignored.
    if let cache = Path(environment: "XDG_CACHE_HOME"), cache.bytes.first == UInt8(ascii: "/") {
      bases.append([cache, cache.appending(own)])
    } else if let home = Path(environment: "HOME") {
      bases.append([home.appending("/.cache"), home.appending("/.cache" + own)])
    }
    for base in [Path(environment: "TMPDIR"), Path("/tmp")].compactMap({ $0 }) {
      bases.append([base.appending("\(own)-\(geteuid())")])
    }
    return bases
  }

  /// Makes a folder that only the user can write, unless it exists already. An existing folder must be one that only
  /// the user can write: in `/tmp` somebody else may have made it first.
  private static func make(_ path: Path) throws(Failure) {
    func refused(_ reason: String) -> Failure { .cannotCreate("env: \(path.shown): \(reason)") }
    if path.withCString({ mkdir($0, 0o700) }) != 0, errno != EEXIST {
      throw refused(String(cString: strerror(errno)))
    }
    guard let status = FileStatus(following: path) else {
      throw refused(String(cString: strerror(errno)))
    }
    guard status.kind == S_IFDIR else { throw refused("it is not a folder") }
    guard status.isWrittenByThisUserAlone else {
      throw refused("others can write it")
    }
  }
}
