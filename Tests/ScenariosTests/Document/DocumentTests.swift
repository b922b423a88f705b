import Scenarios
import Testing

@Suite struct DocumentTests {
  /// Reads a body as the control API would, and says what was read.
  static func read(_ text: String) throws(ScenarioErrors) -> String {
    let issues = IssueList()
    let value = DocumentValue(try Document.parse(text), issues: issues)
    var seen: [String] = []
    if let body = value.object(["scopes", "user", "expiresIn", "strict", "count", "size", "rate"]) {
      if let scopes = body["scopes"]?.array(atMost: 3) {
        seen.append("scopes=" + scopes.compactMap { $0.string() }.joined(separator: "+"))
      }
      if let user = body["user"]?.string() { seen.append("user=\(user.prefix(20))") }
      if let duration = body["expiresIn"]?.duration(
        atLeast: DurationText(nanoseconds: 1_000_000),
        atMost: DurationText(nanoseconds: 3_600_000_000_000))
      {
        seen.append("expiresIn=\(duration)")
      }
      if let strict = body["strict"]?.bool() { seen.append("strict=\(strict)") }
      if let count = body["count"]?.integer(in: 1...9) { seen.append("count=\(count)") }
      if let size = body["size"]?.byteCount(in: 0...100) { seen.append("size=\(size)") }
      if let rate = body["rate"]?.number() { seen.append("rate=\(rate)") }
    }
    try issues.check()
    return seen.joined(separator: " ")
  }

  @Test(
    "a JSON body is read, whatever its white space",
    arguments: [
      (
        #"{"scopes":["voip","chat"],"user":"8:acs:x","expiresIn":"1h"}"#,
        "scopes=voip+chat user=8:acs:x expiresIn=3600s"
      ),
      ("{\n\t\"user\" :\t\"x\" ,\r\n\t\"strict\":true\n}\n", "user=x strict=true"),
      (#"{"user":null,"count":3}"#, "count=3"),
      (#"{"user":"\/\"\\\n\u00e9\ud83d\ude00"}"#, "user=/\"\\\né😀"),
      (#"{"rate":1.5,"size":"0"}"#, "size=0 rate=1.5"),
      (#"{"user":"true"}"#, "user=true"),
      (
        "{\"user\":\"" + String(repeating: "x", count: 9_000) + "\",\"count\":1}",
        "user=xxxxxxxxxxxxxxxxxxxx count=1"
      ),
      ("{}", ""),
    ])
  func bodies(_ text: String, _ expected: String) throws {
    #expect(try Self.read(text) == expected)
  }

  @Test(
    "a value of another type or out of bounds is refused with its place",
    arguments: [
      (#"{"user":5}"#, "1:9: user: Expected a string, found the number 5."),
      (#"{"user":true}"#, "1:9: user: Expected a string, found true."),
      (
        #"{"usr":"x"}"#,
        "1:2: usr: There is no member 'usr'. Did you mean 'user'? Allowed are scopes, user, expiresIn, strict, count, size, rate."
      ),
      (#"{"scopes":"voip"}"#, "1:11: scopes: Expected a list, found 'voip'."),
      (#"{"scopes":["a",5]}"#, "1:16: scopes[1]: Expected a string, found the number 5."),
      (#"{"scopes":[1,1,1,1]}"#, "1:11: scopes: The list has 4 elements; 3 are the most."),
      (
        #"{"expiresIn":60}"#,
        "1:14: expiresIn: Expected a duration such as 250ms, 1.5s, 2m or 1h, found the number 60."
      ),
      (#"{"expiresIn":"0s"}"#, "1:14: expiresIn: 0s is too short; 1ms is the least."),
      (#"{"expiresIn":"2h"}"#, "1:14: expiresIn: 7200s is too long; 3600s is the most."),
      (#"{"strict":"true"}"#, "1:11: strict: Expected true or false, found 'true'."),
      (#"{"count":10}"#, "1:10: count: Expected a whole number from 1 to 9, found the number 10."),
      (
        #"{"count":1.5}"#, "1:10: count: Expected a whole number from 1 to 9, found the number 1.5."
      ),
      (#"{"size":"1KiB"}"#, "1:9: size: 1KiB is out of bounds; 0 to 100 bytes are allowed."),
      (#"{"rate":-1}"#, "1:9: rate: Expected a number that is not negative, found the number -1."),
      (#"{"user":"a","user":"b"}"#, "1:2: A member is given twice: user."),
      ("5", "1:1: Expected an object, found the number 5."),
      ("", "1:1: Expected an object, found nothing."),
      ("{", "2:1: This is neither YAML nor JSON: "),
      ("{\"user\":\"\u{0}\"}", "1:1: The document cannot be read: "),
      ("a: *b", "1:4: This is neither YAML nor JSON: "),
      ("[a]: 5", "1:1: A member's name is a text."),
    ])
  func refused(_ text: String, _ expected: String) {
    #expect {
      try Self.read(text)
    } throws: { error in
      let issues = (error as? ScenarioErrors)?.issues ?? []
      #expect(issues.count == 1)
      #expect(issues.first?.description.hasPrefix(expected) ?? false, "\(issues)")
      return true
    }
  }

  @Test("a name that is missing is said to be")
  func missing() throws {
    let issues = IssueList()
    let value = DocumentValue(try Document.parse("{}"), target: "expect", issues: issues)
    #expect(value.object(["a"])?.required("a") == nil)
    #expect(issues.issues.map(\.description) == ["1:1: expect: The member 'a' is missing."])
  }

  @Test("no more issues are kept than anybody reads")
  func bounded() throws {
    let text = "rules: [" + String(repeating: "{fault: x},", count: 500) + "]"
    #expect {
      try ScenarioDecoder.decode(text)
    } throws: { error in
      (error as? ScenarioErrors)?.issues.count == IssueList.most
    }
  }
}

extension DocumentTests {
  @Test(
    "a damaged scenario is refused or read, and never a trap",
    arguments: Fixture.scenarios)
  func damage(_ name: String) throws {
    let bytes = Array(try Fixture.scenario(name).utf8)
    var random = SeededRandom(seed: 5)
    for _ in 0..<60 {
      var damaged = bytes
      for _ in 0..<3 {
        let index = Int(random.next() % UInt64(damaged.count))
        switch random.next() % 3 {
        case 0: damaged[index] = UInt8(truncatingIfNeeded: random.next() % 128)
        case 1: damaged.remove(at: index)
        default:
          damaged.insert(contentsOf: "{[:-*&\"'|>%!?,]}".utf8.shuffled(using: &random), at: index)
        }
      }
      _ = try? ScenarioDecoder.decode(String(decoding: damaged, as: UTF8.self))
    }
  }
}
