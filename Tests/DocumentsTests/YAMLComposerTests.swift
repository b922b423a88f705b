import Documents
import Testing

@Suite struct YAMLComposerTests {
  /// A document written as JSON; its error, where it has one.
  static func json(_ text: String) -> String {
    do {
      var writer = JSONWriter()
      writer.value(try Document.parse(text, as: .yaml))
      return String(decoding: writer.bytes, as: UTF8.self)
    } catch {
      return error.description
    }
  }

  @Test(
    "members are merged: an object's own count before those of what it merges, and of these the first",
    arguments: [
      ("a: &a {x: 1, y: 2}\nb: {<<: *a, y: 3}", #"{"a":{"x":1,"y":2},"b":{"y":3,"x":1}}"#),
      ("a: &a {x: 1}\nb: {x: 2, <<: *a}", #"{"a":{"x":1},"b":{"x":2}}"#),
      (
        "a: &a {x: 1}\nb: &b {x: 2, y: 3}\nc: {<<: [*a, *b]}",
        #"{"a":{"x":1},"b":{"x":2,"y":3},"c":{"x":1,"y":3}}"#
      ),
      ("a: {<<: {x: 1}}", #"{"a":{"x":1}}"#), ("a: {<<: []}", #"{"a":{}}"#),
      ("a: {'<<': 1}", #"{"a":{"<<":1}}"#),
      ("a: &a {<<: &b {x: 1}}\nb: {<<: *a}\nc: *b", #"{"a":{"x":1},"b":{"x":1},"c":{"x":1}}"#),
    ])
  func merges(_ text: String, _ expected: String) {
    #expect(Self.json(text) == expected)
  }

  @Test(
    "what cannot be merged is refused where it is",
    arguments: [
      ("a: {<<: 1}", "1:9: ", "to merge, but found the number 1"),
      ("a: &a [1]\nb: {<<: *a}", "2:9: ", "to merge, but found the number 1"),
      ("a: {<<: [{}, x]}", "1:9: ", "to merge, but found 'x'"),
      ("a: &a {}\nb: {<<: *a, <<: *a}", "2:13: ", "the member '<<' is given twice"),
    ])
  func refused(_ text: String, _ place: String, _ expected: String) {
    let issue = Self.json(text)
    #expect(issue.hasPrefix(place) && issue.contains(expected), "\(issue)")
  }

  @Test("aliases are bounded by the bytes that they stand for, not by their number")
  func aliases() {
    // 40,000 aliases of two bytes each, written as JSON.
    let many = "- &a ''\n" + String(repeating: "- *a\n", count: 40_000)
    #expect(Self.json(many).utf8.count == 40_001 * 3 + 1)
    let long = "- &a " + String(repeating: "x", count: 100_000) + "\n"
    #expect(!Self.json(long + String(repeating: "- *a\n", count: 10)).hasPrefix("11:"))
    let issue = Self.json(long + String(repeating: "- *a\n", count: 11))
    #expect(issue.hasPrefix("12:3: "), "\(issue.prefix(200))")
    #expect(issue.contains("its aliases stand for more than 1048576 bytes"))
  }

  @Test("what aliases stand for counts each time")
  func billionLaughs() {
    for leaf in ["x", "''", "[]", "{}"] {
      var text = "a: &a [" + String(repeating: "\(leaf),", count: 10) + "]\n"
      for (name, last) in zip("bcdefgh", "abcdefg") {
        text += "\(name): &\(name) [" + String(repeating: "*\(last),", count: 10) + "]\n"
      }
      let issue = Self.json(text)
      #expect(issue.hasPrefix("5:") || issue.hasPrefix("6:"), "\(issue.prefix(200))")
      #expect(issue.contains("aliases stand for more than"), "\(issue.prefix(200))")
    }
  }

  @Test("the levels of what an alias stands for count")
  func depth() {
    func nested(_ inner: String, _ levels: Int) -> String {
      String(repeating: "[", count: levels) + inner + String(repeating: "]", count: levels)
    }
    // The object itself is a level.
    #expect(Self.json("a: &a \(nested("", 30))\nb: \(nested("*a", 33))").hasPrefix("{"))
    let issue = Self.json("a: &a \(nested("", 30))\nb: \(nested("*a", 34))")
    #expect(issue.hasPrefix("2:38: ") && issue.contains("deeper than 64 levels"), "\(issue)")
    let merged = Self.json("a: &a {x: \(nested("", 30))}\nb: \(nested("{<<: *a}", 33))")
    #expect(merged.contains("deeper than 64 levels"), "\(merged)")
  }
}
