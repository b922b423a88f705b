import Core
import Documents
import EventLoop
import Glibc
import LibCrypto
import Options
import RedirectEmulator

/// `redirect-emulator env`: what `exec` would set, for an emulator that already runs.
enum EnvCommand {
  private static let group = "Which emulator, and which form"

  private static let readyFile = Option.optional(
    "ready-file", .file, valueName: "PATH", group: group, help: "Read its ready file.")
  private static let control = Option.optional(
    "control", .text(HTTPAddress.expected), valueName: "URL",
    defaultNote: "http://127.0.0.1:4010/_emulator",
    environment: .variableNotOneOf(ServeOptions.Switch.words),
    group: group, help: "Ask its control API. The ready file wins.")
  private static let controlKey = Option.optional(
    "control-key", .text("a key"), valueName: "KEY", isSecret: true,
    environment: .variableNotEmpty, group: group, help: "The key of its control API.")
  private static let form = Option.one(
    "form", Kind<EnvironmentText>.choice, default: .sh, valueName: "FORM", environment: .none,
    group: group, help: "What reads the lines: a shell's eval, or a reader of .env files.")
  private static let all = Option.flag(
    "all", environment: .none, group: group,
    help: "Print JAVA_TOOL_OPTIONS and NO_PROXY, too.")

  static let declaration = Command(
    "env", summary: "Print the variables that exec would set, of an emulator that runs.",
    options: [
      readyFile.declaration, control.declaration, controlKey.declaration, form.declaration,
      all.declaration,
    ],
    readsEnvironment: true,
    examples: [
      Example("eval \"$(redirect-emulator env)\"", "Set them in this shell:"),
      Example(
        "redirect-emulator env --ready-file ready.json --form dotenv >.env",
        "Write them to a file:"),
    ],
    exitStatuses: [
      ExitStatus("65", "the ready file has wrong content"),
      ExitStatus("69", "no emulator is there, or its control API is off"),
      ExitStatus("73", "a file cannot be written"),
    ],
    judge: { judge($0) })

  private static func judge(_ values: Values) -> [Complaint] {
    guard let text = values[control], HTTPAddress(text) == nil else { return [] }
    return [Complaint(option: "control", "expected \(HTTPAddress.expected)")]
  }

  @Sendable static func run(_ values: Values) throws(Failure) {
    let found = FoundEnvironment(ProcessWords.environment)
    let facts: EmulatorFacts
    if let path = values[readyFile] {
      facts = try ReadyFile.facts(
        path, values.subject(of: readyFile), controlKey: values[controlKey])
    } else {
      let standard = HTTPAddress(
        host: "127.0.0.1", port: ServeOptions.defaultPort, path: "/_emulator")
      let address = values[control].flatMap { HTTPAddress($0) } ?? standard
      facts = try RunningEmulator(control: address, key: values[controlKey])
        .facts { bundle, authority throws(Failure) in
          try write(bundle, authority, beside: found.trusted, of: address)
        }
    }
    var variables = EmulatorVariables(facts, found: found)
    if !values[all] { variables.leaveOut(EmulatorVariables.lists) }
    try StandardOutput.write(values[form].text(variables.sorted))
  }

  /// Writes the files that the control API gave, for programs that read files.
  private static func write(
    _ bundle: [UInt8], _ authority: [UInt8], beside more: TrustedCertificates,
    of address: HTTPAddress
  ) throws(Failure) -> RunningEmulator.TrustPaths {
    var trusted = TrustedCertificates()
    trusted.add(pem: bundle)
    trusted.add(more)
    let folder = try CacheFolder.make("\(address.host)-\(address.port)")
    let now = Instant(nanoseconds: Int64(clamping: SystemCall.realtimeNow()))
    let contents = [
      ("ca.pem", authority), ("ca-bundle.pem", trusted.pem),
      ("truststore.jks", trusted.javaKeyStore(madeAt: now)),
    ]
    let paths = try contents.map { name, content throws(Failure) in
      let path = folder.appending("/" + name)
      _ = try WrittenFile(path, content, "env")
      return path
    }
    return RunningEmulator.TrustPaths(
      authority: paths[0], bundle: paths[1], trustStore: paths[2])
  }
}

/// A ready file of another process.
enum ReadyFile {
  /// - Throws: ``Failure/data(_:)`` if it is not one.
  static func facts(_ path: Path, _ subject: String, controlKey: String?) throws(Failure)
    -> EmulatorFacts
  {
    let text = try TextFile.read(path, subject)
    let document: DocumentNode
    do {
      document = try Document.parse(text, as: .json)
    } catch {
      throw .data(["\(subject): it is not the JSON of a ready file"])
    }
    func member(_ name: String) throws(Failure) -> String {
      guard let value = document[name]?.string else {
        throw .data(["\(subject): it has no member '\(name)', which a ready file has"])
      }
      return value
    }
    let control = document["controlEndpoint"]?.string
    var identity: ManagedIdentity?
    if let endpoint = document["identityEndpoint"]?.string {
      identity = ManagedIdentity(endpoint: endpoint, header: try member("identityHeader"))
    }
    return EmulatorFacts(
      endpoint: try member("endpoint"), httpsEndpoint: try member("httpsEndpoint"),
      accessKey: try member("accessKey"), token: try member("token"),
      connectionString: try member("httpsConnectionString"),
      httpConnectionString: try member("httpConnectionString"), control: control,
      controlKey: control == nil ? nil : controlKey, identity: identity,
      caFile: Path(try member("caFile")),
      caBundleFile: Path(try member("caBundleFile")),
      trustStoreFile: Path(try member("trustStoreFile")))
  }
}
