/// Values by key, bounded: when it is full, the one that was put in first is dropped for a new one, and counted.
package struct BoundedTable<Key: Hashable, Value> {
  @usableFromInline
  struct Entry {
    @usableFromInline var key: Key
    @usableFromInline var value: Value

    @usableFromInline init(key: Key, value: Value) {
      self.key = key
      self.value = value
    }
  }

  /// The most entries.
  package let limit: Int
  /// Entries that were dropped for new ones since the table was made.
  package private(set) var dropped: UInt64 = 0

  @usableFromInline var numbers: [Key: UInt64] = [:]
  @usableFromInline var ring = Ring<Entry>()

  /// - Parameter limit: at least 1.
  package init(limit: Int) {
    self.limit = max(limit, 1)
  }

  package var count: Int { ring.count }

  /// The values, in the order in which their keys were first put in.
  package var values: [Value] { ring.elements(ring.firstNumber..<ring.nextNumber).map(\.value) }

  @inlinable
  package subscript(key: Key) -> Value? {
    guard let number = numbers[key] else { return nil }
    return ring[number].value
  }

  /// Puts a value in, or in the place of the one with the same key, which keeps its turn.
  ///
  /// - Returns: the value that went for it: the one with the same key, or the one that was dropped.
  @discardableResult
  package mutating func set(_ value: Value, for key: Key) -> Value? {
    if let number = numbers[key] {
      let replaced = ring[number].value
      ring[number].value = value
      return replaced
    }
    var displaced: Value?
    if ring.count == limit, let oldest = ring.removeOldest() {
      numbers[oldest.key] = nil
      dropped += 1
      displaced = oldest.value
    }
    numbers[key] = ring.nextNumber
    ring.append(Entry(key: key, value: value))
    return displaced
  }

  /// Changes the value with this key, where there is one.
  package mutating func update(_ key: Key, _ change: (inout Value) -> Void) {
    guard let number = numbers[key] else { return }
    change(&ring[number].value)
  }

  /// Removes all entries; what was dropped stays counted.
  package mutating func removeAll() {
    numbers = [:]
    ring.removeAll()
  }
}

extension BoundedTable: Sendable where Key: Sendable, Value: Sendable {}
extension BoundedTable.Entry: Sendable where Key: Sendable, Value: Sendable {}
