import Core
import EventLoop
import Glibc
import HTTP1
import LibCrypto
import Scenarios
import TLS

/// One connection to a webhook: it sends one request after the other, each when the response to the one before was read.
/// It belongs to one loop.
final class OutboundConnection: EventHandler {
  private enum Phase {
    case connecting, handshaking, sending, receiving, idle, closed
  }

  /// The result of a request.
  typealias Outcome = Result<Response, OutboundFailure>

  let origin: OutboundOrigin
  /// When it became idle: monotonic nanoseconds.
  private(set) var idleSince: UInt64 = 0
  /// Whether an earlier request got its response on it.
  private(set) var isUsed = false
  /// Whether a server accepted it. If none did, there may be one at another address that does.
  private(set) var isConnected = false
  /// Whether a byte of the response has come.
  var hasResponse: Bool { parser.hasBegun }
  /// Called when it can take no more requests.
  var whenClosed: ((OutboundConnection) -> Void)?

  private let loop: EventLoop
  private let context: TLSClientContext?
  private let host: CertificateName
  private var transport: Transport
  private var registration: Registration?
  private var interest: Interest = .write
  private var phase = Phase.connecting
  private var request: [UInt8]
  private var sent = 0
  private var pace: Pace?
  private var pause: TimerID?
  private var cutAfterBytes: Int?
  /// Bytes of the response.
  private var receivedCount = 0
  private var parser: ResponseParser
  private var completion: ((Outcome) -> Void)?

  /// Begins to connect, for a first request.
  ///
  /// - Parameters:
  ///   - context: for TLS; nil for none.
  ///   - completion: called once, and not before this has returned.
  init(
    to address: SocketAddress, for request: OutboundRequest, _ context: TLSClientContext?,
    on loop: EventLoop, _ completion: @escaping (Outcome) -> Void
  ) throws(OutboundFailure) {
    origin = OutboundOrigin(request.webhook)
    host = request.webhook.host
    self.loop = loop
    self.context = context
    self.request = request.bytes
    parser = Self.parser(request)
    (pace, cutAfterBytes) = (request.pace, request.cutAfterBytes)
    self.completion = completion
    do throws(Errno) {
      transport = Transport(socket: try Socket(connectingTo: address))
    } catch {
      throw Self.failure(error)
    }
    do throws(Errno) {
      registration = try loop.register(transport.socket.descriptor, .write, handler: self)
    } catch {
      transport.socket.close()
      phase = .closed
      throw Self.failure(error)
    }
  }

  private static func parser(_ request: OutboundRequest) -> ResponseParser {
    ResponseParser(to: request.method, limits: .init(body: request.keeps))
  }

  private static func failure(_ error: Errno) -> OutboundFailure {
    error.code == ECONNREFUSED
      ? .refused
      : OutboundFailure(error.reason.prefix(1).lowercased() + error.reason.dropFirst())
  }

  /// Sends a further request. It has to be idle.
  func send(_ request: OutboundRequest, _ completion: @escaping (Outcome) -> Void) {
    self.request = request.bytes
    (sent, receivedCount) = (0, 0)
    parser = Self.parser(request)
    (pace, cutAfterBytes) = (request.pace, request.cutAfterBytes)
    self.completion = completion
    isUsed = true
    phase = .sending
    write()
  }

  /// Drops the request that is in progress, without calling its completion.
  func abandon() {
    completion = nil
    close()
  }

  func ready(_ readiness: Readiness) {
    switch phase {
    case .connecting:
      guard readiness.writable || readiness.hungUp else { return }
      if let failure = transport.socket.connectFailure {
        return end(.failure(Self.failure(failure)))
      }
      begin()
    case .handshaking: shakeHands()
    case .sending:
      // A response may come before the whole request is sent: it says why the server does not want the rest.
      if readiness.readable || readiness.hungUp { read() }
      if phase == .sending { write() }
    case .receiving: read()
    // It was closed, or bytes came without a request.
    case .idle: close()
    case .closed: break
    }
  }

  private func begin() {
    isConnected = true
    guard let context else {
      phase = .sending
      return write()
    }
    do throws(TLSError) {
      transport.tls = try TLSSession(
        context: context, descriptor: transport.socket.descriptor, server: host)
    } catch {
      return end(.failure(OutboundFailure("\(error)")))
    }
    phase = .handshaking
    shakeHands()
  }

  private func shakeHands() {
    guard let tls = transport.tls else { return }
    switch tls.handshake() {
    case .done:
      phase = .sending
      write()
    case .wantRead: watch(.read)
    case .wantWrite: watch(.write)
    case .failed(let error): end(.failure(failure(error, of: tls)))
    }
  }

  private func failure(_ error: TLSError, of tls: TLSSession) -> OutboundFailure {
    switch error {
    case .refused(let reason):
      guard let distrust = tls.distrust else { return OutboundFailure("TLS failed: \(reason)") }
      return OutboundFailure(
        "the webhook's certificate is not trusted: \(distrust)\(OutboundFailure.howToTrust)"
      )
    case .peerAlert(let code):
      return OutboundFailure(
        "TLS was ended by the webhook's alert \(TLSAlert(rawValue: code)?.name ?? String(code))")
    case .closed: return OutboundFailure("the connection was closed in the TLS handshake")
    case .system: return OutboundFailure("the connection was reset in the TLS handshake")
    case .unusableCertificate, .setup: return OutboundFailure("\(error)")
    }
  }

  private func write() {
    while sent < request.count {
      if pause != nil { return }
      switch transport.send(request, from: sent, atMost: pace?.chunk ?? .max) {
      case .bytes(let count):
        sent += count
        if let pace, sent < request.count {
          pause = loop.schedule(after: pace.every) { [unowned self] in
            pause = nil
            write()
          }
          return watch(.read)
        }
      case .wantWrite, .end: return watch([.read, .write])
      case .wantRead: return watch(.read)
      case .failed:
        // What the peer sent before it closed may still be there to read.
        phase = .receiving
        return read()
      }
    }
    phase = .receiving
    watch(.read)
  }

  private func read() {
    // The buffer belongs to the loop: it is taken out while its bytes are read.
    var buffer: [UInt8] = []
    swap(&buffer, &loop.receiveBuffer)
    defer { swap(&buffer, &loop.receiveBuffer) }
    repeat {
      switch transport.receive(into: &buffer) {
      case .bytes(let count):
        if received(buffer, count) { return }
      case .wantRead: return phase == .receiving ? watch(.read) : ()
      case .wantWrite: return watch([.read, .write])
      case .end: return ended()
      case .failed:
        return end(
          .failure(
            OutboundFailure(
              parser.hasBegun
                ? "the connection was reset within the response"
                : "the connection was reset before a response came")))
      }
    } while transport.hasPending
    // Epoll reports again what the socket still has.
    if phase == .receiving { watch(.read) }
  }

  /// - Returns: whether it is over.
  private func received(_ buffer: [UInt8], _ count: Int) -> Bool {
    receivedCount += count
    if let cutAfterBytes, receivedCount >= cutAfterBytes {
      end(.failure(OutboundFailure("the response was cut after \(cutAfterBytes) bytes by a rule")))
      return true
    }
    do throws(ResponseError) {
      if try parser.receive(buffer.span.extracting(0..<count)), let response = parser.response {
        end(.success(response))
        return true
      }
    } catch {
      end(.failure(OutboundFailure("the response cannot be read: \(error)")))
      return true
    }
    if let response = parser.partial, response.bodyCount > OutboundRequest.readLimit {
      end(.success(response), keeps: false)
      return true
    }
    return false
  }

  private func ended() {
    do throws(ResponseError) {
      try parser.end()
    } catch {
      return end(.failure(OutboundFailure(error.message)))
    }
    if let response = parser.response { end(.success(response), keeps: false) }
  }

  private func end(_ outcome: Outcome, keeps: Bool = true) {
    let told = completion
    completion = nil
    if keeps, case .success(let response) = outcome, response.keepsConnection,
      sent == request.count,
      !transport.hasPending
    {
      phase = .idle
      idleSince = loop.now
      request = []
      watch(.read)
    } else {
      close()
    }
    told?(outcome)
  }

  /// Whether it waits for another request.
  var isIdle: Bool { phase == .idle }

  func close() {
    guard phase != .closed else { return }
    phase = .closed
    if let pause { loop.cancel(pause) }
    pause = nil
    if let registration { loop.deregister(registration) }
    registration = nil
    transport.close()
    request = []
    let told = whenClosed
    whenClosed = nil
    told?(self)
  }

  private func watch(_ wanted: Interest) {
    guard wanted != interest, let registration else { return }
    do throws(Errno) {
      try loop.update(registration, wanted)
      interest = wanted
    } catch {
      end(.failure(Self.failure(error)))
    }
  }
}
