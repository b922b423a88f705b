import Core
import EventLoop
import Glibc
import Options
import RedirectEmulator

/// The options of `serve` and `exec`, and how a ``Configuration`` is read from them.
enum ServeOptions {
  private static let defaults = Configuration()

  /// The port that an emulator listens on by default.
  static let defaultPort: UInt16 = 4010

  private static let listening = "Start and scenarios"

  static let host = Option.one(
    "host", .text(Configuration.hostForm), default: defaults.host, valueName: "ADDRESS",
    group: listening,
    help: "Listen on this numeric address, or on localhost.")
  static let port = Option.one(
    "port", .port, default: defaultPort, valueName: "PORT", group: listening,
    help: "Serve both http and https on this port; 0 picks a free one.")
  static let publicURL = Option.optional(
    "public-url", .text("a URL"), valueName: "URL", defaultNote: "the address of each request",
    group: listening, help: "Use this URL's host and port in connection strings.")
  static let readyFile = Option.optional(
    "ready-file", .file, valueName: "PATH", group: listening,
    help: "Write this file when requests can be served; remove it at the end.")
  static let scenario = Option.many(
    "scenario", .file, valueName: "PATH", group: listening,
    help: "Load a scenario file, a folder of them, or - for standard input.")
  /// The name of ``scenarioText``.
  static let textVariable = "scenario-text"
  /// A scenario without a file. Only the environment gives it.
  static let scenarioText = Option.optional(
    textVariable, .text("a scenario, YAML or JSON"), valueName: "TEXT", group: listening,
    help: "A scenario, YAML or JSON. Its rules come after those of --scenario.")
  static let requireRules = Option.flag(
    "require-rules", group: listening,
    help: "End with status 1 if a rule never fired, and name the rules.")
  static let watch = Option.flag(
    "watch", group: listening,
    help: "Load the scenario files again when they change.")

  private static let parent = "For a program that starts it"

  static let readyFD = Option.optional(
    "ready-fd", .wholeNumber(3...1_048_575), valueName: "N", group: parent,
    help: "Write what the ready file has to this descriptor, and close it.")
  static let exitWithStdin = Option.flag(
    "exit-with-stdin", group: parent,
    help: "End when standard input ends.")

  private static let checks = "Checks of requests"

  static let accessKey = Option.optional(
    "access-key", .text(Configuration.accessKeyForm), valueName: "BASE64",
    isSecret: true, defaultNote: "the well-known key", group: checks,
    help: "The access key of the default resource.")
  static let auth = Option.one(
    "auth", Kind<Configuration.Authorization>.choice, default: defaults.authorization,
    valueName: "MODE", group: checks,
    help: "Verify credentials, accept any that is not empty, or require none.")
  static let tokenKeys = Option.optional(
    "token-keys", .file, valueName: "PATH", group: checks,
    help: "More keys that may sign tokens, as PEM or JWKS.")
  static let apiVersion = Option.many(
    "api-version", .text(Configuration.apiVersionForm), valueName: "VERSION",
    defaultNote: "the seven stable ones and six previews",
    group: checks,
    help: "Serve only this api-version; repeat it for more.")
  static let skipAPIVersionCheck = Option.flag(
    "skip-api-version-check", group: checks,
    help: "Serve every api-version that has the right form.")
  static let strict = Option.flag(
    "strict", group: checks,
    help: "Also reject what the service's docs do not guarantee.")
  static let calls = Option.one(
    "calls", Kind<Configuration.Calls>.choice, default: defaults.calls, valueName: "MODE",
    group: checks, help: "Redirect any call, or registered ones only.")

  static let neighbours = Option.one(
    "neighbours", Kind<Switch>.choice, default: defaults.neighbours ? .on : .off,
    valueName: "SWITCH", group: checks, help: "Serve the operations :answer and :reject, too.")

  private static let ringing = "Calls that ring"

  static let ownNumbers = Option.many(
    "own-number", .text(Configuration.ownNumberForm), valueName: "NUMBER", group: ringing,
    help: "A number of the resource: a redirect to it rings again.")
  static let ringAllow = Option.many(
    "ring-allow", .text("a host name"), valueName: "HOST",
    defaultNote: "loopback, if --host is loopback", group: ringing,
    help: "Deliver events to this host: a name, *.SUFFIX, an address, or *.")
  static let ringCA = Option.optional(
    "ring-ca", .file, valueName: "PATH", defaultNote: "the system's CAs", group: ringing,
    help: "More CAs to trust for https webhooks, PEM.")
  static let ringInsecure = Option.flag(
    "ring-insecure", group: ringing,
    help: "Accept any certificate of an https webhook.")

  private static let certificates = "Certificates"

  static let tlsDir = Option.optional(
    "tls-dir", .folder, valueName: "PATH", group: certificates,
    help: "Keep the CA and its key in this folder, and use them again.")
  static let tlsCert = Option.optional(
    "tls-cert", .file, valueName: "PATH", group: certificates,
    help: "Use this certificate chain, PEM, instead of making one.")
  static let tlsKey = Option.optional(
    "tls-key", .file, valueName: "PATH", group: certificates,
    help: "The private key of --tls-cert, PEM.")
  static let tlsName = Option.many(
    "tls-name", .text("a host name or an address"), valueName: "NAME", group: certificates,
    help: "Make the certificate valid for this name or address too.")

  private static let steering = "Control API and log"

  static let control = Option.one(
    "control", Kind<Switch>.choice, default: defaults.controlAPI ? .on : .off, valueName: "SWITCH",
    // `exec` passes the control API's address to its command in the same variable.
    environment: .variableUnless(prefix: "http://"), group: steering,
    help: "The control API under /_emulator/.")
  static let identity = Option.one(
    "identity", Kind<Switch>.choice, default: defaults.identity ? .on : .off, valueName: "SWITCH",
    group: steering, help: "Give tokens to DefaultAzureCredential.")
  static let controlPort = Option.optional(
    "control-port", .port, valueName: "PORT", group: steering,
    help: "Serve the control API on this port, too; 0 picks a free one.")
  static let controlKey = Option.optional(
    "control-key", .text("a key"), valueName: "KEY", isSecret: true,
    environment: .variableNotEmpty, group: steering,
    help: "Ask for this key in the header x-emulator-key.")
  static let controlHost = Option.many(
    "control-host", .text("a host name"), valueName: "HOST", group: steering,
    help: "Serve the control API to this host too: a name, *.SUFFIX, or * for any.")
  static let logLevel = Option.one(
    "log-level", Kind<LogLine.Level>.choice, default: defaults.logLevel, valueName: "LEVEL",
    group: steering, help: "Log from this level on. A request is one line of level info.")
  static let logFile = Option.optional(
    "log-file", .file, valueName: "PATH", defaultNote: "standard error", group: steering,
    help: "Append log lines to this file. SIGUSR1 opens it again.")
  static let logFormat = Option.one(
    "log-format", Kind<LogFormat>.choice, default: .text, valueName: "FORMAT", group: steering,
    help: "How log lines look.")

  private static let evidence = "Evidence"

  static let report = Option.many(
    "report", .file, valueName: "FILE", group: evidence,
    help: "Write what became of the calls at the end: .html, .json or .md.")
  static let journal = Option.optional(
    "journal", .file, valueName: "FILE", group: evidence,
    help: "Append each request to this file when it ends, as a line of JSON.")

  private static let memory = "Memory"

  static let journalLimit = Option.one(
    "journal-limit", .wholeNumber(Configuration.journalLimitRange), default: defaults.journalLimit,
    valueName: "N", group: memory, help: "Requests that the journal keeps; 0 keeps none.")
  static let journalBytes = Option.one(
    "journal-bytes", .size(Configuration.journalByteRange),
    default: ByteCount(bytes: defaults.journalBytes), valueName: "SIZE", group: memory,
    help: "Bytes that the journal of a resource keeps, 5/16 of --max-memory at most; 0 keeps none.")
  static let maxMemory = Option.one(
    "max-memory", .size(Configuration.maxMemoryRange),
    default: ByteCount(bytes: defaults.maxMemory), valueName: "SIZE", group: memory,
    help: "Bytes that clients can make the emulator keep, in total.")

  private static let limits = "Limits"

  static let threads = Option.one(
    "threads", .wholeNumber(Configuration.threadRange), default: defaults.threads, valueName: "N",
    group: limits, help: "Event loops, each on its own thread.")
  static let maxConnections = Option.one(
    "max-connections", .wholeNumber(Configuration.connectionRange),
    default: defaults.limits.connections, valueName: "N", group: limits,
    help: "Connections open at one time; the next one gets 503.")
  static let maxHeader = Option.one(
    "max-header", .size(Configuration.headerByteRange),
    default: ByteCount(bytes: defaults.limits.headerBytes), valueName: "SIZE", group: limits,
    help: "Bytes of a request's head.")
  static let maxBody = Option.one(
    "max-body", .size(Configuration.bodyByteRange),
    default: ByteCount(bytes: defaults.limits.bodyBytes), valueName: "SIZE", group: limits,
    help: "Bytes of a request's content.")
  static let idleTimeout = Option.one(
    "idle-timeout", .duration, default: DurationText(defaults.limits.idleTimeout),
    valueName: "DURATION", group: limits, help: "How long a connection may be silent.")
  static let headerTimeout = Option.one(
    "header-timeout", .duration, default: DurationText(defaults.limits.headerTimeout),
    valueName: "DURATION", group: limits,
    help: "How long a request's head or a TLS handshake may take.")

  /// All options, in the order of the help.
  ///
  /// - Parameters:
  ///   - port: the declaration of ``port``, with the command's default.
  ///   - controlPort: the declaration of ``controlPort``, with the command's default.
  static func all(port: OptionDeclaration, controlPort: OptionDeclaration) -> [OptionDeclaration] {
    [
      host.declaration, port, publicURL.declaration, readyFile.declaration, scenario.declaration,
      requireRules.declaration, watch.declaration, readyFD.declaration,
      exitWithStdin.declaration, accessKey.declaration, auth.declaration,
      tokenKeys.declaration, apiVersion.declaration, skipAPIVersionCheck.declaration,
      strict.declaration, calls.declaration, neighbours.declaration,
      ownNumbers.declaration, ringAllow.declaration, ringCA.declaration,
      ringInsecure.declaration, tlsDir.declaration,
      tlsCert.declaration, tlsKey.declaration, tlsName.declaration, control.declaration,
      controlPort, controlKey.declaration, controlHost.declaration, identity.declaration,
      logLevel.declaration, logFormat.declaration, logFile.declaration,
      report.declaration, journal.declaration, journalLimit.declaration, journalBytes.declaration,
      maxMemory.declaration,
      threads.declaration, maxConnections.declaration, maxHeader.declaration, maxBody.declaration,
      idleTimeout.declaration, headerTimeout.declaration,
    ]
  }

  enum Switch: String, CaseIterable, Sendable {
    case on, off

    /// Its words, which the commands for which `--control` is an address ignore in the variable.
    static let words = allCases.map(\.rawValue)
  }

  /// Judges values together that are each valid alone.
  static func judge(_ values: Values) -> [Complaint] {
    judgeAllButReports(values)
      + values[report].filter { Report.Form(fileName: $0.bytes) == nil }.map { path in
        Complaint(
          option: "report", value: path.shown, "expected a name that ends in .html, .json or .md")
      }
  }

  /// The same for a command with other reports.
  static func judgeAllButReports(_ values: Values) -> [Complaint] {
    var complaints: [Complaint] = []
    // The default may be too much: then it is lowered. A value that was given is not.
    if !values.isWrong(maxMemory), values.isGiven(journalBytes),
      values[journalBytes].bytes == defaults.journalBytes,
      values[journalBytes].bytes > MemoryBudget.journalLimit(of: values[maxMemory].bytes)
    {
      complaints.append(
        Complaint(
          option: "journal-bytes", value: values[journalBytes].description,
          "expected at most the \(ByteCount(bytes: MemoryBudget.journalLimit(of: values[maxMemory].bytes))) that all journals together may take: 5/16 of --max-memory, which can be larger"
        ))
    }
    do throws(ConfigurationError) {
      var configuration = configuration(values)
      // A wrong value limits nothing: its own message is enough.
      if values.isWrong(maxMemory) {
        configuration.maxMemory = Configuration.maxMemoryRange.upperBound
      }
      _ = try CheckedConfiguration(configuration)
    } catch {
      complaints += error.problems.map {
        Complaint(option: $0.option ?? $0.setting, value: $0.value, $0.message)
      }
    }
    if values[scenario].count(where: { $0 == ScenarioFiles.standardInput }) > 1 {
      complaints.append(
        Complaint(option: "scenario", value: "-", "expected once: standard input ends only once"))
    }
    if values[scenario].contains(ScenarioFiles.standardInput), values[exitWithStdin] {
      complaints.append(
        Complaint(
          option: "exit-with-stdin",
          "expected either this or --scenario -: standard input would be at its end"))
    }
    switch (values.isGiven(tlsCert), values.isGiven(tlsKey)) {
    case (true, false):
      complaints.append(Complaint(option: "tls-cert", "expected --tls-key with it"))
    case (false, true):
      complaints.append(Complaint(option: "tls-key", "expected --tls-cert with it"))
    case (true, true) where values.isGiven(tlsDir):
      complaints.append(
        Complaint(option: "tls-dir", "expected either this or --tls-cert with --tls-key"))
    default: break
    }
    if values[control] == .off, values.isGiven(controlPort) {
      complaints.append(
        Complaint(option: "control-port", "expected --control on with it"))
    }
    if values.isGiven(tlsCert), !values[tlsName].isEmpty {
      complaints.append(
        Complaint(option: "tls-name", "expected either this or --tls-cert with --tls-key"))
    }
    return complaints
  }

  /// The settings, without those that are read from files.
  static func configuration(_ values: Values) -> Configuration {
    var configuration = Configuration()
    configuration.host = values[host]
    configuration.port = values[port]
    configuration.controlPort = values[controlPort]
    configuration.publicURL = values[publicURL]
    configuration.threads = values[threads]
    configuration.limits.connections = values[maxConnections]
    configuration.limits.headerBytes = values[maxHeader].bytes
    configuration.limits.bodyBytes = values[maxBody].bytes
    configuration.limits.idleTimeout = values[idleTimeout].duration
    configuration.limits.headerTimeout = values[headerTimeout].duration
    configuration.authorization = values[auth]
    configuration.accessKey = values[accessKey]
    configuration.apiVersions = values[apiVersion]
    configuration.skipsAPIVersionCheck = values[skipAPIVersionCheck]
    configuration.strict = values[strict]
    configuration.neighbours = values[neighbours] == .on
    configuration.calls = values[calls]
    configuration.ownNumbers = values[ownNumbers]
    configuration.webhooks.allowedHosts = values[ringAllow]
    configuration.webhooks.skipsVerification = values[ringInsecure]
    configuration.journalLimit = values[journalLimit]
    configuration.journalBytes = values[journalBytes].bytes
    configuration.maxMemory = values[maxMemory].bytes
    configuration.controlAPI = values[control] == .on
    configuration.controlKey = values[controlKey]
    configuration.identity = values[identity] == .on
    configuration.controlHosts = values[controlHost]
    configuration.tls.names = values[tlsName]
    configuration.logLevel = values[logLevel]
    return configuration
  }

  /// Whether colours are allowed by the user (https://no-color.org) and known to the terminal.
  private static var wantsColours: Bool {
    func text(_ name: String) -> String { getenv(name).map { String(cString: $0) } ?? "" }
    return text("NO_COLOR").isEmpty && text("TERM") != "dumb"
  }

  /// The output for log lines.
  ///
  /// - Throws: ``Failure/cannotCreate(_:)`` if the file cannot be written.
  static func log(_ values: Values) throws(Failure) -> LogOutput {
    let format = values[logFormat]
    if let path = values[logFile] {
      _ = try WritableFile.place(of: path, .appended, values.subject(of: logFile))
    }
    do {
      let subject = values.subject(of: logFile)
      let ring = try LineRing(values[logFile].map { .file($0) } ?? .descriptor(STDERR_FILENO)) {
        let message =
          switch $0 {
          case .dropped(let count): "\(count) log lines were dropped: nobody read them in time"
          case .notReopened(let error):
            "\(subject) cannot be opened again: \(error.reason); lines are added to the file that is open"
          }
        return format.bytes(of: LogLine(.warning, message))
      }
      let isTerminal = values[logFile] == nil && isatty(STDERR_FILENO) == 1
      return LogOutput(ring, format, hasColours: isTerminal && wantsColours)
    } catch {
      guard values[logFile] != nil else {
        throw .system("the log cannot be written: \(error.reason)")
      }
      throw .cannotCreate("\(values.subject(of: logFile)): \(error.reason)")
    }
  }

  /// The settings, with those that are read from files.
  ///
  /// - Throws: ``Failure`` for a file that cannot be read.
  static func completeConfiguration(_ values: Values) throws(Failure) -> Configuration {
    var configuration = configuration(values)
    if let path = values[tokenKeys] {
      configuration.tokenKeys = [try TextFile.readPEM(path, values.subject(of: tokenKeys))]
    }
    if let path = values[ringCA] {
      let subject = values.subject(of: ringCA)
      let text = try TextFile.readPEM(path, subject)
      guard text.contains("-----BEGIN ") else {
        throw .data(["\(subject): expected PEM with at least one certificate"])
      }
      configuration.webhooks.authorities = text
    }
    try TLSFiles(values).complete(&configuration.tls)
    return configuration
  }

  /// The exit statuses of `serve` and `exec`.
  static let exitStatuses = [
    ExitStatus("1", "--require-rules: a rule never fired"),
    ExitStatus("65", "a file has wrong content"),
    ExitStatus("69", "the address is taken, or is not this machine's"),
    ExitStatus("71", "the system refused something"),
    ExitStatus("73", "a file cannot be written, or is a device, a FIFO or a folder"),
  ]
}
