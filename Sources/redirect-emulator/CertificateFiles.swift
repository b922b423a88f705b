import Core
import Glibc
import LibCrypto
import TLS

/// Reads the certificates of files, each file once. A file that cannot be read or has none is skipped: it was named for
/// another program, which reports what is wrong.
struct CertificateFiles {
  private(set) var certificates = TrustedCertificates()

  /// The files that were read: most variables name the same file, and folders of certificates have two names for each.
  private var seen: Set<FileVersion> = []

  /// The most entries of a folder that are looked at. Debian's `/etc/ssl/certs` has some 400.
  private static let folderLimit = 4_096

  /// Files that the system keeps. Most variables that are set name one of them.
  private static let systemFiles = CABundle.systemFiles.map { Path($0) }

  /// Adds the certificates of a file, or of each file in a folder.
  mutating func add(_ path: Path) {
    guard let status = FileStatus(following: path) else { return }
    if status.kind == S_IFDIR { addFiles(in: path) } else { add(file: path, status) }
  }

  /// Adds the certificates of each file in a folder, by name.
  mutating func addFiles(in folder: Path) {
    let names = folder.names(atMost: Self.folderLimit) ?? []
    for name in names where name.first != UInt8(ascii: ".") {
      let path = folder.joined(with: Path(name))
      if let status = FileStatus(following: path) { add(file: path, status) }
    }
  }

  private mutating func add(file: Path, _ status: FileStatus) {
    // Only plain files are read: reading from a pipe would take bytes from another program.
    guard status.kind == S_IFREG, seen.insert(status.version).inserted,
      let text = try? TextFile.bytes(file, "")
    else { return }
    certificates.add(pem: text, isOfSystem: Self.systemFiles.contains(file))
  }
}
