import Core
import EventLoop
import RedirectCall
import Scenarios
import Synchronization

extension ServerCore {
  /// Makes a resource.
  ///
  /// - Throws: if the name is invalid or taken, if a version is invalid, and at the limit.
  func makeResource(_ wanted: ResourceSettings) throws(ResourceError) -> ResourceCore {
    var settings = resources.defaultSettings
    if let authorization = wanted.authorization { settings.authorization = authorization }
    if let calls = wanted.calls { settings.calls = calls }
    if let strict = wanted.strict { settings.strict = strict }
    if let neighbours = wanted.neighbours { settings.neighbours = neighbours }
    if let numbers = wanted.ownNumbers {
      settings.ownNumbers = []
      for text in numbers {
        guard let id = CallSettings.ownNumber(text) else { throw .invalidNumber(text) }
        settings.ownNumbers.insert(id)
      }
    }
    if let texts = wanted.apiVersions {
      var versions: [APIVersion] = []
      for text in texts {
        guard let version = APIVersion(text) else { throw .invalidVersion(text) }
        versions.append(version)
      }
      guard !versions.isEmpty else { throw .noVersions }
      settings.versions = ServedVersions(versions, skipsCheck: settings.versions.skipsCheck)
    }
    if let name = wanted.name, !Self.isLabel(name) { throw .invalidName(name) }
    if let time = wanted.expiresAfter {
      guard time >= ResourceExpiry.shortest else { throw .invalidExpiry(time) }
      settings.expiresAfter = time
    }
    let made = try resources.make(named: wanted.name, settings)
    if let time = wanted.expiresAfter {
      expiry.add(made, after: time, now: SystemCall.monotonicNow())
      housekeeper.withLock { $0 }?.insist { loop in
        (loop.owner as? Connections)?.scheduleExpiry()
      }
    }
    return made
  }

  /// Removes the resources that nobody used for the time that they are kept.
  func removeExpired(_ now: UInt64) {
    for resource in expiry.takeExpired(now) {
      guard let removed = resources.remove(resource.name) else { continue }
      log(
        .info, "a resource was removed, because nobody used it",
        fields: ["resource": .text(removed.name)])
      // Freeing everything that it kept takes long.
      let retire: @Sendable () -> Void = { _ = removed.retire() }
      if !background.submit(dropped: retire, retire) { retire() }
      // Its calls may still be there. Their remaining deliveries then end without being sent.
      forgetDeliveries(of: removed)
    }
  }

  /// Replaces a resource's rules. Counters begin at zero.
  ///
  /// - Parameter taken: the bytes that were taken from the memory budget for them; nil for rules of the emulator's
  ///   owner, which are kept in any case.
  func load(
    _ scenario: Scenario, into resource: ResourceCore, _ wallClock: UInt64, taken: Int? = nil
  ) {
    for misreading in ScenarioChecker.misreadings(scenario).prefix(10) {
      report("\(misreading)")
    }
    let loaded = LoadedScenario(
      scenario, now: resource.clock.now(wallClock), connectionsAccepted: connectionsAccepted)
    let cost = taken ?? LoadedScenario.cost(ofRules: scenario)
    if taken == nil { resources.insist(on: cost, for: .scenario) }
    resource.replaceScenario(loaded, cost: cost)
  }

  /// Takes memory for a scenario before it is read.
  ///
  /// - Parameter text: its bytes.
  /// - Returns: the bytes that were taken.
  func holdScenario(text count: Int) throws(ControlError) -> Int {
    let cost = LoadedScenario.cost(ofText: count)
    guard resources.hold(cost, for: .scenario, .large) else {
      throw noMemory(for: "this scenario")
    }
    return cost
  }

  /// Takes memory that a scenario's regular expressions may use later, after it was read.
  ///
  /// - Parameter taken: the bytes that were taken for the scenario; this adds to them.
  func holdPatterns(of scenario: Scenario, taken: inout Int) throws(ControlError) {
    let cost = scenario.patternMemory
    if cost == 0 { return }
    guard resources.hold(cost, for: .scenario, .large) else {
      throw noMemory(for: "the regular expressions of this scenario, which may keep \(cost) bytes")
    }
    taken += cost
  }

  /// Takes memory for the body of a call that waits for the background thread. A call without a body always finds a
  /// place.
  func holdBody(_ count: Int) throws(ControlError) {
    if count == 0 { return }
    guard resources.hold(count, for: .body, MemoryBudget.Tier(bytes: count)) else {
      throw noMemory(for: "this call, which has to wait for its turn", status: 503)
    }
  }

  /// Makes a call ring.
  ///
  /// - Returns: the call, with its number.
  /// - Throws: if there is no memory for one more, or if the most calls ring already.
  func registerCall(_ call: RegisteredCall, at resource: ResourceCore) throws(ControlError)
    -> RegisteredCall
  {
    guard !resource.state.withLock({ $0.calls.isFull(at: call.rangAt) }) else {
      throw ControlError(
        status: 507, code: "TooManyCalls",
        message:
          "'\(resource.name)' has as many ringing calls as one resource can have. Wait until one is taken, or remove one with DELETE R/calls/ID."
      )
    }
    guard resources.hold(call.cost, for: .call, .large) else {
      throw noMemory(for: "another registered call")
    }
    return resource.register(call)
  }

  /// A response, or 503 instead if it is large and cannot be kept until its client has read it.
  func affordable(_ response: ControlResponse) -> ControlResponse {
    let budget = resources.budget
    guard response.body.count > MemoryBudget.smallSize, !budget.admits(response.body.count, .large)
    else { return response }
    budget.countRefusal(of: .response)
    return ControlResponse(
      ControlError(
        status: 503, code: "MemoryLimitReached",
        message:
          "There is no memory for this response of \(response.body.count) bytes: \(budget.inUse). Ask for less, such as a page with a smaller limit, or start the emulator with a larger --max-memory."
      ))
  }

  /// No more can be kept.
  ///
  /// - Parameters:
  ///   - what: the thing without room.
  ///   - status: 507 for something that would be kept, 503 for anything else.
  func noMemory(for what: String, status: Int = 507) -> ControlError {
    let budget = resources.budget
    return ControlError(
      status: status, code: "MemoryLimitReached",
      message: MemoryBudget.message(what, used: budget.used, limit: budget.limit))
  }

  private static func isLabel(_ text: String) -> Bool {
    let bytes = Array(text.utf8)
    guard (1...63).contains(bytes.count), bytes.first != ASCII.hyphen, bytes.last != ASCII.hyphen
    else {
      return false
    }
    return bytes.allSatisfy { ASCII.isLetterOrDigit($0) || $0 == ASCII.hyphen }
  }
}
