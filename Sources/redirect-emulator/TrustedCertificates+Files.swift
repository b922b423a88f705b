import Core
import Glibc
import LibCrypto

/// Certificates that files hold. A file that cannot be read or holds none is passed over: whoever names it told another
/// program, and that one says what is wrong.
extension TrustedCertificates {
  /// Entries of a folder that are looked at, at most. Debian's `/etc/ssl/certs` has some 400.
  private static let folderLimit = 4_096

  /// Adds what a file holds, or each file of a folder.
  mutating func add(fileOrFolder path: Path) {
    var status = stat()
    guard path.withCString({ stat($0, &status) }) == 0 else { return }
    switch status.st_mode & S_IFMT {
    case S_IFDIR: add(filesIn: path)
    case S_IFREG: add(file: path)
    // Nothing is taken out of a pipe that is somebody else's.
    default: break
    }
  }

  /// Adds what each file of a folder holds, by name.
  mutating func add(filesIn folder: Path) {
    guard let directory = folder.withCString({ opendir($0) }) else { return }
    defer { closedir(directory) }
    var names: [[UInt8]] = []
    while names.count < Self.folderLimit, let entry = readdir(directory) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { Array($0.prefix { $0 != 0 }) }
      if name.first != UInt8(ascii: ".") { names.append(name) }
    }
    // Of two names of one certificate, which such folders have, one alone counts, whatever the order.
    for name in names.sorted(by: { $0.lexicographicallyPrecedes($1) }) {
      let path = Path(folder.bytes + [UInt8(ascii: "/")] + name)
      var status = stat()
      guard path.withCString({ stat($0, &status) }) == 0, status.st_mode & S_IFMT == S_IFREG
      else { continue }
      add(file: path)
    }
  }

  private mutating func add(file: Path) {
    guard let text = try? TextFile.bytes(file, "") else { return }
    add(pem: text)
  }
}
