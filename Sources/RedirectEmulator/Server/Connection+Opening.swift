import EventLoop
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
      worker.metrics.faultFired("refuse")
      reset(.reset)
    case .silent:
      worker.metrics.faultFired("silent")
      hold()
    // Counted when TLS begins: over http it does nothing.
    case .tls(let parameters): tlsFault = parameters
    }
  }

  /// One port serves both protocols: a TLS record begins with its type, 22 for a handshake (RFC 8446 §5.1), and no
  /// HTTP message does.
  func sniff() {
    let (byte, transfer) = transport.socket.peek()
    switch transfer {
    case .bytes:
      if byte == TLSRecord.handshake {
        beginTLS()
      } else {
        phase = .reading
        setDeadline(after: worker.headerTimeout)
        receive()
      }
    case .wouldBlock: break
    case .end: end(.clientLeft)
    case .failed: end(.clientLeft)
    }
  }

  private func beginTLS() {
    if let fault = tlsFault {
      worker.metrics.faultFired("tls")
      transport.endsTLS = !fault.noCloseNotify
      if fault.stall {
        worker.metrics.handshakeEnded(succeeded: false)
        return hold()
      }
      if let alert = fault.alert.flatMap({ TLSAlert(name: $0) }) {
        worker.metrics.handshakeEnded(succeeded: false)
        output.append(contentsOf: alert.record)
        phase = .reading
        closesWhenSent = true
        return
      }
    }
    do {
      transport.tls = try TLSSession(
        context: try worker.server.tls.context(for: tlsFault),
        descriptor: transport.socket.descriptor)
    } catch {
      worker.server.report("TLS could not be begun: \(error)")
      return end(.closed)
    }
    phase = .handshaking
    setDeadline(after: worker.headerTimeout)
    handshake()
  }

  /// Goes on with the handshake.
  func handshake() {
    guard let session = transport.tls else { return }
    switch session.handshake() {
    case .done:
      worker.metrics.handshakeEnded(succeeded: true)
      wantsWriteToRead = false
      phase = .reading
      setDeadline(after: worker.idleTimeout)
      receive()
    case .wantRead: wantsWriteToRead = false
    case .wantWrite: wantsWriteToRead = true
    case .failed:
      worker.metrics.handshakeEnded(succeeded: false)
      // libssl has written its alert; it must not be taken back by a reset.
      transport.tls = nil
      linger()
    }
  }

  /// Holds the connection until the client leaves.
  func hold() {
    phase = .planned
    run = PlanRun(WirePlan([.hold]), startedAt: worker.loop.now) { _ in }
    clearDeadline()
  }
}
