import Core
import HTTP1
import RedirectCall

/// One request for the operation, in the state that its checks have reached. The response, the journal's entry and the
/// log line are made from it. Ranges are offsets into the request's bytes, JSON texts are offsets into its content.
struct Exchange {
  private(set) var resource: ResourceCore
  /// When the request began to be read, on the resource's clock.
  var now: Instant
  var version: APIVersion?
  var scheme: AuthenticationScheme?
  var user: String?
  /// Where a credential's secret begins, after it was read. The journal leaves the secret out.
  var secretStart: Int?
  /// The token, if its signature is valid.
  var token: VerifiedToken?
  var request: RedirectCallRequest?
  var key: RepeatabilityKey?
  /// The request id, also if the request was refused before its repeatability was checked, so that its tries are
  /// counted.
  var requestID: RequestUUID?
  /// The value of the response's `Repeatability-Result`; nil if it has none.
  var result: RepeatabilityResult?
  /// The value of the response's `X-Microsoft-Skype-Chain-ID`: the correlation id of a registered call, otherwise the
  /// same for every repeat of a request. Nil makes a new one.
  var chainID: RequestUUID?
  var ordinals = RequestIDMemory.Ordinals(attempt: 1, call: 0)
  /// Whether this request was executed now, and not by an earlier try.
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

  /// The operation that is asked for; nil if the request is for none.
  var operation: CallOperation?
  /// What a neighbour's body says, if it passed.
  var neighbour: Neighbour?
  /// The parties of the registered call that a neighbour is about.
  var parties: Parties?
  /// Whether it is for `:reject` or `:answer`: these do not count in redirect's totals, and rules do not apply to them.
  var isNeighbour: Bool { operation == .answer || operation == .reject }
  /// The number of the registered call that it is about, from 1; 0 for none.
  var registeredCall: UInt64 = 0
  /// The number of the request about that call, from 1.
  var ordinalOfCall = 0
  /// How many deliveries of its registered call's event had begun when it came.
  var deliveriesOfCall = 0

  /// The raw id of the redirect's target, if that rings at the resource itself.
  var nextCallee: String?
  /// The number of the call that the redirect made; 0 for none.
  var nextCall: UInt64 = 0

  /// The ticket of an operation that is in progress until its response is sent.
  var ticket: RepeatabilityTicket?
  /// The ticket of a registered call that is being redirected until then.
  var redirecting: RegisteredCalls.Ticket?

  /// The response that repeats get.
  var remembered: RememberedAnswer { rejection.map { RememberedAnswer($0) } ?? .success }

  /// Whether the request's bytes will be read: by the journal, or by a reader of events.
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

  /// The parties of a registered call. It is an object for the same reason.
  final class Parties: Sendable {
    let from: String
    let to: String

    init(_ from: String, _ to: String) { (self.from, self.to) = (from, to) }
  }

  /// What a neighbour's body says. It is an object, so that an exchange is not larger because of it.
  final class Neighbour: Sendable {
    let request: NeighbourRequest

    init(_ request: NeighbourRequest) { self.request = request }
  }
}
