/// Values by key, with a limit: when the table is full, a new value replaces the one that was added first. Dropped
/// values are counted.
///
/// The table consists of many small dictionaries, and each grows by itself. So no call takes long because the table
/// grows.
@usableFromInline package struct BoundedTable<Key: Hashable, Value> {
  /// A key with its value.
  @usableFromInline package struct Entry {
    @usableFromInline package var key: Key
    @usableFromInline package var value: Value

    @usableFromInline init(key: Key, value: Value) {
      self.key = key
      self.value = value
    }
  }

  /// The most entries.
  package let limit: Int
  /// Entries that were dropped for new ones since the table was made.
  package private(set) var dropped: UInt64 = 0

  /// A key with its hash, so that the hash is not computed again when a dictionary grows: a key may be long.
  @usableFromInline
  struct HashedKey: Hashable {
    @usableFromInline let key: Key
    @usableFromInline let value: Int

    @inlinable @inline(__always)
    init(_ key: Key) {
      self.key = key
      value = key.hashValue
    }

    @inlinable
    static func == (one: HashedKey, other: HashedKey) -> Bool {
      one.value == other.value && one.key == other.key
    }

    @inlinable
    func hash(into hasher: inout Hasher) { hasher.combine(value) }

    /// The index of the dictionary that has the key.
    @inlinable var part: Int { value & (BoundedTable.parts - 1) }
  }

  @inlinable static var parts: Int { 64 }

  /// The numbers of the entries, in `parts` dictionaries. There are none until the first entry is added.
  @usableFromInline var numbers: [[HashedKey: UInt64]] = []
  @usableFromInline var ring = Ring<Entry>()

  /// - Parameter limit: at least 1.
  package init(limit: Int) {
    self.limit = max(limit, 1)
  }

  package var count: Int { ring.count }

  /// A copy of the keys and values, in the order in which they were first added: it costs one reference.
  package var entries: Ring<Entry> { ring }

  /// The values, in the order in which their keys were first added.
  package var values: [Value] { ring.elements(ring.firstNumber..<ring.nextNumber).map(\.value) }

  // Inlined: called through a generic function it would cost half a microsecond of a request.
  @inlinable @inline(__always)
  package subscript(key: Key) -> Value? {
    guard let number = number(HashedKey(key)) else { return nil }
    return ring[number].value
  }

  /// Adds a value, or replaces the one with the same key. A new value for the same key keeps the place in the order.
  ///
  /// - Returns: the value that it replaced: the one with the same key, or the one that was dropped.
  @discardableResult
  package mutating func set(_ value: Value, for key: Key) -> Value? {
    let hashed = HashedKey(key)
    if let number = number(hashed) {
      let replaced = ring[number].value
      ring[number].value = value
      return replaced
    }
    if numbers.isEmpty { numbers = Array(repeating: [:], count: Self.parts) }
    var displaced: Value?
    if ring.count == limit, let oldest = ring.removeOldest() {
      let gone = HashedKey(oldest.key)
      numbers[gone.part][gone] = nil
      dropped += 1
      displaced = oldest.value
    }
    numbers[hashed.part][hashed] = ring.nextNumber
    ring.append(Entry(key: key, value: value))
    return displaced
  }

  /// Changes the value with this key, if there is one.
  package mutating func update(_ key: Key, _ change: (inout Value) -> Void) {
    guard let number = number(HashedKey(key)) else { return }
    change(&ring[number].value)
  }

  /// Removes all entries; the number of dropped values stays.
  package mutating func removeAll() {
    numbers = []
    ring.removeAll()
  }

  @inlinable @inline(__always)
  func number(_ key: HashedKey) -> UInt64? {
    numbers.isEmpty ? nil : numbers[key.part][key]
  }
}

extension BoundedTable: Sendable where Key: Sendable, Value: Sendable {}
extension BoundedTable.HashedKey: Sendable where Key: Sendable {}
extension BoundedTable.Entry: Sendable where Key: Sendable, Value: Sendable {}
