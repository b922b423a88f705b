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

  /// How many elements there is room for.
  @inlinable package var room: Int { slots.count }

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

  /// Gives up most of the room, where most of it is empty.
  package mutating func shrink() {
    guard slots.count > 16, count <= slots.count / 4 else { return }
    var room = 16
    while room < count * 2 { room *= 2 }
    move(into: room)
  }

  @inlinable @inline(__always)
  func slot(_ number: UInt64) -> Int {
    Int(truncatingIfNeeded: number & UInt64(truncatingIfNeeded: slots.count &- 1))
  }

  @usableFromInline
  mutating func grow() {
    move(into: max(16, slots.count * 2))
  }

  /// Moves the elements into new slots, a power of two and no fewer than there are elements.
  private mutating func move(into room: Int) {
    var moved: [Element?] = []
    moved.reserveCapacity(room)
    for _ in 0..<room { moved.append(nil) }
    for number in first..<next {
      moved[Int(number & UInt64(room - 1))] = slots[slot(number)].take()
    }
    slots = moved
  }

  @usableFromInline
  static func misused(_ number: UInt64) -> Never {
    preconditionFailure("no element has the number \(number)")
  }
}

extension Ring: Sendable where Element: Sendable {}
