import Core
import Glibc

/// A folder of the user's own for files that can be fetched again: XDG Base Directory Specification.
enum CacheFolder {
  /// Makes the folder, in `$XDG_CACHE_HOME`, else in `~/.cache`, else in a folder of the user's in `$TMPDIR` or `/tmp`.
  ///
  /// - Parameter name: what is cached: a host and a port.
  /// - Returns: its path, from the root.
  /// - Throws: ``Failure/cannotCreate(_:)`` where none can be made.
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

  /// The folders to try, each with those above it that may have to be made.
  private static var bases: [[Path]] {
    var bases: [[Path]] = []
    let own = "/redirect-emulator"
    // A relative path there is to be ignored, as the specification has it.
    if let cache = variable("XDG_CACHE_HOME"), cache.bytes.first == UInt8(ascii: "/") {
      bases.append([cache, cache.appending(own)])
    } else if let home = variable("HOME") {
      bases.append([home.appending("/.cache"), home.appending("/.cache" + own)])
    }
    for base in [variable("TMPDIR"), Path("/tmp")].compactMap({ $0 }) {
      bases.append([base.appending("\(own)-\(geteuid())")])
    }
    return bases
  }

  private static func variable(_ name: String) -> Path? {
    guard let value = getenv(name), strlen(value) > 0 else { return nil }
    return Path(
      UnsafeBufferPointer(start: value, count: strlen(value)).map { UInt8(bitPattern: $0) })
  }

  /// Makes a folder that only the user can write, unless it is there and is such a one: in `/tmp` somebody else may have
  /// been first.
  private static func make(_ path: Path) throws(Failure) {
    func refused(_ reason: String) -> Failure { .cannotCreate("env: \(path.shown): \(reason)") }
    if path.withCString({ mkdir($0, 0o700) }) != 0, errno != EEXIST {
      throw refused(String(cString: strerror(errno)))
    }
    var status = stat()
    guard path.withCString({ stat($0, &status) }) == 0 else {
      throw refused(String(cString: strerror(errno)))
    }
    guard status.st_mode & S_IFMT == S_IFDIR else { throw refused("it is not a folder") }
    guard status.st_uid == geteuid(), status.st_mode & 0o022 == 0 else {
      throw refused("others can write it")
    }
  }
}
