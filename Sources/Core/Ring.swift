/// Elements in the order in which they came, each with a number that no other had before. Only the oldest can be
/// removed. The room is a power of two and grows by doubling; an element is moved into its place once. (A `Deque`
/// copies what is large, with all that it refers to.)
@usableFromInline package struct Ring<Element> {
  @usableFromInline var slots: [Element?] = []
  @usableFromInline var first: UInt64
  @usableFromInline var next: UInt64

  /// - Parameter number: the first element's.
  @inlinable
  package init(startingAt number: UInt64 = 0) {
    first = number
    next = number
  }

  /// The number of the oldest element; ``nextNumber`` where there is none.
  @inlinable package var firstNumber: UInt64 { first }

  /// The number that the next element gets.
  @inlinable package var nextNumber: UInt64 { next }

  @inlinable package var count: Int { Int(truncatingIfNeeded: next &- first) }

  @inlinable package var isEmpty: Bool { first == next }

  @inlinable package var oldest: Element? { isEmpty ? nil : slots[slot(first)] }

  @inlinable
  package func contains(_ number: UInt64) -> Bool { number >= first && number < next }

  /// The element with this number, which has to be one that is contained.
  @inlinable
  package subscript(number: UInt64) -> Element {
    get {
      guard contains(number), let element = slots[slot(number)] else { Self.misused(number) }
      return element
    }
    set {
      guard contains(number) else { Self.misused(number) }
      slots[slot(number)] = newValue
    }
  }

  /// The elements with these numbers, oldest first; numbers that are not contained are left out.
  package func elements(_ numbers: Range<UInt64>) -> [Element] {
    numbers.clamped(to: first..<next).compactMap { slots[slot($0)] }
  }

  @inlinable
  package mutating func append(_ element: consuming Element) {
    if count == slots.count { grow() }
    slots[slot(next)] = consume element
    next &+= 1
  }

  /// Removes the oldest element; nil where there is none.
  @inlinable
  @discardableResult
  package mutating func removeOldest() -> Element? {
    if isEmpty { return nil }
    let oldest = slots[slot(first)].take()
    first &+= 1
    return oldest
  }

  /// Removes all elements. Numbers go on.
  package mutating func removeAll() {
    self = Ring(startingAt: next)
  }

  @inlinable @inline(__always)
  func slot(_ number: UInt64) -> Int {
    Int(truncatingIfNeeded: number & UInt64(truncatingIfNeeded: slots.count &- 1))
  }

  @usableFromInline
  mutating func grow() {
    let room = UInt64(max(16, slots.count * 2))
    var grown: [Element?] = []
    grown.reserveCapacity(Int(room))
    for _ in 0..<room { grown.append(nil) }
    for number in first..<next {
      grown[Int(number & (room - 1))] = slots[slot(number)].take()
    }
    slots = grown
  }

  @usableFromInline
  static func misused(_ number: UInt64) -> Never {
    preconditionFailure("no element has the number \(number)")
  }
}

extension Ring: Sendable where Element: Sendable {}
