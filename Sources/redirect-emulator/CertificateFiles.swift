import Core
import Glibc
import LibCrypto
import TLS

/// Reads the certificates of files, each file once. One that cannot be read or holds none is skipped: whoever names
/// it told another program, and that one says what is wrong.
struct CertificateFiles {
  private(set) var certificates = TrustedCertificates()

  /// Most variables name one file, and folders of certificates have two names for each.
  private var seen: Set<FileVersion> = []

  /// Entries of a folder that are looked at, at most. Debian's `/etc/ssl/certs` has some 400.
  private static let folderLimit = 4_096

  /// Files that the system keeps. Most variables that are set name one of them.
  private static let systemFiles = CABundle.systemFiles.map { Path($0) }

  /// Adds what a file holds, or each file of a folder.
  mutating func add(_ path: Path) {
    guard let status = FileStatus(following: path) else { return }
    if status.kind == S_IFDIR { addFiles(in: path) } else { add(file: path, status) }
  }

  /// Adds what each file of a folder holds, by name.
  mutating func addFiles(in folder: Path) {
    let names = folder.names(atMost: Self.folderLimit) ?? []
    for name in names where name.first != UInt8(ascii: ".") {
      let path = folder.joined(with: Path(name))
      if let status = FileStatus(following: path) { add(file: path, status) }
    }
  }

  private mutating func add(file: Path, _ status: FileStatus) {
    // Nothing is taken out of a pipe that is somebody else's.
    guard status.kind == S_IFREG, seen.insert(status.version).inserted,
      let text = try? TextFile.bytes(file, "")
    else { return }
    certificates.add(pem: text, isOfSystem: Self.systemFiles.contains(file))
  }
}
