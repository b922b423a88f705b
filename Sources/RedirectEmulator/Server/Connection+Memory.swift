import Core
import EventLoop
import HTTP1
import Scenarios

/// The memory that a connection has taken from the ``MemoryBudget``. Most requests take nothing: they are read from the
/// receive buffer, and their responses are sent at once.
struct ConnectionMemory {
  /// What the memory is for. Each part is returned separately.
  enum Part: Int, CaseIterable {
    /// The connection itself.
    case itself
    /// Its TLS session.
    case session
    /// Requests that have not arrived whole, or wait for their turn.
    case message
    /// Responses that the client does not read, and the one that waits behind them.
    case output
    /// The bytes that a rule is going to send, and the request that they are for.
    case plan
    /// Events that the client does not read, or that still have to be sent.
    case events

    var kind: MemoryBudget.Kind {
      switch self {
      case .itself: .connection
      case .session: .tls
      case .message: .body
      case .output, .plan: .response
      case .events: .event
      }
    }

    /// The tier that it may take for `bytes`.
    fileprivate func tier(_ bytes: Int) -> MemoryBudget.Tier {
      switch self {
      case .itself, .session: .connection
      case .message, .output, .plan, .events: MemoryBudget.Tier(bytes: bytes)
      }
    }
  }

  /// Bytes of a connection on which nothing happens, as measured, including its place in the loop's tables.
  static let ownCost = 3 * 1024
  /// Bytes that libssl takes for a session, as measured: 15 KiB if it is idle, otherwise also its buffers.
  static let sessionCost = 32 * 1024

  private var bytes = InlineArray<6, Int>(repeating: 0)

  subscript(part: Part) -> Int {
    get { bytes[part.rawValue] }
    set { bytes[part.rawValue] = newValue }
  }
}

extension Connection {
  private var resources: ResourceStore { connections.server.resources }

  /// Changes what a part has taken to `bytes`.
  ///
  /// - Returns: false if there is not enough memory; then nothing changes.
  @discardableResult
  @inline(__always)
  func hold(_ bytes: Int, for part: ConnectionMemory.Part) -> Bool {
    bytes == memory[part] || change(part, to: bytes)
  }

  @inline(never)
  private func change(_ part: ConnectionMemory.Part, to bytes: Int) -> Bool {
    let more = bytes - memory[part]
    if more < 0 {
      resources.budget.give(-more, for: part.kind)
    } else {
      guard resources.hold(more, for: part.kind, part.tier(bytes)) else { return false }
    }
    memory[part] = bytes
    return true
  }

  /// Changes what is taken for requests to what the reader has.
  @inline(__always)
  func settleMessage(_ reader: MessageReader) {
    if memory[.message] != reader.size { settleChangedMessage(reader) }
  }

  @inline(never)
  private func settleChangedMessage(_ reader: MessageReader) {
    switch phase {
    case .reading where closesWhenSent:
      // It was refused, and nothing more is read.
      reader.dropUnread()
      hold(0, for: .message)
    case .reading:
      if hold(reader.size, for: .message) { return }
      refuseForMemory(reader)
    case .planned, .waiting:
      // A request that waits behind a response cannot be refused now.
      if !hold(reader.size, for: .message) { reset(.reset) }
    case .opening, .handshaking, .streaming, .lingering, .closed:
      hold(0, for: .message)
    }
  }

  /// Takes memory for output that the client does not read.
  ///
  /// - Returns: false if there is no memory: the connection has been ended, or will be.
  func keepOutput() -> Bool {
    if case .streaming(let stream) = phase {
      if hold(output.capacity + stream.size, for: .events) { return true }
      leaveBehind(stream)
      return false
    }
    // A job's result waits after it.
    let behind = if case .waiting(let awaited) = phase { awaited.size } else { 0 }
    if hold(output.capacity + behind, for: .output) { return true }
    reset(.clientLeft)
    return false
  }

  /// Returns what was taken for output: all of it was sent.
  @inline(__always)
  func settleOutput() {
    if memory[.output] != 0 { hold(0, for: .output) }
    if memory[.events] != 0 { settleEvents() }
  }

  private func settleEvents() {
    if case .streaming(let stream) = phase {
      // It takes fewer bytes now.
      hold(min(stream.size, memory[.events]), for: .events)
    } else {
      hold(0, for: .events)
    }
  }

  /// Returns all that the connection has taken: it has ended.
  func releaseMemory() {
    for part in ConnectionMemory.Part.allCases { hold(0, for: part) }
  }
}

extension HTTPError {
  /// There is no memory for a request.
  static func memoryLimitReached(_ budget: MemoryBudget) -> HTTPError {
    HTTPError(
      .memoryLimitReached,
      "there is no memory for this request: \(budget.inUse); send it again later, or start the emulator with a larger --max-memory"
    )
  }
}

extension WirePlan {
  /// Bytes that wait in it.
  var cost: Int {
    steps.reduce(0) { sum, step in
      switch step {
      case .send(let bytes), .pace(let bytes, _, _): sum + bytes.count
      case .wait, .execute, .hold, .stopReading, .shutdown, .close, .reset, .keepAlive: sum
      }
    }
  }
}

extension ExchangeRecord {
  /// Bytes of the request that it keeps, whether or not the journal still does.
  var cost: Int { entry.cost }
}
