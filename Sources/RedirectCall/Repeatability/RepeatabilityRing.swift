/// Entries in the order in which they came, each with a number that no other had before. Only the
/// oldest can go; the room is a power of two and grows by doubling.
struct RepeatabilityRing: Sendable {
  private var slots: [RepeatabilityEntry] = []
  /// The number of the oldest entry.
  private(set) var firstNumber: UInt64
  /// The number that the next entry gets.
  private(set) var nextNumber: UInt64

  init(startingAt number: UInt64 = 0) {
    firstNumber = number
    nextNumber = number
  }

  var count: Int { Int(nextNumber - firstNumber) }

  var oldest: RepeatabilityEntry? { firstNumber == nextNumber ? nil : self[firstNumber] }

  func contains(_ number: UInt64) -> Bool { number >= firstNumber && number < nextNumber }

  /// - Parameter number: one that is contained.
  subscript(number: UInt64) -> RepeatabilityEntry {
    get { slots[slot(number)] }
    _modify { yield &slots[slot(number)] }
  }

  mutating func append(_ entry: RepeatabilityEntry) {
    if count == slots.count { grow(filledWith: entry) }
    slots[slot(nextNumber)] = entry
    nextNumber += 1
  }

  mutating func removeOldest() {
    if firstNumber < nextNumber { firstNumber += 1 }
  }

  private func slot(_ number: UInt64) -> Int {
    Int(truncatingIfNeeded: number & UInt64(slots.count - 1))
  }

  private mutating func grow(filledWith entry: RepeatabilityEntry) {
    let room = max(16, slots.count * 2)
    var grown = [RepeatabilityEntry](repeating: entry, count: room)
    var number = firstNumber
    while number < nextNumber {
      grown[Int(truncatingIfNeeded: number & UInt64(room - 1))] = self[number]
      number += 1
    }
    slots = grown
  }
}
