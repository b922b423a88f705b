import Core
import Testing

@Suite("A search in numbers in order")
struct RangeSearchTests {
  @Test(
    "the first number from which on something holds is found, wherever it is", arguments: 0...17)
  func first(place: Int) {
    for range in [0..<17, 3..<17, 5..<5] {
      let expected = min(max(place, range.lowerBound), range.upperBound)
      #expect(range.first(fromWhich: { $0 >= place }) == expected, "\(range)")
    }
  }

  @Test("few numbers are asked about, also at the largest ones")
  func steps() {
    var asked = 0
    let found = (0..<Int.max).first(fromWhich: { number in
      asked += 1
      return number >= Int.max - 2
    })
    #expect(found == Int.max - 2)
    #expect(asked <= 64)
  }
}
