import Core
import EventLoop
import HTTP1
import Scenarios
import TLS

/// What happens before there is a request: which protocol the client speaks, the TLS handshake, and what rules
/// decide for the connection.
extension Connection {
  /// Begins as the rules for connections have decided.
  func begin(_ intent: ConnectionIntent) {
    switch intent {
    case .serve: break
    case .askAgain(let turn): phase = .opening(Opening(turn))
    case .fault(let ticket): begin(ticket, nil)
    }
  }

  /// Does what a rule has decided, if that needs no TLS session.
  ///
  /// - Parameter opening: the bytes of a ClientHello that have come, if any.
  /// - Returns: whether nothing else has to be done.
  @discardableResult
  private func begin(_ ticket: ConnectionFaultTicket, _ opening: Opening?) -> Bool {
    let name = opening?.serverName
    let place = opening == nil ? "as soon as it was accepted" : "when its first bytes had come"
    switch ticket.decision.fault {
    case .refuse:
      report(ticket, serverName: name, "By the rule, the connection was reset \(place).")
      reset(.reset)
    case .silent:
      report(
        ticket, serverName: name,
        "By the rule, nothing is read from the connection and nothing is sent.")
      hold()
    case .tls(let fault):
      faultTicket = ticket
      transport.endsTLS = !fault.noCloseNotify
      if fault.stall {
        connections.metrics.handshakeEnded(succeeded: false)
        report(
          ticket, serverName: name, handshake: .stalled,
          "By the rule, the TLS handshake never continues.")
        hold()
      } else if let alert = fault.alert {
        connections.metrics.handshakeEnded(succeeded: false)
        report(
          ticket, serverName: name, handshake: .failed,
          "By the rule, the emulator ended the TLS handshake by alert \(alert.name).")
        output.append(contentsOf: alert.record)
        beginReading()
        closesWhenSent = true
      } else {
        return false
      }
    }
    return true
  }

  /// Refuses a connection that is one too many, and ends it.
  func refuseOverLimit(_ limit: Int) {
    if entrance == .service { connections.metrics.connectionRefused() }
    refuseOpening(
      HTTPError(
        .tooManyConnections,
        "more than \(limit) connections are open; close one and try again")
    )
  }

  /// Responds on a new connection without reading from it, and ends it.
  func refuseOpening(_ error: HTTPError) {
    refuseUnread(error, beginReading())
  }

  /// One port serves both protocols: a TLS record begins with its type, 22 for a handshake (RFC 8446 §5.1), and no
  /// HTTP message does.
  func sniff(_ opening: Opening?) {
    var buffer: [UInt8] = []
    swap(&buffer, &loop.receiveBuffer)
    defer { swap(&buffer, &loop.receiveBuffer) }
    switch transport.socket.receive(into: &buffer) {
    case .bytes(let count):
      if let opening, !opening.hello.isEmpty {
        return readHello(buffer[..<count], opening)
      }
      if buffer[0] == TLSRecord.handshake {
        peer = MachineAddress.ofPeer(transport.socket.descriptor)
        setDeadline(after: connections.headerTimeout)
        return readHello(buffer[..<count], opening ?? Opening(nil, isDecided: true))
      }
      if let opening, !opening.isDecided, !serves(opening, speaking: .http) { return }
      let reader = beginReading()
      setDeadline(after: connections.headerTimeout)
      received(buffer, count, reader)
    case .wouldBlock: break
    case .end, .failed:
      if let opening, !opening.hello.isEmpty {
        handshakeFailed(.tls(.closed), serverName: opening.serverName)
      }
      end(.clientLeft)
    }
  }

  /// Tries the rules again, now that the connection's protocol is known.
  ///
  /// - Returns: false if a rule has decided, and its action has been done.
  private func serves(_ opening: Opening, speaking speech: ConnectionSpeech) -> Bool {
    opening.isDecided = true
    let intent = connections.server.intent(
      forConnection: opening.turn, speaking: speech, serverName: opening.serverName,
      loop.wallClock)
    guard case .fault(let ticket) = intent else { return true }
    return !begin(ticket, opening)
  }

  /// Reads the bytes of a ClientHello that have come, and begins TLS when it is whole.
  private func readHello(_ bytes: ArraySlice<UInt8>, _ opening: Opening) {
    // libssl gets these bytes later, and its memory is already counted.
    guard hold(ConnectionMemory.sessionCost, for: .session) else {
      handshakeFailed(.memory, serverName: nil)
      return end(.closed)
    }
    opening.hello.append(contentsOf: bytes)
    phase = .opening(opening)
    switch ClientHello.read(opening.hello.span) {
    case .incomplete: return
    case .whole(let name):
      opening.serverName = name
      if !opening.isDecided, !serves(opening, speaking: .tls) { return }
    case .unreadable: break
    }
    beginTLS(opening)
  }

  private func beginTLS(_ opening: Opening) {
    let session: TLSSession
    do {
      session = try TLSSession(
        context: try connections.server.tls.context(for: faultTicket?.tls),
        descriptor: transport.socket.descriptor, received: opening.hello,
        serverName: opening.serverName, notesSent: faultTicket != nil)
    } catch {
      connections.server.report("TLS could not be started: \(error)")
      return end(.closed)
    }
    transport.tls = session
    phase = .handshaking(session)
    handshake(session)
  }

  /// Continues with the handshake.
  func handshake(_ session: TLSSession) {
    let state = session.handshake()
    faultTicket?.takesPlace(inWhatWasSent: session.sent, connections.metrics)
    switch state {
    case .done:
      if entrance == .service { connections.metrics.handshakeEnded(succeeded: true) }
      handshakeDone(session)
      wantsWriteToRead = false
      let reader = beginReading()
      setDeadline(after: connections.idleTimeout)
      receive(reader)
    case .wantRead: wantsWriteToRead = false
    case .wantWrite: wantsWriteToRead = true
    case .failed(let error):
      handshakeFailed(.tls(error), serverName: session.serverName)
      // libssl has written its alert; a reset must not drop it.
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

  /// Keeps the connection open until the client leaves.
  private func hold() {
    phase = .planned(
      PlannedExchange(
        PlanRun(WirePlan([.hold])), nil, then: MessageReader(limits: connections.httpLimits)))
    clearDeadline()
  }
}

/// The first bytes of a connection, before its protocol and its resource are known.
final class Opening {
  /// The connection's number among those for which the default resource's rules decide.
  let turn: LoadedScenario.Turn?
  /// Whether rules do not have to be checked any more.
  var isDecided: Bool
  /// The bytes of a ClientHello.
  var hello: [UInt8] = []
  /// The host name that it asks for.
  var serverName: String?

  init(_ turn: LoadedScenario.Turn?, isDecided: Bool = false) {
    self.turn = turn
    self.isDecided = isDecided
  }
}
