import Core
import HTTP1
import RedirectCall

/// One request for the operation, as far as its checks have come: what the response, the journal and the log line
/// are made of. Ranges are into the request's bytes, JSON texts into its content.
struct Exchange {
  private(set) var resource: ResourceCore
  /// When the request began to be read, on the resource's clock.
  var now: Instant
  var version: APIVersion?
  var scheme: AuthenticationScheme?
  var user: String?
  /// Where the secret of a credential begins, once that was read: what the journal leaves out.
  var secretStart: Int?
  /// The token, where its signature holds.
  var token: VerifiedToken?
  var request: RedirectCallRequest?
  var key: RepeatabilityKey?
  /// The request id, also of a request that was refused before its repeatability was checked: so that its tries are
  /// counted.
  var requestID: RequestUUID?
  /// What the response's `Repeatability-Result` says; nil if it has none.
  var result: RepeatabilityResult?
  /// What the response's `X-Microsoft-Skype-Chain-ID` says: the correlation id of a registered call, else the same
  /// for every repeat of a request. Nil makes a new one.
  var chainID: RequestUUID?
  var ordinals = RequestIDMemory.Ordinals(attempt: 1, call: 0)
  /// Whether this request was executed now, and not an earlier try.
  var executed = false
  /// Whether a rule's response or fault replaces the operation.
  var isRuled = false
  /// Whether it passed the checks before the operation, for rules with `valid`.
  var isValid = true
  /// The number of the scenario's state when its rules were checked.
  var scenarioState: UInt8 = 0
  /// How often the resource had been reset when the request came to it.
  var resets: UInt32 = 0
  /// Whether ids were dropped because there was no memory when it came.
  var droppedIDs = false
  /// Why the request is refused; nil for 204.
  var rejection: Rejection?

  init(resource: ResourceCore, wallClock: UInt64) {
    self.resource = resource
    now = resource.clock.now(wallClock)
  }

  /// Moves the request to the resource that its credential names, and to that resource's clock.
  mutating func belongs(to resource: ResourceCore, _ wallClock: UInt64) {
    self.resource = resource
    now = resource.clock.now(wallClock)
  }

  /// What is asked for; nil if the request is for no operation.
  var operation: CallOperation?
  /// What a neighbour's body says, where that passed.
  var neighbour: Neighbour?
  /// Of the registered call that a neighbour is about.
  var parties: Parties?
  /// Whether it is for `:reject` or `:answer`: these do not count in redirect's totals, and rules do not apply to them.
  var isNeighbour: Bool { operation == .answer || operation == .reject }
  /// Which registered call it is about, from 1; 0 for none.
  var registeredCall: UInt64 = 0
  /// Which request about that call it is, from 1.
  var ordinalOfCall = 0
  /// How many deliveries of its registered call's event had begun when it came.
  var deliveriesOfCall = 0

  /// The raw id of the redirect's target, where that rings at the resource itself.
  var nextCallee: String?
  /// The call that the redirect made: which registration; 0 for none.
  var nextCall: UInt64 = 0

  /// Of an operation that is in progress until its response was sent.
  var ticket: RepeatabilityTicket?
  /// Of a registered call that is being redirected until then.
  var redirecting: RegisteredCalls.Ticket?

  /// The response that repeats get.
  var remembered: RememberedAnswer { rejection.map { RememberedAnswer($0) } ?? .success }

  /// Whether somebody will read the request's bytes: the journal, or a reader of events.
  var isRecorded = true

  /// Whether it was refused before a credential was accepted: anybody can send such a request.
  var isAnybodys: Bool {
    guard let rejection else { return false }
    return scheme == nil || rejection.stage.index <= Rejection.Stage.authorization.index
  }

  var status: Int { rejection?.status ?? (operation == .answer ? 200 : 204) }

  /// The connection that `:answer` makes: the same for repeats of a request.
  var connection: CallConnection? {
    guard operation == .answer, let request = neighbour?.request else { return nil }
    var generator = SystemRandomNumberGenerator()
    let call = chainID ?? .version4(high: generator.next(), low: generator.next())
    // It differs from the call's id, and is made from it.
    let id = RequestUUID.version4(high: ~call.high, low: ~call.low)
    return CallConnection(
      id: id, correlationID: call, callbackURI: request.callbackURI ?? "", from: parties?.from,
      to: parties?.to)
  }

  /// Whom a registered call is of. An object for the same reason.
  final class Parties: Sendable {
    let from: String
    let to: String

    init(_ from: String, _ to: String) { (self.from, self.to) = (from, to) }
  }

  /// What a neighbour's body says. An object, so that an exchange is no larger for it.
  final class Neighbour: Sendable {
    let request: NeighbourRequest

    init(_ request: NeighbourRequest) { self.request = request }
  }
}
