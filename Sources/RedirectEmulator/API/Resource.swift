import Core
import Documents
import EventLoop
import FoundationEssentials
import RedirectCall
import Scenarios
import Synchronization

/// One emulated Communication Services resource: its credential, and everything that a test needs to control it. A
/// request belongs to the resource that has the request's credential. So tests that run in parallel each make a
/// resource and never see each other's requests. The guide WatchingAndAsserting shows it at work.
///
/// ```swift
/// let resource = try emulator.makeResource()
/// try resource.load(scenario: "rules: [{ name: busy, attempts: 1, respond: { status: 503 } }]")
/// try await MyCallRouter(connectionString: resource.httpConnectionString).redirect(incoming)
/// #expect(resource.verify(Expectations(attempts: 2, executed: 1)).passed)
/// ```
///
/// A resource holds a reference to its emulator, so the emulator is not released while the resource exists.
public struct Resource: Sendable {
  let resource: ResourceCore
  private let emulator: Emulator

  init(_ resource: ResourceCore, of emulator: Emulator) {
    self.resource = resource
    self.emulator = emulator
  }

  var core: ServerCore { emulator.server.core }

  /// The resource's name: the first label of a host name that stands for it.
  public var name: String { resource.name }

  /// The access key, in base64.
  public var accessKey: String { resource.accessKey.base64 }

  /// What an SDK needs to connect: endpoint and access key, over https. A client has to trust
  /// ``Emulator/caCertificate``.
  public var connectionString: String { core.addresses.standard.connectionString(accessKey) }

  /// The same as ``connectionString``.
  public var httpsConnectionString: String { connectionString }

  /// The same over http, for clients that speak it.
  public var httpConnectionString: String {
    core.addresses.standard.httpConnectionString(accessKey)
  }

  /// The requests that the journal holds, oldest first.
  public var requests: [RecordedRequest] {
    let page = resource.journal.page()
    return page.entries.map { RecordedRequest($0, resource: name) }
  }

  /// The requests grouped into logical redirects: every try of one `Repeatability-Request-ID` together.
  public var operations: [RedirectOperation] {
    let journal = resource.journal
    return Array(ChosenOperations(journal, keys: resource.operationKeys(of: journal)))
  }

  /// How many requests the journal has dropped at its limit since it was made or emptied.
  public var droppedRequests: UInt64 { resource.state.withLock { $0.journal.dropped } }

  /// The calls, newest first: those that were registered, and those that are in the journal.
  public var calls: [Call] { CallList(of: resource).all }

  /// Judges what the journal holds. A verification prints itself in words, so that a failing test says what was
  /// expected and what was seen:
  ///
  /// ```swift
  /// #expect(resource.verify(Expectations(attempts: 3, executed: 1, honoursRetryAfter: true)).passed)
  /// ```
  public func verify(_ expectations: Expectations) -> Verification {
    VerifyQuestion(expect: expectations).answer(from: evidence)
  }

  /// Judges what the journal holds, and again after each request that ends, until all checks pass or the time is over.
  /// It is for apps that redirect in the background, and needs no sleep.
  ///
  /// ```swift
  /// #expect(await resource.verify(Expectations(executed: 1), within: .seconds(10)).passed)
  /// ```
  ///
  /// - Parameter time: how long to wait at most. A cancelled task stops waiting.
  public func verify(_ expectations: Expectations, within time: Duration) async -> Verification {
    let wait = VerifyWait(of: resource, background: emulator.background) { time, action in
      Task {
        try? await Task.sleep(for: time)
        action()
      }
    }
    let timer = Task {
      try? await Task.sleep(for: time)
      wait.hurry()
    }
    defer { timer.cancel() }
    let report: Verification? = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let question = VerifyQuestion(expect: expectations)
        let begins = wait.begin(
          { isLast in
            let judged = question.judge(evidence)
            return judged.isSettled || isLast
              ? .done { continuation.resume(returning: judged.report) }
              : .open(changesIn: judged.changesIn)
          }, whenBusy: { continuation.resume(returning: nil) })
        if !begins { continuation.resume(returning: nil) }
      }
    } onCancel: {
      wait.hurry()
    }
    return report ?? verify(expectations)
  }

  private var evidence: VerifyEvidence { resource.evidence(page: core.pageOfCalls(of: resource)) }

  /// Replaces the rules, all or nothing. Their counters begin at zero. The guide Scenarios describes the format.
  ///
  /// - Parameter text: YAML or JSON.
  /// - Throws: ``InvalidScenario`` with everything that is wrong, each with line and column.
  public func load(scenario text: String) throws(InvalidScenario) {
    do throws(DocumentErrors) {
      core.load(try ScenarioDecoder.decode(text), into: resource, SystemCall.realtimeNow())
    } catch {
      throw InvalidScenario(error)
    }
  }

  /// Replaces the rules by these, all or nothing. Their counters begin at zero.
  ///
  /// - Parameters:
  ///   - rules: for requests; the first that matches decides.
  ///   - connections: for connections, before there is a request.
  ///   - events: for deliveries of `IncomingCall` to the app's webhook.
  ///   - seed: same seed, same order of requests: the same decisions.
  /// - Throws: ``InvalidScenario`` with everything that is wrong; a place's `target` names the rule and its part.
  public func load(
    rules: [Rule], connections: [ConnectionRule] = [], events: [EventRule] = [], seed: UInt64 = 0
  ) throws(InvalidScenario) {
    let scenario = Scenario(
      seed: seed, rules: rules, connections: connections, events: events)
    do throws(DocumentErrors) {
      try scenario.check()
    } catch {
      throw InvalidScenario(error, hasPlaces: false)
    }
    core.load(scenario, into: resource, SystemCall.realtimeNow())
  }

  /// Removes the rules.
  public func removeScenario() {
    resource.removeScenario()
  }

  /// The names of the rules that have not fired yet.
  public var unusedRules: [String] {
    resource.state.withLock { $0.scenario?.engine }?.unusedRules ?? []
  }

  /// Empties the journal.
  public func clearRequests() {
    resource.clearJournal()
  }

  /// Resets journal, counters, repeatability memory, calls and clock to their state at the start. The scenario stays,
  /// with its counters at zero, unless it is cleared too.
  public func reset(clearsScenario: Bool = false) {
    resource.reset(clearsScenario: clearsScenario, wallClock: SystemCall.realtimeNow())
    core.forgetDeliveries(of: resource)
  }

  /// A user access token for this resource, signed with the well-known development key.
  ///
  /// - Parameters:
  ///   - scopes: redirecting needs `voip`.
  ///   - user: the user's id, `8:acs:…` or its last part; nil makes a new user.
  ///   - lifetime: from now on the resource's clock; a negative one makes an expired token.
  /// - Returns: the JWT, for `Authorization: Bearer …`.
  /// - Throws: ``TokenError`` for a user or scope with characters that no id has.
  public func token(
    scopes: [String] = ["voip"], user: String? = nil, expiresIn lifetime: Duration = .seconds(3600)
  ) throws(TokenError) -> String {
    do throws(TokenIssuer.Fault) {
      return try core.issuer.issue(
        user: user, resource: resource.id, scopes: scopes,
        issuedAt: resource.clock.now(SystemCall.realtimeNow()), lifetime: lifetime
      ).token
    } catch {
      throw TokenError(error)
    }
  }

  /// Makes a call ring, for resources that require calls to be registered.
  ///
  /// - Parameters:
  ///   - context: nil makes one.
  ///   - time: how long it rings, on the resource's clock.
  /// - Returns: the call's `incomingCallContext`.
  @discardableResult
  public func registerCall(_ context: String? = nil, ringsFor time: Duration = .seconds(30))
    -> String
  {
    let call = resource.newCall(
      CallSettings(context: context, ringsFor: time), wallClock: SystemCall.realtimeNow())
    // What the emulator's owner registers is counted, but never refused.
    core.resources.insist(on: call.cost, for: .call)
    core.rings(resource.register(call), at: resource)
    return call.context
  }

  /// How far the resource's clock is ahead of the machine's. Everything in the contract that depends on the time uses
  /// this clock.
  public var clockOffset: Duration {
    get { resource.clock.offset }
    nonmutating set {
      resource.clock.set(offset: newValue)
      core.clockMoved(resource)
      resource.clockWasSet()
    }
  }

  /// The time on the resource's clock. Setting it moves the clock, which then continues from there.
  public var now: Date {
    get { Date(resource.clock.now(SystemCall.realtimeNow())) }
    nonmutating set {
      resource.clock.set(now: Instant(newValue), wallClock: SystemCall.realtimeNow())
      core.clockMoved(resource)
      resource.clockWasSet()
    }
  }
}

/// The settings of a resource; nil means the setting that the emulator was started with.
public struct ResourceSettings: Sendable {
  /// A host name's label; nil makes a name.
  public var name: String?
  /// How credentials are checked.
  public var authorization: Configuration.Authorization?
  /// The api-versions served.
  public var apiVersions: [String]?
  /// Which calls ring.
  public var calls: Configuration.Calls?
  /// Whether to refuse what the service's documents do not guarantee.
  public var strict: Bool?
  /// Whether `:answer` and `:reject` are served.
  public var neighbours: Bool?
  /// Numbers that it owns, `+14255550123`: a call that is redirected to one rings again.
  public var ownNumbers: [String]?
  /// Removes the resource if no request and no call of the control API was for it for this long, at least 1 s. A
  /// program's use of its ``Resource`` does not count.
  public var expiresAfter: Duration?

  /// Settings; nil means the setting that the emulator was started with.
  public init(
    name: String? = nil, authorization: Configuration.Authorization? = nil,
    apiVersions: [String]? = nil, calls: Configuration.Calls? = nil, strict: Bool? = nil,
    neighbours: Bool? = nil, ownNumbers: [String]? = nil, expiresAfter: Duration? = nil
  ) {
    self.ownNumbers = ownNumbers
    self.expiresAfter = expiresAfter
    self.name = name
    self.authorization = authorization
    self.apiVersions = apiVersions
    self.calls = calls
    self.strict = strict
    self.neighbours = neighbours
  }
}
