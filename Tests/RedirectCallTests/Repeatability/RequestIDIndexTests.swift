import RedirectCall
import Testing

@Suite("The index of request ids")
struct RequestIDIndexTests {
  private static func id(_ number: UInt64) -> RequestUUID {
    RequestUUID(high: number &* 0x9E37_79B9_7F4A_7C15, low: number)
  }

  @Test("an id is found at its place, if its owner has it there")
  func finding() {
    var index = RequestIDIndex()
    #expect(index.place(of: Self.id(1)) { _ in true } == nil)
    index.insert(Self.id(1), at: 5)
    #expect(index.count == 1)
    #expect(index.place(of: Self.id(1)) { $0 == 5 } == 5)
    #expect(index.place(of: Self.id(1)) { _ in false } == nil)
    #expect(index.place(of: Self.id(2)) { $0 == 5 } == nil)
  }

  @Test("room that is not used any more is given up, and what is left is found")
  func shrinking() {
    var index = RequestIDIndex()
    for number in 0..<10_000 as Range<UInt64> { index.insert(Self.id(number), at: UInt32(number)) }
    let most = index.bytes
    index.shrink()
    #expect(index.bytes == most)
    for number in 100..<10_000 as Range<UInt64> {
      index.remove(Self.id(number), at: UInt32(number))
    }
    #expect(index.bytes == most)
    index.shrink()
    #expect(index.bytes < most / 16 && index.count == 100)
    for number in 0..<100 as Range<UInt64> {
      #expect(index.place(of: Self.id(number)) { $0 == UInt32(number) } == UInt32(number))
      index.remove(Self.id(number), at: UInt32(number))
    }
    index.shrink()
    #expect(index.bytes == 0)
    index.insert(Self.id(1), at: 1)
    #expect(index.place(of: Self.id(1)) { _ in true } == 1)
  }

  @Test("an id is moved and removed by its place; from another place neither happens")
  func moving() {
    var index = RequestIDIndex()
    index.insert(Self.id(1), at: 5)
    index.move(Self.id(1), from: 6, to: 7)
    index.remove(Self.id(1), at: 6)
    #expect(index.count == 1 && index.place(of: Self.id(1)) { _ in true } == 5)
    index.move(Self.id(1), from: 5, to: .max)
    #expect(index.place(of: Self.id(1)) { _ in true } == .max)
    index.remove(Self.id(1), at: .max)
    #expect(index.count == 0 && index.place(of: Self.id(1)) { _ in true } == nil)
    index.remove(Self.id(1), at: .max)
    #expect(index.count == 0)
  }

  @Test("ids that come and go, in chains that grow and close, come out as a dictionary says")
  func model() {
    var index = RequestIDIndex()
    var places: [UInt64: UInt32] = [:]
    var owners: [UInt32: UInt64] = [:]
    func found(_ number: UInt64) -> UInt32? {
      index.place(of: Self.id(number)) { owners[$0] == number }
    }
    for step in 0..<20_000 as Range<UInt64> {
      let number = (step &* 7_919 ^ step >> 3) % 700
      let place = UInt32(step)
      if let old = places[number] {
        owners[old] = nil
        if step % 3 == 0 {
          index.move(Self.id(number), from: old, to: place)
          places[number] = place
          owners[place] = number
        } else {
          index.remove(Self.id(number), at: old)
          places[number] = nil
        }
      } else {
        index.insert(Self.id(number), at: place)
        places[number] = place
        owners[place] = number
      }
      #expect(found(number) == places[number], "step \(step)")
      #expect(index.count == places.count)
    }
    for number in 0..<700 as Range<UInt64> { #expect(found(number) == places[number]) }
  }
}
