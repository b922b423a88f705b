import Core
import LibCrypto
import Options

/// The environment that this process found, without what an outer `exec` set in it for its command.
struct FoundEnvironment: Sendable {
  /// The variable in which `exec` lists what it set, separated by commas.
  static let setVariable = "REDIRECT_EMULATOR_SET"

  /// Entries `NAME=VALUE`, byte for byte. If the outer `exec` added to a list, the entry does not have that part.
  let entries: [Word]

  /// The values as they were found. If two entries have the same name, the first one counts, as for getenv(3).
  private let whole: [String: Word]
  private let values: [String: Word]
  private let outer: Set<String>

  init(_ found: [Word]) {
    whole = Self.values(found)
    let whole = whole
    outer = Set(
      (whole[Self.setVariable]?.text ?? "").split(separator: ",").map(String.init))
    let outer = outer
    entries = found.compactMap { entry in
      guard let (name, value) = entry.assignment, let name = name.text else { return entry }
      if name == Self.setVariable { return nil }
      guard outer.contains(name) else { return entry }
      guard let rest = Self.withoutOuter(name, value, whole) else { return nil }
      return Word("\(name)=".utf8 + rest.bytes)
    }
    values = Self.values(entries)
  }

  /// A variable's value, without what an outer `exec` set there.
  subscript(name: String) -> Word? { values[name] }

  private static func values(_ entries: [Word]) -> [String: Word] {
    var values: [String: Word] = [:]
    for case let (name, value)? in entries.map(\.assignment) {
      if let name = name.text, values[name] == nil { values[name] = value }
    }
    return values
  }

  /// The rest of a list without the outer `exec`'s part; nil if nothing is left, or if it is not a list.
  private static func withoutOuter(_ name: String, _ value: Word, _ found: [String: Word]) -> Word?
  {
    if ProxyVariables.lists.contains(name) {
      let hosts = ["REDIRECT_EMULATOR_ENDPOINT", "COMMUNICATION_SERVICES_CONNECTION_STRING"]
        .compactMap { found[$0]?.text }
      return ProxyVariables.list(value, without: ProxyVariables.hosts(hosts))
    }
    if name == JavaOptions.variable, let store = found["REDIRECT_EMULATOR_TRUST_STORE"] {
      return JavaOptions.removing(Path(store.bytes), from: value)
    }
    return nil
  }

  // MARK: certificates

  /// Variables with a file of certificates, or a folder of such files.
  private static let certificateVariables = [
    "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "NODE_EXTRA_CA_CERTS",
  ]

  /// The certificates that the user trusts besides or instead of the system's authorities: all that these variables
  /// name.
  var trusted: TrustedCertificates {
    var files = CertificateFiles()
    for name in Self.certificateVariables { add(name, to: &files) }
    // Folders, separated by colons: SSL_CTX_set_default_verify_paths(3).
    for folder in (whole["SSL_CERT_DIR"]?.bytes ?? []).split(separator: UInt8(ascii: ":")) {
      files.addFiles(in: Path(Array(folder)))
    }
    return withoutOuter(files.certificates)
  }

  /// The certificates that the user wants Node to trust besides its own authorities.
  var trustedByNode: TrustedCertificates {
    var files = CertificateFiles()
    add("NODE_EXTRA_CA_CERTS", to: &files)
    return withoutOuter(files.certificates)
  }

  /// The value may be from the outer `exec`: its file has the user's certificates too.
  private func add(_ name: String, to files: inout CertificateFiles) {
    if let value = whole[name], !value.bytes.isEmpty { files.add(Path(value.bytes)) }
  }

  private func withoutOuter(_ certificates: TrustedCertificates) -> TrustedCertificates {
    guard let own = outerAuthority else { return certificates }
    var rest = certificates
    rest.remove(own)
    return rest
  }

  /// The outer emulator's own certificates, which need not be trusted here.
  private var outerAuthority: TrustedCertificates? {
    guard outer.contains("REDIRECT_EMULATOR_CA_FILE"),
      let file = whole["REDIRECT_EMULATOR_CA_FILE"]
    else { return nil }
    var files = CertificateFiles()
    files.add(Path(file.bytes))
    return files.certificates
  }
}
