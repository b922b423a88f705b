import Core
import Documents
import Synchronization

/// One connection that failed before there was a request, or for which a rule caused a fault: an entry of
/// `GET R/connections?failed=true`. Guide ControlAPI, "Failed connections".
struct FailedConnection: Sendable {
  /// How its TLS handshake ended.
  enum Handshake: String, Sendable {
    case done, failed
    /// A rule stalls it.
    case stalled
  }

  /// Its number in its list; 0 until the list has given one.
  var seq: UInt64 = 0
  /// On the resource's clock.
  var time: Instant
  var connection: UInt64
  /// The client's address and port; nil if it is not known any more.
  var peer: String?
  /// The host name that the client asked for (SNI).
  var serverName: String?
  /// nil if none began.
  var handshake: Handshake?
  /// The alert with which the client ended the handshake.
  var alert: String?
  /// The rule that caused a fault, and the fault.
  var rule: (name: String, fault: String)?
  /// What happened and what to do, in sentences.
  var message: String
  /// What the client has to trust, if it ended the handshake because it does not trust the certificate.
  var trust: String?
  /// The same moment as ``time``: monotonic nanoseconds.
  var monotonic: Int64 = 0

  /// Bytes that it takes: of the structure, and of its texts.
  var cost: Int {
    256 + (peer?.utf8.count ?? 0) + (serverName?.utf8.count ?? 0) + message.utf8.count
      + (trust?.utf8.count ?? 0) + (rule.map { $0.name.utf8.count + $0.fault.utf8.count } ?? 0)
  }

  /// Appends it as an object.
  func write(to writer: inout JSONWriter, resource: String) {
    writer.object { writer in
      writer.member("seq", seq)
      writer.member("time", time)
      writer.member("resource", resource)
      writer.member("connection", connection)
      writer.member("peer", peer)
      writer.member("serverName", serverName)
      writer.member("handshake", handshake?.rawValue)
      writer.member("alert", alert)
      writer.member("rule", rule?.name)
      writer.member("fault", rule?.fault)
      writer.member("message", message)
    }
  }
}

/// The last failed connections of one resource, oldest first. At the limit the oldest is dropped, and counted. Guarded by
/// its resource's lock.
struct FailedConnections: Sendable {
  /// The most entries.
  static let limit = 1_000

  private(set) var entries = Ring<FailedConnection>(startingAt: 1)
  /// Entries that were dropped at a limit since the list was emptied last.
  private(set) var dropped: UInt64 = 0
  private var bytes = 0
  private var isRetired = false

  /// Appends an entry. The caller has taken its ``FailedConnection/cost`` from the memory budget.
  ///
  /// - Returns: the entry with its number, and the bytes to return to the budget.
  mutating func append(_ entry: FailedConnection) -> (entry: FailedConnection, freed: Int) {
    var entry = entry
    if isRetired { return (entry, entry.cost) }
    var freed = 0
    if entries.count == Self.limit, let oldest = entries.removeOldest() {
      freed = oldest.cost
      dropped += 1
    }
    entry.seq = entries.nextNumber
    bytes += entry.cost - freed
    entries.append(entry)
    return (entry, freed)
  }

  /// Counts an entry for which there is no memory.
  mutating func skip() {
    dropped += 1
  }

  /// Empties the list. Numbers continue.
  ///
  /// - Returns: the bytes to return to the budget.
  mutating func removeAll() -> Int {
    defer { bytes = 0 }
    entries.removeAll()
    dropped = 0
    return bytes
  }

  /// Empties the list, which then keeps nothing.
  mutating func retire() -> Int {
    isRetired = true
    return removeAll()
  }

  /// The entries after a number.
  ///
  /// - Returns: the entries, and the number for the next page if there are more.
  func page(after: UInt64, limit: Int) -> (entries: [FailedConnection], next: UInt64?) {
    let first = max(entries.firstNumber, after &+ 1 == 0 ? .max : after + 1)
    guard first < entries.nextNumber else { return ([], nil) }
    let end = first + min(UInt64(max(limit, 0)), entries.nextNumber - first)
    return (entries.elements(first..<end), end < entries.nextNumber ? end - 1 : nil)
  }
}
