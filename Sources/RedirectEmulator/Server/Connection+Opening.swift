import Core
import EventLoop
import HTTP1
import Scenarios
import TLS

/// What happens before there is a request: which protocol is spoken, the TLS handshake, and what rules have in
/// mind for the connection.
extension Connection {
  /// Begins as a rule for connections says.
  func begin(_ fault: ConnectionFault?) {
    switch fault {
    case nil: break
    case .refuse:
      connections.metrics.faultFired("refuse")
      reset(.reset)
    case .silent:
      connections.metrics.faultFired("silent")
      hold()
    // Counted when TLS begins: over http it does nothing.
    case .tls(let parameters): phase = .opening(.fault(parameters))
    }
  }

  /// Refuses a connection that is one too many, and ends it.
  func refuseOverLimit() {
    connections.metrics.connectionRefused()
    refuseOpening(
      HTTPError(
        .tooManyConnections,
        "more than \(connections.limits.connections) connections are open; close one and try again")
    )
  }

  /// Answers a new connection without reading from it, and ends it.
  func refuseOpening(_ error: HTTPError) {
    refuseUnread(error, beginReading())
  }

  /// One port serves both protocols: a TLS record begins with its type, 22 for a handshake (RFC 8446 §5.1), and no
  /// HTTP message does.
  func sniff(_ intent: TLSIntent) {
    let (byte, transfer) = transport.socket.peek()
    switch transfer {
    case .bytes:
      if byte == TLSRecord.handshake {
        beginTLS(intent)
      } else {
        let reader = beginReading()
        setDeadline(after: connections.headerTimeout)
        receive(reader)
      }
    case .wouldBlock: break
    case .end: end(.clientLeft)
    case .failed: end(.clientLeft)
    }
  }

  private func beginTLS(_ intent: TLSIntent) {
    var wanted: TLSFault?
    if case .fault(let fault) = intent {
      wanted = fault
      connections.metrics.faultFired("tls")
      transport.endsTLS = !fault.noCloseNotify
      if fault.stall {
        connections.metrics.handshakeEnded(succeeded: false)
        return hold()
      }
      if let alert = fault.alert {
        connections.metrics.handshakeEnded(succeeded: false)
        output.append(contentsOf: alert.record)
        beginReading()
        closesWhenSent = true
        return
      }
    }
    guard hold(ConnectionMemory.sessionCost, for: .session) else { return end(.closed) }
    let session: TLSSession
    do {
      session = try TLSSession(
        context: try connections.server.tls.context(for: wanted),
        descriptor: transport.socket.descriptor)
    } catch {
      connections.server.report("TLS could not be begun: \(error)")
      return end(.closed)
    }
    transport.tls = session
    phase = .handshaking(session)
    setDeadline(after: connections.headerTimeout)
    handshake(session)
  }

  /// Goes on with the handshake.
  func handshake(_ session: TLSSession) {
    switch session.handshake() {
    case .done:
      connections.metrics.handshakeEnded(succeeded: true)
      wantsWriteToRead = false
      let reader = beginReading()
      setDeadline(after: connections.idleTimeout)
      receive(reader)
    case .wantRead: wantsWriteToRead = false
    case .wantWrite: wantsWriteToRead = true
    case .failed:
      connections.metrics.handshakeEnded(succeeded: false)
      connections.server.log(
        .debug, "TLS handshake failed", fields: ["connection": .integer(Int64(clamping: id))])
      // libssl has written its alert; it must not be taken back by a reset.
      transport.tls = nil
      linger()
    }
  }

  @discardableResult
  func beginReading() -> MessageReader {
    let reader = MessageReader(limits: connections.httpLimits)
    phase = .reading(reader)
    return reader
  }

  /// Holds the connection until the client leaves.
  private func hold() {
    phase = .planned(
      PlannedExchange(
        PlanRun(WirePlan([.hold])), nil, then: MessageReader(limits: connections.httpLimits)))
    clearDeadline()
  }
}
