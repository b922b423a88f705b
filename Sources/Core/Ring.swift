/// Elements in the order in which they were added, each with a number that is never used again. Only the oldest can be
/// removed.
///
/// They are kept in blocks, so no call has to move or copy all of them. A copy of the ring costs one reference. A later
/// change of the original copies the list of blocks and the one block that changes. (One array for all would grow by
/// moving a hundred thousand elements while a request waits. A `Deque` copies its whole storage, with a reference to
/// each object in it.)
@usableFromInline package struct Ring<Element> {
  /// A block has two to the power of this many elements.
  @inlinable static var blockBits: Int { 8 }

  /// Removed elements are nil until their whole block is dropped.
  @usableFromInline var blocks: [[Element?]] = []
  /// The number of the first block's first element, which may be one that was removed.
  @usableFromInline var base: UInt64
  @usableFromInline var first: UInt64
  @usableFromInline var next: UInt64

  /// - Parameter number: the first element's.
  @inlinable
  package init(startingAt number: UInt64 = 0) {
    base = number
    first = number
    next = number
  }

  /// The number of the oldest element; ``nextNumber`` where there is none.
  @inlinable package var firstNumber: UInt64 { first }

  /// The number that the next element gets.
  @inlinable package var nextNumber: UInt64 { next }

  @inlinable package var count: Int { Int(truncatingIfNeeded: next &- first) }

  /// How many elements the blocks have room for. The places of removed elements count too.
  @inlinable package var room: Int {
    blocks.count == 1 ? blocks[0].capacity : blocks.count << Self.blockBits
  }

  @inlinable package var isEmpty: Bool { first == next }

  @inlinable package var oldest: Element? { isEmpty ? nil : self[first] }

  @inlinable
  package func contains(_ number: UInt64) -> Bool { number >= first && number < next }

  /// The element with this number, which must be contained.
  @inlinable
  package subscript(number: UInt64) -> Element {
    get {
      guard contains(number), let element = blocks[block(number)][place(number)] else {
        Self.misused(number)
      }
      return element
    }
    set {
      guard contains(number) else { Self.misused(number) }
      blocks[block(number)][place(number)] = newValue
    }
  }

  /// The result of a function that reads the element with this number; nil if it is not contained. The element is not
  /// copied.
  @inlinable @inline(__always)
  package func read<Value>(_ number: UInt64, _ body: (borrowing Element) -> Value) -> Value? {
    guard contains(number) else { return nil }
    return blocks[block(number)].withUnsafeBufferPointer { elements in
      let place = place(number)
      guard place < elements.count, let start = elements.baseAddress else { return nil }
      // The block does not change meanwhile, and the place is inside it.
      return unsafe Self.read(start + place, body)
    }
  }

  @inlinable @inline(__always)
  static func read<Value>(
    _ element: UnsafePointer<Element?>, _ body: (borrowing Element) -> Value
  ) -> Value? {
    switch element.pointee {
    case .some(let found): body(found)
    case .none: nil
    }
  }

  /// The elements with these numbers, oldest first; numbers that are not contained are left out.
  package func elements(_ numbers: Range<UInt64>) -> [Element] {
    numbers.clamped(to: first..<next).compactMap { blocks[block($0)][place($0)] }
  }

  @inlinable
  package mutating func append(_ element: consuming Element) {
    let last = block(next)
    if last == blocks.count {
      blocks.append([])
      // The first grows by itself: many rings never hold much.
      if last > 0 { blocks[last].reserveCapacity(1 << Self.blockBits) }
    }
    blocks[last].append(consume element)
    next &+= 1
  }

  /// Removes the oldest element; nil if there is none.
  @inlinable
  @discardableResult
  package mutating func removeOldest() -> Element? {
    if isEmpty { return nil }
    let oldest = blocks[0][place(first)].take()
    first &+= 1
    if block(first) > 0 {
      blocks.removeFirst()
      base = first
    }
    return oldest
  }

  /// Removes all elements. Numbering continues.
  package mutating func removeAll() {
    self = Ring(startingAt: next)
  }

  /// Frees the room of an empty ring. A ring that has elements has already freed all other blocks.
  package mutating func shrink() {
    if isEmpty { removeAll() }
  }

  @inlinable @inline(__always)
  func block(_ number: UInt64) -> Int {
    Int(truncatingIfNeeded: (number &- base) >> Self.blockBits)
  }

  @inlinable @inline(__always)
  func place(_ number: UInt64) -> Int {
    Int(truncatingIfNeeded: number &- base) & (1 << Self.blockBits &- 1)
  }

  @usableFromInline
  static func misused(_ number: UInt64) -> Never {
    preconditionFailure("no element has the number \(number)")
  }
}

extension Ring: Sendable where Element: Sendable {}
