import CSystem
import Core
import Glibc

/// Whether a file that an option names may be written: one rule for all of them, by what is there.
///
/// A link counts as its target. Only a plain file is ever replaced or removed. A device, a FIFO, a socket, a folder or
/// a link to one is left as it is.
enum WritableFile {
  /// How a file is written.
  enum Way {
    /// As a whole, in one move: the old content is gone.
    case replaced
    /// Lines are added to its end. A terminal, /dev/null or a FIFO works as well.
    case appended
  }

  /// Where a file is to be written: the path itself, or the target of the link there, even if that does not exist.
  ///
  /// - Parameter subject: the option or variable that asks for the file, with its value, for messages.
  /// - Throws: ``Failure/cannotCreate(_:)`` if something is there that may not be written.
  static func place(of path: Path, _ way: Way, _ subject: String) throws(Failure) -> Path {
    func refused(_ reason: String) -> Failure {
      .cannotCreate("\(subject): cannot write \(path.shown): \(reason)")
    }
    // The kernel follows the link first: it may refuse one that somebody else put into a folder that everybody can
    // write, such as /tmp: proc_sys_fs(5), protected_symlinks.
    let found = FileStatus(following: path)
    if found == nil, errno != ENOENT { throw refused(String(cString: strerror(errno))) }
    if let found, !way.takes(found) {
      let isLink = FileStatus(path)?.kind == S_IFLNK
      throw refused(
        "it is \(isLink ? "a link to " : "")\(found.name), expected a plain file or nothing there")
    }
    guard FileStatus(path)?.kind == S_IFLNK else { return path }
    guard let end = end(ofLink: path) else { throw refused(String(cString: strerror(errno))) }
    // Links in /proc lead to files that have no name, or have lost it.
    guard way == .appended || FileStatus(end)?.isSameFile(as: found) ?? (found == nil) else {
      throw refused("it is a link to a file that has no name any more")
    }
    return end
  }

  /// Removes the plain file at `path`, or at the target of the link there, if there is one.
  ///
  /// - Throws: ``Failure/cannotCreate(_:)`` if something else is there, or if it cannot be removed.
  static func clear(_ path: Path, _ subject: String) throws(Failure) {
    let place = try place(of: path, .replaced, subject)
    guard place.withCString({ unlink($0) }) != 0, errno != ENOENT, errno != ENOTDIR else { return }
    throw .cannotCreate(
      "\(subject): cannot remove \(path.shown): \(String(cString: strerror(errno)))")
  }

  /// The first path after a chain of links that is not a link.
  private static func end(ofLink path: Path) -> Path? {
    var path = path
    // As many as the kernel follows: path_resolution(7).
    for _ in 0..<40 {
      guard let next = path.linkTarget else {
        return errno == EINVAL || errno == ENOENT ? path : nil
      }
      path = next
    }
    errno = ELOOP
    return nil
  }
}

extension WritableFile.Way {
  fileprivate func takes(_ status: FileStatus) -> Bool {
    switch (self, status.kind) {
    case (_, S_IFREG), (.appended, S_IFCHR), (.appended, S_IFIFO): true
    default: false
    }
  }
}

/// The result of stat(2) for a file.
struct FileStatus {
  private let status: stat

  /// For what is at the path itself, even if it is a link; nil with errno set if nothing is there.
  init?(_ path: Path) {
    var status = stat()
    guard path.withCString({ lstat($0, &status) }) == 0 else { return nil }
    self.status = status
  }

  /// For what the path leads to; nil with errno set if it leads to nothing.
  init?(following path: Path) {
    var status = stat()
    guard path.withCString({ stat($0, &status) }) == 0 else { return nil }
    self.status = status
  }

  /// `S_IFREG` and the like.
  var kind: mode_t { status.st_mode & S_IFMT }

  /// Whether the file is this user's, and no other user may write it.
  var isWrittenByThisUserAlone: Bool {
    status.st_uid == geteuid() && status.st_mode & 0o022 == 0
  }

  /// How many names the file has.
  var names: Int { Int(status.st_nlink) }

  /// The kind, for people.
  var name: String {
    switch kind {
    case S_IFREG: "a plain file"
    case S_IFDIR: "a folder"
    case S_IFLNK: "a link"
    case S_IFCHR: "a character device"
    case S_IFBLK: "a block device"
    case S_IFIFO: "a FIFO"
    case S_IFSOCK: "a socket"
    default: "something unknown"
    }
  }

  /// Whether both are the same file, under any names.
  func isSameFile(as other: FileStatus?) -> Bool {
    guard let other else { return false }
    return status.st_dev == other.status.st_dev && status.st_ino == other.status.st_ino
  }

  /// A value that changes when somebody writes the file, or replaces it.
  var version: FileVersion {
    FileVersion(
      device: UInt64(status.st_dev), inode: UInt64(status.st_ino), size: Int64(status.st_size),
      modified: [
        Int64(status.st_mtim.tv_sec), Int64(status.st_mtim.tv_nsec), Int64(status.st_ctim.tv_sec),
        Int64(status.st_ctim.tv_nsec),
      ])
  }
}

extension FileStatus {
  /// A value that changes when somebody replaces the file.
  var identity: FileVersion {
    FileVersion(device: version.device, inode: version.inode, size: 0, modified: [])
  }
}

/// A file as it was at one time.
struct FileVersion: Hashable {
  let device: UInt64
  let inode: UInt64
  let size: Int64
  let modified: [Int64]
}

extension Path {
  /// The target of the link at this path, one step; nil with errno set if there is no link.
  var linkTarget: Path? { linkText.map { folder.joined(with: Path($0)) } }

  /// The text of the link at this path; nil with errno set if there is no link.
  var linkText: [UInt8]? {
    var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
    let count = withCString { readlink($0, &buffer, buffer.count) }
    guard count > 0 else { return nil }
    return buffer[..<count].map { UInt8(bitPattern: $0) }
  }

  /// `other` relative to this folder; unchanged if it begins at the root.
  func joined(with other: Path) -> Path {
    if other.bytes.first == UInt8(ascii: "/") { return other }
    if bytes == Array(".".utf8) { return other }
    let isDivided = bytes.last == UInt8(ascii: "/")
    return Path(bytes + (isDivided ? [] : [UInt8(ascii: "/")]) + other.bytes)
  }
}
