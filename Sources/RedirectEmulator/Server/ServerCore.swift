import Core
import EventLoop
import LibCrypto
import RedirectCall
import Scenarios
import Synchronization
import TLS

/// What all loops share: the settings, the emulated resources and a few counters. Each shared store is
/// behind its own lock.
final class ServerCore: Sendable {
  let configuration: Configuration
  let address: SocketAddress
  /// Who may use the control API.
  let access: ControlAccess
  let resources: ResourceStore
  let tls: EmulatorTLS
  /// The addresses that clients get.
  let addresses: Addresses
  /// Signs the tokens that the control API makes.
  let issuer: TokenIssuer
  let tokenVerifier: TokenVerifier
  let log: Log
  let startedAt: UInt64
  /// An id of this run.
  let instance = SecureRandom.uuid()
  /// The value of `X-IDENTITY-HEADER` that clients of the managed-identity endpoint must send.
  let identityHeader = SecureRandom.uuid()
  let openConnections = Atomic<Int>(0)
  /// The open connections of the control API's own port.
  let openControlConnections = Atomic<Int>(0)

  /// Where the CA's certificate was written, for messages about failed handshakes; nil if it was not.
  let caFile = Guarded<String?>(nil)

  let fingerprinter = RequestFingerprinter()
  /// The resources that are removed if nobody uses them.
  let expiry = ResourceExpiry()
  /// The mailbox of the loop that looks for them.
  let housekeeper = Guarded<Mailbox?>(nil)
  /// Does work that would take too long on a loop.
  let background = Background()

  /// The mailboxes of all loops, for the deliveries of events.
  let loops = Guarded<[Mailbox]>([])
  /// The CAs that the emulator trusts when it sends.
  let trust: OutboundTrust
  /// Looks up the names of webhooks' hosts, so nothing else waits for that.
  let lookups = Background()
  let webhooks: AllowedWebhooks
  let deliveryRate = DeliveryRate()

  private let metrics = Guarded<[Metrics]>([])
  private let connectionCount = Atomic<UInt64>(0)
  private let controlConnectionCount = Atomic<UInt64>(0)

  /// - Parameters:
  ///   - address: where the emulator listens.
  ///   - controlPort: the control API's own port, if it has one.
  /// - Throws: ``ConfigurationError`` for keys and certificates that cannot be used.
  init(_ checked: CheckedConfiguration, address: SocketAddress, controlPort: UInt16?)
    throws(ConfigurationError)
  {
    let configuration = checked.settings
    self.address = address
    access = ControlAccess(hosts: checked.controlHosts, key: configuration.controlKey)
    addresses = Addresses(
      listeningOn: address, published: checked.publicAddress, controlPort: controlPort)
    self.configuration = configuration
    log = Log(
      configuration, page: configuration.controlAPI ? addresses.ownControl.page : nil)
    trust = OutboundTrust(
      authorities: checked.webhookAuthorities,
      trustsAnybody: configuration.webhooks.skipsVerification)
    webhooks = AllowedWebhooks(isLoopback: address.isLoopback, hosts: checked.webhookHosts)
    do {
      issuer = try DevelopmentKeys.tokenIssuer()
    } catch {
      throw ConfigurationError("tokenKeys", option: "token-keys", "the development key: \(error)")
    }
    tokenVerifier = TokenVerifier(keys: try Self.tokenKeys(configuration, issuer))
    resources = ResourceStore(checked)
    tls = try EmulatorTLS(
      configuration.tls,
      names: TLSContexts.names(
        host: address.host,
        further: checked.certificateNames + MachineAddress.all.map { .ip($0) }))
    startedAt = SystemCall.monotonicNow()
  }

  /// The development key, and the given ones.
  private static func tokenKeys(_ configuration: Configuration, _ issuer: TokenIssuer)
    throws(ConfigurationError)
    -> [TokenKey]
  {
    do {
      var keys = [try issuer.tokenKey]
      for text in configuration.tokenKeys { keys += try TokenKeys.parse(text) }
      return keys
    } catch {
      throw ConfigurationError(
        "tokenKeys", option: "token-keys", "\(error)", isAboutData: true)
    }
  }

  /// Counters for one more loop.
  func addMetrics() -> Metrics {
    let added = Metrics()
    metrics.withLock { $0.append(added) }
    return added
  }

  /// All loops' counters and all resources' figures, added up.
  func metricsSnapshot() -> MetricsSnapshot {
    var snapshot = metrics.withLock { loops in
      loops.reduce(into: MetricsSnapshot()) { $0.add($1.snapshot()) }
    }
    let all = resources.all
    snapshot.resources = all.count
    for resource in all {
      resource.state.withLock { state in
        snapshot.add(state.journal)
        snapshot.repeatabilityIDs += state.requestIDs.count
        snapshot.repeatabilityEvictions += UInt64(state.requestIDs.evicted)
      }
    }
    snapshot.add(resources.budget)
    snapshot.logLinesDropped = log.dropped
    snapshot.backgroundWaiting = background.waiting
    snapshot.backgroundRefused = background.refused
    snapshot.uptime = Int64(clamping: SystemCall.monotonicNow() &- startedAt)
    return snapshot
  }

  /// Connections accepted so far, without those of the control API's own port.
  var connectionsAccepted: UInt64 { connectionCount.load(ordering: .relaxed) }

  /// Logs something that no client can get as a response.
  func report(_ message: String) {
    log(.warning, message)
  }

  /// The ordinal of a new connection, counted from 1. Connections of the control API's own port have separate, much
  /// higher numbers, so they never take a number that a rule counts.
  func nextConnectionID(_ entrance: Entrance) -> UInt64 {
    switch entrance {
    case .service: connectionCount.add(1, ordering: .relaxed).newValue
    case .control: 1 << 62 + controlConnectionCount.add(1, ordering: .relaxed).newValue
    }
  }
}
