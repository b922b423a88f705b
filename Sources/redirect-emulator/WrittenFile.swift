import CSystem
import Core
import Glibc

/// A file that this process wrote. It is removed only while it is still the same file: another process may have
/// replaced it meanwhile, and inode numbers are used again.
struct WrittenFile: Sendable, Equatable {
  let path: Path
  private let device: dev_t
  private let inode: ino_t
  private let bytes: [UInt8]

  /// Writes a file in one move, so that a reader finds all of it or nothing.
  ///
  /// - Parameters:
  ///   - path: the file's path; a link there is followed, and stays.
  ///   - mode: the permissions that the file gets.
  ///   - isForRun: whether it is one of the ``Leftovers``.
  ///   - subject: the option or variable that asked for the file, with its value, for messages.
  /// - Throws: ``Failure/cannotCreate(_:)``.
  init(
    _ path: Path, _ bytes: [UInt8], mode: mode_t = 0o644, isForRun: Bool = false, _ subject: String
  ) throws(Failure) {
    self = try Self.write(bytes, for: path, mode: mode, subject) { temporary, file in
      if isForRun { Leftovers.add(file) }
      let failed = temporary.withCString { from in file.path.withCString { rename(from, $0) } } != 0
      guard failed else { return nil }
      let number = errno
      if isForRun { Leftovers.takeBack(file) }
      return number
    }
  }

  /// Writes a file in one move if there is none. If several processes do so at once, one wins.
  ///
  /// - Returns: nil if a file is there already, which stays as it is.
  /// - Throws: ``Failure/cannotCreate(_:)``.
  static func new(
    _ path: Path, _ bytes: [UInt8], mode: mode_t = 0o644, _ subject: String
  ) throws(Failure) -> WrittenFile? {
    var isTaken = false
    let file = try write(bytes, for: path, mode: mode, subject) { temporary, file in
      var number = failure {
        temporary.withCString { from in file.path.withCString { link(from, $0) } }
      }
      // Not every file system has links.
      if let first = number, first != EEXIST, first != ENOENT, first != EACCES {
        number = failure {
          temporary.withCString { from in file.path.withCString { csystem_rename_new(from, $0) } }
        }
      }
      _ = temporary.withCString { unlink($0) }
      isTaken = number == EEXIST
      return isTaken ? nil : number
    }
    return isTaken ? nil : file
  }

  /// The error's number of a system call that fails with -1; nil if it does not fail.
  private static func failure(_ call: () -> Int32) -> Int32? { call() == 0 ? nil : errno }

  /// Writes a temporary file in the same folder as `path`, and has it moved there.
  ///
  /// - Parameter move: returns the number of its error; nil if it has moved the temporary file, or removed it.
  private static func write(
    _ bytes: [UInt8], for path: Path, mode: mode_t, _ subject: String,
    _ move: (_ temporary: Path, WrittenFile) -> Int32?
  ) throws(Failure) -> WrittenFile {
    let place = try WritableFile.place(of: path, .replaced, subject)
    func refused(_ number: Int32) -> Failure {
      .cannotCreate("\(subject): cannot write \(path.shown): \(String(cString: strerror(number)))")
    }
    // Nobody can guess the name and put a link or a file of their own there.
    let temporary = place.folder.joined(
      with: Path(".redirect-emulator-\(String(UInt64.random(in: .min ... .max), radix: 36)).tmp"))
    let descriptor = temporary.withCString {
      open($0, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode)
    }
    guard descriptor >= 0 else { throw refused(errno) }
    Leftovers.add(temporary)
    defer { Leftovers.takeBack(temporary) }
    var failed = StandardStreams.write(bytes, to: descriptor)
    var status = stat()
    if failed == nil, fstat(descriptor, &status) != 0 { failed = errno }
    // Some file systems report only now that there was no room.
    if close(descriptor) != 0, failed == nil, errno != EINTR { failed = errno }
    let file = WrittenFile(path: place, device: status.st_dev, inode: status.st_ino, bytes: bytes)
    if failed == nil { failed = move(temporary, file) }
    if let failed {
      _ = temporary.withCString { unlink($0) }
      throw refused(failed)
    }
    return file
  }

  private init(path: Path, device: dev_t, inode: ino_t, bytes: [UInt8]) {
    self.path = path
    self.device = device
    self.inode = inode
    self.bytes = bytes
  }

  /// Removes the file if it is still the one that was written. The check is by its inode and by its bytes: those of the
  /// ready file contain the process id.
  func remove() {
    if isThere { _ = path.withCString { unlink($0) } }
  }

  private var isThere: Bool {
    // If a FIFO has replaced it, this must not wait.
    let descriptor = path.withCString { open($0, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK) }
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_dev == device, status.st_ino == inode,
      status.st_size == bytes.count
    else { return false }
    var found = [UInt8](repeating: 0, count: bytes.count)
    var count = 0
    while count < found.count {
      let part = found.withUnsafeMutableBytes {
        read(descriptor, $0.baseAddress?.advanced(by: count), $0.count - count)
      }
      if part < 0, errno == EINTR { continue }
      guard part > 0 else { return false }
      count += part
    }
    return found == bytes
  }
}
