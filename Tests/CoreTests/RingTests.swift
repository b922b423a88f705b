import Core
import Testing

@Suite struct RingTests {
  @Test("elements keep their numbers while the oldest are removed and the room grows")
  func numbers() {
    var ring = Ring<String>(startingAt: 7)
    var expected: [UInt64: String] = [:]
    for number in 7..<(7 + 500 as UInt64) {
      #expect(ring.nextNumber == number)
      ring.append("element \(number)")
      expected[number] = "element \(number)"
      if number % 3 == 0 {
        let oldest = ring.firstNumber
        #expect(ring.removeOldest() == expected.removeValue(forKey: oldest))
        #expect(!ring.contains(oldest))
      }
    }
    #expect(ring.count == expected.count)
    for (number, element) in expected {
      #expect(ring.contains(number))
      #expect(ring[number] == element)
    }
    #expect(ring.oldest == expected[ring.firstNumber])
  }

  @Test(
    "room is given up with the elements that had it, and with the last one where that is asked for")
  func room() {
    var ring = Ring<Int>(startingAt: 3)
    for number in 0..<1_000 { ring.append(number) }
    #expect(ring.room == 1_024)
    for _ in 0..<990 { ring.removeOldest() }
    #expect(ring.room == 256 && ring.count == 10)
    ring.shrink()
    #expect(ring.elements(ring.firstNumber..<ring.nextNumber) == Array(990..<1_000))
    for number in 1_000..<1_100 { ring.append(number) }
    #expect(ring.oldest == 990 && ring[ring.nextNumber - 1] == 1_099)
    while ring.removeOldest() != nil {}
    ring.shrink()
    #expect(ring.room == 0 && ring.isEmpty && ring.nextNumber == 1_103)
  }

  @Test("an element can be changed in its place")
  func changes() {
    var ring = Ring<[Int]>()
    ring.append([1])
    ring.append([2])
    ring[1].append(3)
    #expect(ring.elements(0..<9) == [[1], [2, 3]])
    #expect(ring.elements(1..<2) == [[2, 3]])
  }

  @Test("an empty ring has no oldest element, and numbers go on")
  func empties() {
    var ring = Ring<Int>()
    #expect(ring.removeOldest() == nil)
    ring.append(1)
    ring.append(2)
    ring.removeAll()
    #expect(ring.isEmpty && ring.oldest == nil && ring.count == 0)
    #expect(!ring.contains(0) && !ring.contains(1) && !ring.contains(2))
    ring.append(3)
    #expect(ring.contains(2) && ring[2] == 3)
  }

  @Test("a copy holds what it held, whatever becomes of the original")
  func copies() {
    var ring = Ring<Int>(startingAt: 3)
    for number in 3..<1_000 { ring.append(number) }
    let copy = ring
    for number in 1_000..<2_000 {
      ring.append(number)
      ring.removeOldest()
    }
    ring[1_500] = -1
    #expect(copy.elements(0..<5_000) == Array(3..<1_000))
    #expect(ring.elements(0..<5_000) == Array(1_003..<1_500) + [-1] + Array(1_501..<2_000))
    ring.removeAll()
    #expect(copy.count == 997 && copy[3] == 3 && copy[999] == 999)
  }

  @Test("what is removed is released")
  func releases() {
    final class Held {}
    var ring = Ring<Held>()
    weak var held: Held?
    do {
      let made = Held()
      held = made
      ring.append(made)
    }
    #expect(held != nil)
    ring.removeOldest()
    #expect(held == nil)
  }
}
