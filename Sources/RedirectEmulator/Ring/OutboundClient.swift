import Core
import EventLoop
import HTTP1
import LibCrypto
import TLS

/// Sends requests to webhooks, on one loop. Connections are kept for a while and used again; names are looked up on a thread
/// of their own. It follows no redirects.
final class OutboundClient {
  typealias Completion = (OutboundConnection.Outcome) -> Void

  /// What the client needs to know about a server before it connects.
  private struct Prepared: Sendable {
    var addresses: [SocketAddress]
    var context: TLSClientContext?
  }

  /// The most connections that wait for a further request.
  private static let idleLimit = 128
  /// How long they wait. Most servers wait longer, so a request seldom meets a connection that is being closed.
  private static let idleTime: UInt64 = 2_000_000_000
  /// How long the addresses of a name are used without looking again.
  private static let nameTime: UInt64 = 5_000_000_000
  private static let nameLimit = 64

  private let loop: EventLoop
  private let trust: OutboundTrust
  private let lookups: Background
  private var idle: [OutboundOrigin: [OutboundConnection]] = [:]
  private var idleCount = 0
  private var sweep: TimerID?
  /// Requests that are in progress, by their numbers.
  private var exchanges: [UInt64: OutboundExchange] = [:]
  private var lastNumber: UInt64 = 0
  /// Requests that wait until their server is known.
  private var unprepared: [OutboundOrigin: [UInt64]] = [:]
  private var known: [OutboundOrigin: (addresses: [SocketAddress], until: UInt64)] = [:]

  /// - Parameter lookups: does the work that may take long.
  init(on loop: EventLoop, _ trust: OutboundTrust, lookups: Background) {
    (self.loop, self.trust, self.lookups) = (loop, trust, lookups)
  }

  /// Sends a request.
  ///
  /// - Parameter completion: called once, unless it is cancelled; perhaps before this returns.
  /// - Returns: the number for ``cancel(_:)``.
  func send(_ request: OutboundRequest, _ completion: @escaping Completion) -> UInt64 {
    lastNumber += 1
    let exchange = OutboundExchange(lastNumber, request, completion)
    exchanges[exchange.number] = exchange
    begin(exchange, mayReuse: true)
    return exchange.number
  }

  /// Drops a request in any state. Its completion is not called.
  func cancel(_ number: UInt64) {
    guard let exchange = exchanges.removeValue(forKey: number) else { return }
    exchange.connection?.abandon()
    exchange.connection = nil
  }

  /// Closes all connections. After that no completion is called.
  func close() {
    for exchange in exchanges.values { exchange.connection?.abandon() }
    exchanges = [:]
    unprepared = [:]
    for connection in idle.values.joined() {
      connection.whenClosed = nil
      connection.close()
    }
    (idle, idleCount) = ([:], 0)
    if let sweep { loop.cancel(sweep) }
    sweep = nil
  }

  private func begin(_ exchange: OutboundExchange, mayReuse: Bool) {
    if mayReuse, let connection = takeIdle(exchange.origin) {
      exchange.connection = connection
      return connection.send(exchange.request) { [self, exchange] outcome in
        ended(exchange, outcome)
      }
    }
    prepare(exchange)
  }

  private func ended(_ exchange: OutboundExchange, _ outcome: OutboundConnection.Outcome) {
    guard let connection = exchange.connection else { return }
    exchange.connection = nil
    guard exchanges[exchange.number] != nil else { return }
    if case .failure(let failure) = outcome, !connection.hasResponse {
      // The server had closed a connection that was kept: the request is sent again.
      if connection.isUsed { return begin(exchange, mayReuse: false) }
      if !connection.isConnected { return connect(exchange, after: failure) }
    }
    if connection.isIdle { keep(connection) }
    finish(exchange, outcome)
  }

  private func finish(_ exchange: OutboundExchange, _ outcome: OutboundConnection.Outcome) {
    guard exchanges.removeValue(forKey: exchange.number) != nil else { return }
    exchange.completion(outcome)
  }

  // MARK: Servers

  private func prepare(_ exchange: OutboundExchange) {
    let webhook = exchange.request.webhook
    let origin = exchange.origin
    var addresses = webhook.addresses
    if addresses == nil, let found = known[origin], found.until > loop.now {
      addresses = found.addresses
    }
    let context = webhook.isSecure ? trust.context : nil
    if let addresses, !webhook.isSecure || context != nil {
      (exchange.addresses, exchange.context) = (addresses[...], context)
      return connect(exchange, after: nil)
    }
    unprepared[origin, default: []].append(exchange.number)
    // Requests that come meanwhile get the result together with the first one.
    guard unprepared[origin]?.count == 1 else { return }
    let mailbox = loop.mailbox
    let isAccepted = lookups.submit { [trust, addresses] in
      let found: Result<Prepared, OutboundFailure>
      do throws(OutboundFailure) {
        found = .success(
          Prepared(
            addresses: try Self.addresses(of: webhook, known: addresses),
            context: webhook.isSecure ? try trust.make() : nil))
      } catch {
        found = .failure(error)
      }
      mailbox.insist { loop in
        (loop.owner as? Connections)?.deliverer.client.prepared(origin, found)
      }
    }
    if !isAccepted {
      prepared(origin, .failure(OutboundFailure("too many host names wait to be looked up")))
    }
  }

  private static func addresses(of webhook: Webhook, known: [SocketAddress]?)
    throws(OutboundFailure) -> [SocketAddress]
  {
    if let known { return known }
    let name = webhook.host.text
    let found: [SocketAddress]
    do throws(LookupError) {
      found = try SocketAddress.lookUp(name, port: webhook.port)
    } catch {
      throw OutboundFailure("the host \(name) was not found: \(error)")
    }
    guard !found.isEmpty else { throw OutboundFailure("the host \(name) has no address") }
    return found
  }

  private func prepared(_ origin: OutboundOrigin, _ found: Result<Prepared, OutboundFailure>) {
    let waiting = unprepared.removeValue(forKey: origin) ?? []
    if case .success(let prepared) = found {
      if known.count >= Self.nameLimit { known = known.filter { $0.value.until > loop.now } }
      if known.count < Self.nameLimit {
        known[origin] = (prepared.addresses, loop.now &+ Self.nameTime)
      }
    }
    for number in waiting {
      guard let exchange = exchanges[number] else { continue }
      switch found {
      case .success(let prepared):
        (exchange.addresses, exchange.context) = (prepared.addresses[...], prepared.context)
        connect(exchange, after: nil)
      case .failure(let failure): finish(exchange, .failure(failure))
      }
    }
  }

  /// Connects to the next address.
  ///
  /// - Parameter failure: of the previous address.
  private func connect(_ exchange: OutboundExchange, after failure: OutboundFailure?) {
    var failure = failure ?? OutboundFailure("the host has no address")
    while let address = exchange.addresses.popFirst() {
      do throws(OutboundFailure) {
        exchange.connection = try OutboundConnection(
          to: address, for: exchange.request, exchange.context, on: loop
        ) { [self, exchange] outcome in
          ended(exchange, outcome)
        }
        return
      } catch {
        failure = error
      }
    }
    finish(exchange, .failure(failure))
  }

  // MARK: Connections that wait

  private func takeIdle(_ origin: OutboundOrigin) -> OutboundConnection? {
    guard let connection = idle[origin]?.popLast() else { return nil }
    if idle[origin]?.isEmpty ?? false { idle[origin] = nil }
    idleCount -= 1
    connection.whenClosed = nil
    return connection
  }

  private func keep(_ connection: OutboundConnection) {
    guard idleCount < Self.idleLimit else { return connection.close() }
    idle[connection.origin, default: []].append(connection)
    idleCount += 1
    connection.whenClosed = { [unowned self] in forget($0) }
    if sweep == nil { scheduleSweep() }
  }

  private func forget(_ connection: OutboundConnection) {
    let origin = connection.origin
    guard let place = idle[origin]?.firstIndex(where: { $0 === connection }) else { return }
    idle[origin]?.remove(at: place)
    if idle[origin]?.isEmpty ?? false { idle[origin] = nil }
    idleCount -= 1
  }

  private func scheduleSweep() {
    sweep = loop.schedule(after: .seconds(1)) { [unowned self] in
      sweep = nil
      let oldest = loop.now &- min(Self.idleTime, loop.now)
      for connection in Array(idle.values.joined()) where connection.idleSince <= oldest {
        connection.close()
      }
      if idleCount > 0 { scheduleSweep() }
    }
  }
}

/// One request that is in progress.
final class OutboundExchange {
  let number: UInt64
  let request: OutboundRequest
  let origin: OutboundOrigin
  let completion: OutboundClient.Completion
  /// The addresses that are still to be tried.
  var addresses: ArraySlice<SocketAddress> = []
  var context: TLSClientContext?
  var connection: OutboundConnection?

  init(
    _ number: UInt64, _ request: OutboundRequest, _ completion: @escaping OutboundClient.Completion
  ) {
    self.number = number
    self.request = request
    self.completion = completion
    origin = OutboundOrigin(request.webhook)
  }
}
