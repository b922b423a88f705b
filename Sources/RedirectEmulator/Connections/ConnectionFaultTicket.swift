import Core
import Scenarios
import Synchronization
import TLS

/// A rule's fault on one connection, from the decision until it has happened and was reported. It is used on the
/// connection's loop only.
final class ConnectionFaultTicket {
  let resource: ResourceCore
  let decision: ConnectionDecision
  private let turn: LoadedScenario.Turn
  /// Whether the fault has happened.
  private(set) var hasTakenPlace: Bool
  /// Whether there is an entry for it.
  var isReported = false

  init(_ decision: ConnectionDecision, of resource: ResourceCore, in turn: LoadedScenario.Turn) {
    self.decision = decision
    self.resource = resource
    self.turn = turn
    hasTakenPlace = false
  }

  /// The TLS part of the fault; nil for a fault outside of TLS.
  var tls: TLSFault? { if case .tls(let fault) = decision.fault { fault } else { nil } }

  /// The rule, as an entry names it; nil if its fault has not happened.
  var rule: (name: String, fault: String)? {
    hasTakenPlace ? (decision.ruleName, decision.fault.summary) : nil
  }

  /// Counts the fault, once.
  func takesPlace(_ metrics: Metrics) {
    if hasTakenPlace { return }
    hasTakenPlace = true
    metrics.faultFired(decision.fault.name)
    // The engine has counted the others with the decision.
    guard decision.fault.isOfTLS else { return }
    resource.state.withLock { $0.scenario?.fired(decision, in: turn) }
  }

  /// Counts the fault if the server has sent it in a handshake.
  func takesPlace(inWhatWasSent sent: TLSSession.Sent, _ metrics: Metrics) {
    guard let tls else { return }
    let showedCertificate = tls.certificate != nil && sent.contains(.certificate)
    let choseVersion = tls.maxVersion != nil && !sent.isDisjoint(with: [.serverHello, .alert])
    if showedCertificate || choseVersion { takesPlace(metrics) }
  }
}

/// The decision of the rules for connections when a connection is opened, or when its first bytes have come.
enum ConnectionIntent {
  /// Serve it.
  case serve
  /// A rule has decided.
  case fault(ConnectionFaultTicket)
  /// Ask again when the first bytes have come.
  case askAgain(LoadedScenario.Turn?)
}

extension ServerCore {
  /// The rules' decision for a new connection. If there is one resource, its rules decide at once; else
  /// the connection's resource is not known yet.
  func intent(forNewConnection wallClock: UInt64) -> ConnectionIntent {
    guard resources.hasOnlyDefault else { return .askAgain(nil) }
    return ask(resources.defaultResource, nil, speaking: .unknown, wallClock)
  }

  /// The rules' decision for a connection when its first bytes have come.
  ///
  /// - Parameters:
  ///   - turn: its turn among the default resource's connections, where it has one.
  ///   - name: the host name that its ClientHello asks for.
  func intent(
    forConnection turn: LoadedScenario.Turn?, speaking speech: ConnectionSpeech,
    serverName name: String?, _ wallClock: UInt64
  ) -> ConnectionIntent {
    let resource = resource(forServerName: name)
    return ask(
      resource, resource === resources.defaultResource ? turn : nil, speaking: speech, wallClock)
  }

  /// The resource that the first label of the SNI names: its rules decide for the connection.
  func resource(forServerName name: String?) -> ResourceCore {
    guard let name, !resources.hasOnlyDefault else { return resources.defaultResource }
    return resources.namedByHost(name) ?? resources.defaultResource
  }

  private func ask(
    _ resource: ResourceCore, _ turn: LoadedScenario.Turn?, speaking speech: ConnectionSpeech,
    _ wallClock: UInt64
  ) -> ConnectionIntent {
    var turn = turn
    let now = resource.clock.now(wallClock)
    let verdict = resource.state.withLock { state in
      state.scenario?.decideConnection(&turn, speaking: speech, now: now) ?? .pass
    }
    switch verdict {
    case .pass: return .serve
    case .undecided: return .askAgain(turn)
    case .fault(let decision):
      guard let turn else { return .serve }
      return .fault(ConnectionFaultTicket(decision, of: resource, in: turn))
    }
  }
}
