import Core
import Testing

@Suite struct BoundedTableTests {
  @Test("a full table drops what was put in first, and counts it")
  func drops() {
    var table = BoundedTable<String, Int>(limit: 2)
    #expect(table.set(1, for: "a") == nil)
    #expect(table.set(2, for: "b") == nil)
    // A new value for a key that is there is no new entry, and does not renew it.
    #expect(table.set(3, for: "a") == 1)
    #expect(table.dropped == 0 && table.values == [3, 2])
    #expect(table.set(4, for: "c") == 3)
    #expect(table["a"] == nil && table["b"] == 2 && table["c"] == 4)
    #expect(table.dropped == 1 && table.count == 2 && table.values == [2, 4])
    for number in 0..<100 { table.set(number, for: "key \(number)") }
    #expect(table.dropped == 101 && table.values == [98, 99])
  }

  @Test("a value can be changed; an absent one is left absent")
  func updates() {
    var table = BoundedTable<Int, String>(limit: 3)
    table.set("x", for: 1)
    table.update(1) { $0 += "y" }
    table.update(2) { $0 += "z" }
    #expect(table[1] == "xy" && table[2] == nil && table.count == 1)
    table.removeAll()
    #expect(table[1] == nil && table.count == 0)
    table.set("new", for: 1)
    #expect(table[1] == "new")
  }

  @Test("there is always room for one entry", arguments: [0, -1])
  func limit(_ limit: Int) {
    var table = BoundedTable<Int, Int>(limit: limit)
    table.set(1, for: 1)
    #expect(table[1] == 1)
  }
}
