import Core
import EventLoop
import Scenarios
import Synchronization
import TLS

/// Reports connections that failed, or for which a rule caused a fault.
extension Connection {
  /// Reports what a rule did to the connection, once.
  func report(
    _ ticket: ConnectionFaultTicket, serverName: String?,
    handshake: FailedConnection.Handshake? = nil, _ message: String
  ) {
    ticket.takesPlace(connections.metrics)
    if ticket.isReported { return }
    ticket.isReported = true
    report(
      of: ticket.resource, serverName: serverName, handshake: handshake, rule: ticket.rule,
      message)
  }

  /// Reports that the TLS handshake failed, and counts it.
  func handshakeFailed(_ reason: HandshakeFailure.Reason, serverName: String?) {
    if entrance == .service { connections.metrics.handshakeEnded(succeeded: false) }
    let server = connections.server
    let ticket = faultTicket
    let failure = HandshakeFailure(
      reason: reason, howToTrustCA: server.howToTrustCA,
      hasOwnCertificate: server.configuration.tls.certificate != nil,
      fault: ticket?.hasTakenPlace == true ? ticket?.tls : nil,
      sawCertificate: transport.tls?.hasAnswered == true)
    ticket?.isReported = true
    report(
      of: ticket?.resource ?? server.resource(forServerName: serverName), serverName: serverName,
      handshake: .failed, alert: failure.alert, rule: ticket?.rule, failure.message,
      trust: failure.trust)
  }

  /// Reports a handshake that succeeded although a rule spoiled it.
  func handshakeDone(_ session: TLSSession) {
    guard let ticket = faultTicket, ticket.hasTakenPlace, let fault = ticket.tls else { return }
    let message =
      if fault.certificate != nil {
        "The client accepted the rule's certificate: it does not verify certificates, or not all of them."
      } else {
        "The client accepted \(session.version?.rawValue ?? "TLS") of a server that the rule limits to TLS \(fault.maxVersion?.rawValue ?? "")."
      }
    report(ticket, serverName: session.serverName, handshake: .done, message)
  }

  /// Counts and reports a missing close_notify, when this side ends a session without it.
  func noteWithheldGoodbye() {
    guard let ticket = faultTicket, !peerEnded, transport.withholdsGoodbye else { return }
    report(
      ticket, serverName: transport.tls?.serverName, handshake: .done,
      "By the rule, the connection was ended without a close_notify of TLS.")
  }

  private func report(
    of resource: ResourceCore, serverName: String?, handshake: FailedConnection.Handshake?,
    alert: TLSAlert? = nil, rule: (name: String, fault: String)?, _ message: String,
    trust: String? = nil
  ) {
    let server = connections.server
    let entry = FailedConnection(
      time: resource.clock.now(loop.wallClock), connection: id,
      peer: peer ?? MachineAddress.ofPeer(transport.socket.descriptor), serverName: serverName,
      handshake: handshake, alert: alert?.name, rule: rule, message: message,
      trust: trust, monotonic: Int64(clamping: loop.now))
    server.logFailed(entry, of: resource)
    // Calls of the control API are not part of what a test tests.
    guard entrance == .service else { return }
    server.keepFailed(entry, of: resource)
    connections.metrics.connectionFailed(byRule: rule != nil)
  }
}

extension ServerCore {
  /// Keeps an entry, and sends it to event readers.
  func keepFailed(_ entry: FailedConnection, of resource: ResourceCore) {
    let budget = resources.budget
    if resources.hold(entry.cost, for: .failedConnection, .small) {
      let (kept, freed, subscribers) = resource.state.withLock { state in
        let appended = state.failedConnections.append(entry)
        return (appended.entry, appended.freed, state.subscribers)
      }
      budget.give(freed, for: .failedConnection)
      EventSubscription.tell(subscribers, .connection) {
        EventStream.event(for: kept, resource: resource.name)
      }
    } else {
      resource.state.withLock { $0.failedConnections.skip() }
    }
  }

  /// Writes the line of the log.
  func logFailed(_ entry: FailedConnection, of resource: ResourceCore) {
    var fields: [String: LogLine.Value] = [
      "connection": .integer(Int64(clamping: entry.connection)), "resource": .text(resource.name),
    ]
    for (name, text) in [
      ("peer", entry.peer), ("serverName", entry.serverName), ("rule", entry.rule?.name),
      ("fault", entry.rule?.fault), ("alert", entry.alert),
    ] {
      if let text { fields[name] = .text(text) }
    }
    // The user asked for faults that a rule causes.
    log(entry.rule == nil ? .warning : .info, entry.message, fields: fields)
  }
}
