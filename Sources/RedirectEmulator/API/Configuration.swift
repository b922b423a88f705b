import EventLoop

/// All settings of an emulator as one value. The command line or a test makes it. It is checked once, when the emulator
/// starts. The guide CommandLine names the option for each.
public struct Configuration: Sendable {
  /// How credentials are checked.
  public enum Authorization: String, Sendable, CaseIterable {
    /// As the service does.
    case verify
    /// Any credential that is not empty is accepted.
    case any
    /// No credential is required. (A case named `none` would be confused with the `nil` of an optional one.)
    case notRequired = "none"
  }

  /// Which calls ring.
  public enum Calls: String, Sendable, CaseIterable {
    /// Any non-empty context is a ringing call, unless it was registered: then it rings for its time and is taken
    /// once.
    case any
    /// Only registered ones are.
    case registered
  }

  /// The limits of a connection and a message.
  public struct Limits: Sendable {
    /// Connections open at one time, over all loops. The next one gets 503 and is closed.
    public var connections = 10_000
    /// Bytes of a request's head.
    public var headerBytes = 16 * 1024
    /// Bytes of a request's content.
    public var bodyBytes = 1024 * 1024
    /// How long a connection may be silent, and how long a request's content may take.
    public var idleTimeout = Duration.seconds(60)
    /// How long a request's head may take, and a TLS handshake.
    public var headerTimeout = Duration.seconds(10)

    /// The defaults.
    public init() {}
  }

  /// The default of ``journalBytes``.
  package static let defaultJournalBytes = 64 * 1024 * 1024

  /// Numeric address to listen on, or `localhost`.
  public var host = "127.0.0.1"
  /// 0 asks for any free port.
  public var port: UInt16 = 0
  /// The address in connection strings, if clients reach the emulator through something that forwards to it: a URL of
  /// http or https with host and port. Nil means the address that a client reached.
  public var publicURL: String?
  /// Event loops, each on a thread of its own.
  public var threads = 1
  /// The limits of a connection and a message.
  public var limits = Limits()

  /// How credentials are checked.
  public var authorization = Authorization.verify
  /// The default resource's access key, in base64; nil is the well-known development key.
  public var accessKey: String?
  /// Text of PEM or JWKS files with further keys that may sign tokens.
  public var tokenKeys: [String] = []
  /// The api-versions served; empty means the seven stable ones and six previews (Contract guide, "3. api-version").
  public var apiVersions: [String] = []
  /// Serve any api-version that is shaped like one.
  public var skipsAPIVersionCheck = false
  /// Refuse what the service's documents do not guarantee.
  public var strict = false
  /// Whether `:answer` and `:reject` are served besides the operation.
  public var neighbours = true
  /// Which calls ring.
  public var calls = Calls.any
  /// Numbers of the default resource, `+14255550123`: a call that is redirected to one rings again, with an event of its own.
  public var ownNumbers: [String] = []
  /// Where events may be delivered.
  public var webhooks = Webhooks()

  /// Where events of calls may be delivered, and which authorities the emulator trusts for that.
  public struct Webhooks: Sendable {
    /// Hosts besides this machine's loopback addresses: `app`, `*.example.com`, `10.0.0.5`, or `*` for any. If ``host``
    /// is not loopback, `localhost` has to be among them, too.
    public var allowedHosts: [String] = []
    /// Authorities that are trusted besides the system's, as PEM text.
    public var authorities: String?
    /// Whether any certificate is accepted.
    public var skipsVerification = false

    /// The default: loopback, and the system's authorities.
    public init() {}
  }

  /// Requests that each resource's journal keeps; 0 keeps none.
  public var journalLimit = 10_000
  /// Bytes that each resource's journal keeps; 0 keeps none. With the calls' real contexts of 8 KB that is some 7,000
  /// requests. The maximum is what all journals together may have, 5/16 of ``maxMemory``. The default is lowered to
  /// that if necessary.
  public var journalBytes = Configuration.defaultJournalBytes
  /// Bytes that clients can make the emulator keep, over all resources: requests being read, responses and events that
  /// were not read, journals, registered calls, rules, resources, request ids, connections and TLS sessions. At the limit the oldest entries of
  /// journals are dropped, and what cannot be kept is refused. What the program that starts the emulator loads into it is
  /// counted, but never refused.
  public var maxMemory = 512 * 1024 * 1024
  /// Request ids that each resource remembers.
  public var repeatabilityLimit = 100_000
  /// Emulated resources at one time.
  public var resourceLimit = 1_000

  /// Whether the control API is there.
  public var controlAPI = true
  /// A separate port for the control API, which is also served on ``port``. Rules for connections do not apply to
  /// connections to the separate port, and these are not counted. 0 asks for any free port; nil means no separate port.
  public var controlPort: UInt16?
  /// Whether the managed-identity endpoint gives tokens. It is a part of the control API.
  public var identity = true
  /// The value that the control API requires in `x-emulator-key`; nil requires none.
  public var controlKey: String?
  /// Hosts besides loopback names, addresses and names of one label that the control API is served to:
  /// `emulator.example.com`, `*.example.com`, or `*` for any.
  public var controlHosts: [String] = []

  /// Gets the lines of the log, on the thread that made the line, so it must be quick. Nil logs nothing.
  public var log: (@Sendable (LogLine) -> Void)?
  /// Whether ``log`` gets a line for each request, too.
  public var logsRequests = false
  /// Whether the emulator ends with the calls that `ring` lets ring. Nothing is found at its address afterwards.
  package var endsWithRing = false
  /// The output for the lines as bytes, those of requests among them. The code that made the ring ends it.
  package var logOutput: LogOutput?
  /// Gets the journal's entries as lines of JSON, each when its request ends. The code that made the ring ends it.
  package var journalOutput: LineRing?
  /// Lines below this level are not made.
  public var logLevel = LogLine.Level.info

  /// Where the certificates come from.
  public var tls = TLS()

  /// Where the certificates come from.
  public struct TLS: Sendable {
    /// A certificate chain and its key, both as PEM text; nil makes a CA and certificates.
    public var certificate: (chain: String, key: String)?
    /// A CA made before, as PEM text, to be used again.
    public var authority: (certificate: String, key: String)?
    /// Names and addresses that a made certificate is valid for, besides loopback, the service's names, the address
    /// that the emulator listens on and the machine's: `emulator.example.com`, `*.example.com`, `fd00::2`.
    public var names: [String] = []

    /// The default: a CA and certificates made at start.
    public init() {}
  }

  /// The defaults.
  public init() {}
}
