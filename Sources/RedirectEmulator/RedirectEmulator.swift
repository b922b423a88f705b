import EventLoop
import HTTP1
import RedirectCall

/// A running emulator of Redirect Call: start one in a test, point a client at it, and see what came.
///
/// ```swift
/// let emulator = try await RedirectEmulator.start()
/// defer { emulator.stop() }
/// try await MyCallRouter(connectionString: emulator.connectionString).redirect(incoming)
/// #expect(emulator.operations.first?.executed == 1)
/// ```
public final class RedirectEmulator: Sendable {
  /// The emulator's own version.
  public static let version = "0.1.0"
  /// The name of the resource that is always there.
  public static let defaultResourceName = ResourceStore.defaultName

  let server: Server

  /// Starts an emulator; when this returns, requests are answered.
  ///
  /// - Throws: ``ConfigurationError`` for a setting that cannot be used, ``StartError`` where the address cannot
  ///   be listened on.
  public static func start(_ configuration: Configuration = Configuration()) async throws
    -> RedirectEmulator
  {
    try startBlocking(configuration)
  }

  /// Starts an emulator, for callers without concurrency. It takes milliseconds.
  ///
  /// - Throws: as ``start(_:)``.
  public static func startBlocking(_ configuration: Configuration = Configuration()) throws
    -> RedirectEmulator
  {
    try RedirectEmulator(configuration)
  }

  private init(_ configuration: Configuration) throws {
    server = try Server(configuration)
  }

  /// Stops accepting, lets answers on their way finish (5 seconds at most), and returns when all is ended.
  public func stop() {
    server.stop()
  }

  /// The port that it listens on.
  public var port: UInt16 { server.address.port }

  /// `http://127.0.0.1:4010`, without a slash behind.
  public var endpoint: String { server.core.endpoint }

  /// `https://127.0.0.1:4010`: the same port.
  public var httpsEndpoint: String { server.core.httpsEndpoint }

  /// Where the control API is; nil where it is off.
  public var controlEndpoint: String? {
    server.core.configuration.controlAPI ? endpoint + "/_emulator" : nil
  }

  /// The default resource's access key, in base64.
  public var accessKey: String { server.core.resources.defaultResource.accessKey.base64 }

  /// What an SDK is made with: the endpoint and the access key of the default resource.
  public var connectionString: String { "endpoint=\(endpoint)/;accesskey=\(accessKey)" }

  /// The same, for SDKs that speak https whatever they are told.
  public var httpsConnectionString: String { "endpoint=\(httpsEndpoint)/;accesskey=\(accessKey)" }

  /// What has come and gone since the start, over all resources.
  public var totals: Totals {
    let snapshot = server.core.metricsSnapshot()
    return Totals(
      requests: snapshot.requests, executed: snapshot.executed, rejected: snapshot.rejected,
      faults: snapshot.faultsFired)
  }

  /// Counts since the start.
  public struct Totals: Sendable, Equatable {
    public var requests: UInt64
    public var executed: UInt64
    public var rejected: UInt64
    public var faults: UInt64
  }

  /// A user access token for the default resource, signed with the well-known development key.
  ///
  /// - Parameters:
  ///   - scopes: redirecting needs `voip`.
  ///   - user: the user's id, `8:acs:…` or its last part; nil makes a new user.
  ///   - lifetime: from now, on the resource's clock.
  public func makeToken(
    scopes: [String] = ["voip"], user: String? = nil, expiresIn lifetime: Duration = .seconds(3600)
  ) throws -> AccessToken {
    let resource = server.core.resources.defaultResource
    return AccessToken(
      try server.core.issuer.issue(
        user: user, resource: resource.id, scopes: scopes,
        issuedAt: resource.clock.now(SystemCall.realtimeNow()), lifetime: lifetime))
  }
}

/// A user access token, as the emulator issues it.
public struct AccessToken: Sendable {
  /// The JWT.
  public let token: String
  /// The user that it is for, `8:acs:…`.
  public let user: String
  /// When it expires: seconds since 1970, on the resource's clock.
  public let expiresOn: Int64

  init(_ issued: IssuedToken) {
    token = issued.token
    user = issued.user
    expiresOn = issued.expiresOn.seconds
  }

  /// Issues a token for the default resource of any emulator that runs with the development keys, without one
  /// running.
  ///
  /// - Parameter lifetime: from now, on the machine's clock.
  public static func development(scopes: [String], user: String?, lifetime: Duration) throws
    -> AccessToken
  {
    AccessToken(
      try DevelopmentKeys.tokenIssuer().issue(
        user: user, resource: DevelopmentKeys.resourceID, scopes: scopes,
        issuedAt: Instant(nanoseconds: Int64(clamping: SystemCall.realtimeNow())),
        lifetime: lifetime))
  }
}

extension RedirectEmulator {
  /// Now, on the machine's clock, as RFC 3339 writes it: for log lines beside the emulator's own.
  package static func timestamp() -> String {
    Timestamp.text(Instant(nanoseconds: Int64(clamping: SystemCall.realtimeNow())))
  }
}
