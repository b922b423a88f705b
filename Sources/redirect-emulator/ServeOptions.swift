import Core
import ArgumentParser
import Logging
import RedirectEmulator
import Scenarios

/// The options of `serve` and `exec`, read into a ``Configuration``.
struct ServeOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp("The address to listen on.", valueName: "address"))
  var host = "127.0.0.1"

  @Option(
    help: ArgumentHelp("One port for HTTP and HTTPS; 0 is any free one.", valueName: "port"),
    transform: OptionValue.port)
  var port: UInt16?

  @Option(
    help: ArgumentHelp(
      "A file to write, in one move, when requests can be answered.", valueName: "path"))
  var readyFile: String?

  @Option(
    help: ArgumentHelp(
      "A scenario file, YAML or JSON (repeatable; rules in the order given).", valueName: "path"))
  var scenario: [String] = []

  @Flag(help: "Exit 1, naming them, when some rule never fired.")
  var requireRules = false

  @Flag(help: "Load scenario files anew when they change.")
  var watch = false

  @Option(help: ArgumentHelp("The default resource's access key, in base64.", valueName: "base64"))
  var accessKey: String?

  @Option(
    help: ArgumentHelp("How credentials are checked: verify, any or none.", valueName: "mode"))
  var auth = Configuration.Authorization.verify

  @Option(
    help: ArgumentHelp(
      "A PEM or JWKS file with further keys that may sign tokens.", valueName: "path"))
  var tokenKeys: String?

  @Option(
    help: ArgumentHelp("Serve only these api-versions (repeatable).", valueName: "version"))
  var apiVersion: [String] = []

  @Flag(help: "Serve any api-version that is shaped like one, by the newest rules.")
  var skipApiVersionCheck = false

  @Flag(help: "Refuse what the service's documents do not promise.")
  var strict = false

  @Option(help: ArgumentHelp("Which calls ring: any, or registered ones only.", valueName: "mode"))
  var calls = Configuration.Calls.any

  @Option(
    help: ArgumentHelp(
      "A folder where the CA and its key are kept and used again.", valueName: "path"))
  var tlsDir: String?

  @Option(help: ArgumentHelp("A certificate chain of one's own, PEM.", valueName: "path"))
  var tlsCert: String?

  @Option(help: ArgumentHelp("The key of --tls-cert, PEM.", valueName: "path"))
  var tlsKey: String?

  @Option(
    help: ArgumentHelp("Event loops (default: 1).", valueName: "n"),
    transform: OptionValue.wholeNumber)
  var threads = 1

  @Option(
    help: ArgumentHelp(
      "Requests kept in the journal; 0 keeps none (default: 10000).", valueName: "n"),
    transform: OptionValue.wholeNumber)
  var journalLimit = 10_000

  @Option(
    help: ArgumentHelp("Connections open at one time (default: 10000).", valueName: "n"),
    transform: OptionValue.wholeNumber)
  var maxConnections = 10_000

  @Option(
    help: ArgumentHelp("Bytes of a request's head (default: 16KiB).", valueName: "size"),
    transform: OptionValue.byteCount)
  var maxHeader = ByteCount(bytes: 16 * 1024)

  @Option(
    help: ArgumentHelp("Bytes of a request's content (default: 1MiB).", valueName: "size"),
    transform: OptionValue.byteCount)
  var maxBody = ByteCount(bytes: 1024 * 1024)

  @Option(
    help: ArgumentHelp(
      "How long a connection may be silent (default: 60s).", valueName: "duration"),
    transform: OptionValue.duration)
  var idleTimeout = DurationText(.seconds(60))

  @Option(
    help: ArgumentHelp("How long a request's head may take (default: 10s).", valueName: "duration"),
    transform: OptionValue.duration)
  var headerTimeout = DurationText(.seconds(10))

  @Option(help: ArgumentHelp("The control API: on or off.", valueName: "on|off"))
  var control = Switch.on

  @Option(
    help: ArgumentHelp("A key that the control API asks for in x-emulator-key.", valueName: "key"))
  var controlKey: String?

  @Option(
    help: ArgumentHelp(
      "A host name beside the loopback ones that the control API answers to (repeatable).",
      valueName: "name"))
  var controlHost: [String] = []

  @Option(
    help: ArgumentHelp(
      "trace, debug, info, notice, warning, error or critical.", valueName: "level"))
  var logLevel = Logger.Level.info

  @Option(help: ArgumentHelp("text or json.", valueName: "format"))
  var logFormat = LogFormat.text

  enum Switch: String, ExpressibleByArgument, CaseIterable {
    case on, off
  }

  /// - Parameter defaultPort: the port where none is named.
  /// - Throws: ``Failure`` for a file that cannot be read or a number out of its range.
  func configuration(defaultPort: UInt16) throws(Failure) -> Configuration {
    try require(threads, in: 1...64, option: "threads")
    try require(journalLimit, in: 0...10_000_000, option: "journal-limit")
    try require(maxConnections, in: 1...1_000_000, option: "max-connections")
    try require(maxHeader.bytes, in: 256...(16 << 20), option: "max-header")
    try require(maxBody.bytes, in: 0...(1 << 30), option: "max-body")
    try require(idleTimeout, option: "idle-timeout")
    try require(headerTimeout, option: "header-timeout")
    var configuration = Configuration()
    configuration.host = host
    configuration.port = port ?? defaultPort
    configuration.threads = threads
    configuration.limits.connections = maxConnections
    configuration.limits.headerBytes = maxHeader.bytes
    configuration.limits.bodyBytes = maxBody.bytes
    configuration.limits.idleTimeout = idleTimeout.duration
    configuration.limits.headerTimeout = headerTimeout.duration
    configuration.authorization = auth
    configuration.accessKey = accessKey
    if let tokenKeys {
      configuration.tokenKeys = [try TextFile.read(tokenKeys, option: "token-keys")]
    }
    configuration.apiVersions = apiVersion
    configuration.skipsAPIVersionCheck = skipApiVersionCheck
    configuration.strict = strict
    configuration.calls = calls
    configuration.journalLimit = journalLimit
    configuration.controlAPI = control == .on
    configuration.controlKey = controlKey
    configuration.controlHosts = controlHost
    configuration.tls = try TLSFiles(self).settings()
    var logger = Logger(
      label: "redirect-emulator", factory: { _ in StandardErrorLog(format: logFormat) })
    logger.logLevel = logLevel
    configuration.logger = logger
    return configuration
  }

  private func require(_ value: Int, in range: ClosedRange<Int>, option: String) throws(Failure) {
    if !range.contains(value) {
      throw .usage(
        "--\(option) \(value): expected a whole number from \(range.lowerBound) to \(range.upperBound)"
      )
    }
  }

  private func require(_ value: DurationText, option: String) throws(Failure) {
    if value.nanoseconds <= 0 {
      throw .usage("--\(option) \(value): expected a duration longer than 0s")
    }
  }
}

extension Configuration.Authorization: ExpressibleByArgument {}
extension Configuration.Calls: ExpressibleByArgument {}
extension Logger.Level: @retroactive ExpressibleByArgument {}
