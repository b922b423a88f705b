import Core
import EventLoop
import HTTP1
import LibCrypto
import RedirectCall
import Scenarios
import Synchronization
import TLS

/// A running emulator of Redirect Call: start one in a test, point a client at it, and see what it sent.
///
/// ```swift
/// let emulator = try await Emulator.start()
/// defer { emulator.stop() }
/// try await MyCallRouter(connectionString: emulator.httpConnectionString).redirect(incoming)
/// #expect(emulator.verify(Expectations(operations: 1, executed: 1)).passed)
/// ```
///
/// An emulator serves until it is stopped, or until there is no reference to it or to one of its resources any more.
/// Then its port, threads and files are released. The guide EmbeddingInSwift shows a whole package.
public final class Emulator: Sendable {
  /// The emulator's own version.
  public static let version = "0.1.0"
  /// The day of this version.
  package static let versionDate = "2026-11-28"
  /// The name of the resource that always exists.
  package static let defaultResourceName = ResourceStore.defaultName

  let server: Server

  /// Starts an emulator; when this returns, it serves requests.
  ///
  /// - Throws: ``ConfigurationError`` for a setting that cannot be used, ``StartError`` if it cannot listen on the
  ///   address. Then nothing is left open.
  public static func start(_ configuration: Configuration = Configuration()) async throws
    -> Emulator
  {
    try startBlocking(configuration)
  }

  /// Starts an emulator, for callers without concurrency. It takes milliseconds.
  ///
  /// - Throws: as ``start(_:)``.
  public static func startBlocking(_ configuration: Configuration = Configuration()) throws
    -> Emulator
  {
    Emulator(try Server(CheckedConfiguration(configuration)))
  }

  private init(_ server: Server) {
    self.server = server
  }

  deinit {
    // Nobody is left to wait for responses that are being sent.
    server.stop(grace: .zero)
  }

  /// Stops accepting, lets responses that are being sent finish (5 seconds at most), and returns when everything has
  /// ended. A second call does nothing.
  public func stop() {
    server.stop(grace: Server.grace)
  }

  /// Ends at once everything that another thread's ``stop()`` waits for.
  package func cut() {
    server.cut()
  }

  /// Its thread for long work.
  package var background: Background { server.core.background }

  /// The address that it listens on.
  package var host: String { server.address.host }

  /// Whether only this machine can reach it.
  package var isOnLoopback: Bool { server.address.isLoopback }

  /// The port that it listens on.
  public var port: UInt16 { server.address.port }

  /// `http://127.0.0.1:4010`, without a trailing slash.
  public var endpoint: String { server.core.addresses.own.http }

  /// `https://127.0.0.1:4010`: the same port.
  public var httpsEndpoint: String { server.core.addresses.own.https }

  /// The URL of the control API, on its own port if it has one; nil if it is off.
  public var controlEndpoint: String? {
    server.core.configuration.controlAPI
      ? server.core.addresses.ownControl.http + "/_emulator" : nil
  }

  /// The URL of the live page, which shows people what happened; nil if the control API is off.
  public var pageEndpoint: String? { controlEndpoint.map { $0 + "/" } }
  /// The values of `IDENTITY_ENDPOINT` and `IDENTITY_HEADER` with which `DefaultAzureCredential` gets a token from the
  /// emulator. Nil if the control API or the endpoint is off.
  public var managedIdentity: (endpoint: String, header: String)? {
    guard server.core.configuration.identity, let control = controlEndpoint else { return nil }
    return (control + "/identity", server.core.identityHeader)
  }

  /// The default resource's access key, in base64.
  public var accessKey: String { server.core.resources.defaultResource.accessKey.base64 }

  /// What an SDK needs to connect: the endpoint and the access key of the default resource, over https. A client has to
  /// trust ``caCertificate``.
  public var connectionString: String { defaultResource.connectionString }

  /// The same as ``connectionString``.
  public var httpsConnectionString: String { connectionString }

  /// The same over http, for clients that speak it.
  public var httpConnectionString: String { defaultResource.httpConnectionString }

  /// What was received and sent since the start, over all resources.
  package var totals: RequestTotals {
    let snapshot = server.core.metricsSnapshot()
    var totals = snapshot.totals
    totals.faults = snapshot.faultsFired
    return totals
  }

  /// A line for each verdict of some call except `redirected`: how many calls have it, which ones, and the story of the
  /// first one.
  ///
  /// - Parameter report: the name of a report with these calls; each line then has a link into it.
  package func callLines(report: String? = nil) -> [String] {
    var calls: [Call.Verdict: [(name: String, call: Call, place: String)]] = [:]
    for resource in server.core.resources.all {
      let place = resource.name == ResourceStore.defaultName ? "" : resource.name + "/"
      for call in CallList(of: resource).all.reversed() where call.verdict != .redirected {
        calls[call.verdict, default: []].append(
          (place + call.id, call, "\(resource.name)/calls/\(call.id)"))
      }
    }
    return Call.Verdict.allCases.compactMap { verdict in
      guard let calls = calls[verdict], let first = calls.first else { return nil }
      let names = calls.prefix(10).map(\.name).joined(separator: ", ")
      let more = calls.count > 10 ? ", …" : ""
      let which = calls.count > 1 ? names + more + "; " + first.name : first.name
      let advice = first.call.advice.map { " " + $0 } ?? ""
      // The total already says which calls are lost.
      var story = first.call.story
      if story.hasPrefix(Call.lostWords) { story.removeFirst(Call.lostWords.count) }
      return ShownText.line(
        "\(CallWords.total(calls.count, verdict)): \(which): \(story)\(advice)"
          + (report.map { " See \($0)#/\(first.place)" } ?? ""))
    }
  }

  /// What happened, over all resources.
  package func report() -> Report {
    Report(of: server.core.resources.all) { resource in
      server.core.addresses.ownControl.page + "\(resource.name)/calls/"
    }
  }

  /// The resource that always exists. The connection string has its credential.
  public var defaultResource: Resource {
    Resource(server.core.resources.defaultResource, of: self)
  }

  /// All resources, the default one first.
  public var resources: [Resource] {
    server.core.resources.all.map { Resource($0, of: self) }
  }

  /// The resource with this name.
  public func resource(named name: String) -> Resource? {
    server.core.resources.named(name).map { Resource($0, of: self) }
  }

  /// Makes a resource with a credential, a journal, a memory and a clock of its own.
  ///
  /// - Throws: ``ResourceError`` if the name is invalid or taken, if a version is invalid, if there are already as many
  ///   resources as ``Configuration/resourceLimit`` allows, or if there is no memory for one more.
  public func makeResource(
    _ settings: ResourceSettings = ResourceSettings()
  ) throws(ResourceError) -> Resource {
    Resource(try server.core.makeResource(settings), of: self)
  }

  /// Removes a resource. After that its credential is unknown. The default resource cannot be removed.
  ///
  /// - Returns: what its journal held; nil if there is no such resource to remove.
  @discardableResult
  public func removeResource(named name: String) -> [RecordedRequest]? {
    server.core.resources.remove(name).map { removed in
      removed.retire().page().entries.map { RecordedRequest($0, resource: name) }
    }
  }

  /// The default resource's requests, oldest first.
  public var requests: [RecordedRequest] { defaultResource.requests }

  /// The default resource's requests, grouped into logical redirects.
  public var operations: [RedirectOperation] { defaultResource.operations }

  /// Replaces the default resource's rules.
  ///
  /// - Throws: as ``Resource/load(scenario:)``.
  public func load(scenario text: String) throws(InvalidScenario) {
    try defaultResource.load(scenario: text)
  }

  /// Replaces the default resource's rules.
  ///
  /// - Throws: as ``Resource/load(rules:connections:events:seed:)``.
  public func load(
    rules: [Rule], connections: [ConnectionRule] = [], events: [EventRule] = [], seed: UInt64 = 0
  ) throws(InvalidScenario) {
    try defaultResource.load(
      rules: rules, connections: connections, events: events, seed: seed)
  }

  /// The certificate, in PEM, that clients have to trust to speak https here.
  public var caCertificate: String { server.core.tls.caPEM }

  /// The system's authorities and the emulator's, in PEM. It is for programs that read one file of authorities and
  /// cannot add to it.
  public var caBundle: String {
    String(decoding: server.core.tls.bundle, as: UTF8.self)
  }

  /// The files for clients that cannot add to the system's authorities: they have those, the emulator's, and `more`.
  package func trustFiles(with more: TrustedCertificates) -> TrustFiles {
    let trusted = server.core.tls.trusted(with: more)
    return TrustFiles(bundle: trusted.pem, trustStore: server.core.tls.javaTrustStore(of: trusted))
  }

  /// The contents of the files that make clients trust the emulator.
  package struct TrustFiles: Sendable {
    /// In PEM.
    package let bundle: [UInt8]
    /// A Java key store.
    package let trustStore: [UInt8]
  }

  /// Judges what the default resource's journal holds.
  public func verify(_ expectations: Expectations) -> Verification {
    defaultResource.verify(expectations)
  }

  /// Judges what the default resource's journal holds, and again after each request that ends, until all checks pass or
  /// the time is over.
  public func verify(_ expectations: Expectations, within time: Duration) async -> Verification {
    await defaultResource.verify(expectations, within: time)
  }

  /// A user access token for the default resource.
  ///
  /// - Throws: as ``Resource/token(scopes:user:expiresIn:)``.
  public func token(
    scopes: [String] = ["voip"], user: String? = nil, expiresIn lifetime: Duration = .seconds(3600)
  ) throws(TokenError) -> String {
    try defaultResource.token(scopes: scopes, user: user, expiresIn: lifetime)
  }
}

extension Emulator {
  /// Replaces the default resource's rules.
  package func load(_ scenario: Scenario) {
    server.core.load(
      scenario, into: server.core.resources.defaultResource, SystemCall.realtimeNow())
  }

  /// Replaces the default resource's rules, unless they are the same as the current ones, which then keep their
  /// counters.
  ///
  /// - Returns: what was replaced; nil if nothing was.
  package func replaceIfChanged(_ scenario: Scenario) -> Scenario? {
    let current =
      server.core.resources.defaultResource.state.withLock { $0.scenario?.engine.scenario }
      ?? Scenario()
    if current.isWritten(like: scenario) { return nil }
    load(scenario)
    return current
  }

  /// Sets the file with the CA's certificate that messages name to clients that do not trust the CA.
  package func say(caFile path: String) {
    server.core.caFile.withLock { $0 = path }
  }

  /// The names of all rules, of all resources, that have not fired.
  package var unusedRules: [String] {
    resources.flatMap { resource in
      resource.unusedRules.map {
        resource.name == Self.defaultResourceName ? $0 : "\($0) (\(resource.name))"
      }
    }
  }
}
