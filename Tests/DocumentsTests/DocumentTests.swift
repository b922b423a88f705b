import Core
import Documents
import Testing

@Suite struct DocumentTests {
  /// Reads a body as the control API would, and says what was read.
  static func read(_ text: String) throws(DocumentErrors) -> String {
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
      ("user: !!str 5\ncount: 3", "user=5 count=3"),
      ("user: ! true", "user=true"),
      ("scopes: [&a x, *a]\nuser: *a", "scopes=x+x user=x"),
      ("# an empty key of no meaning\nuser: x\n", "user=x"),
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
      (
        #"{"user":"a","user":"b"}"#,
        "1:13: This is not YAML or JSON that can be read: the member 'user' is given twice."
      ),
      ("5", "1:1: Expected an object, found the number 5."),
      ("", "1:1: Expected an object, found nothing."),
      ("{", "2:1: This is not YAML or JSON that can be read: "),
      ("{\"user\":\"\u{0}\"}", "1:10: This is not YAML or JSON that can be read: "),
      (
        "a: *b",
        "1:4: This is not YAML or JSON that can be read: found an alias 'b' that stands for nothing."
      ),
      (
        "[a]: 5",
        "1:1: This is not YAML or JSON that can be read: expected a text as a member's name."
      ),
      ("a: 1\n---\na: 2", "2:1: This is not YAML or JSON that can be read: expected one document"),
      (
        "count: !!int 5",
        "1:8: This is not YAML or JSON that can be read: found the tag 'tag:yaml.org,2002:int'"
      ),
      ("!mine {}", "1:1: This is not YAML or JSON that can be read: found the tag '!mine'"),
      ("a: &a [*a]", "1:8: This is not YAML or JSON that can be read: found an alias 'a' that"),
    ])
  func refused(_ text: String, _ expected: String) {
    #expect {
      try Self.read(text)
    } throws: { error in
      let issues = (error as? DocumentErrors)?.issues ?? []
      #expect(issues.count == 1)
      #expect(issues.first?.description.hasPrefix(expected) ?? false, "\(issues)")
      return true
    }
  }

  @Test(
    "what would be too much is refused, where it begins to be",
    arguments: [
      ("", "[", 100_000, "1:65: ", "nested deeper than 64 levels"),
      ("", "{a: ", 1_000, "1:257: ", "nested deeper than 64 levels"),
      ("", "- ", 100_000, "1:129: ", "nested deeper than 64 levels"),
      ("", "? ", 100_000, "1:3: ", "a text as a member's name"),
      ("[", "1,", 100_001, "1:200000: ", "more than 100000 values"),
      ("", " ", Document.longest + 1, "1:1: ", "1048577 bytes"),
    ])
  func bounds(_ start: String, _ part: String, _ times: Int, _ place: String, _ expected: String) {
    let issue = Self.issue(start + String(repeating: part, count: times))
    #expect(issue.hasPrefix(place) && issue.contains(expected), "\(issue)")
  }

  private static func issue(_ text: String) -> String {
    do {
      return "read: \(try Document.parse(text).words)"
    } catch {
      return error.description
    }
  }

  @Test(
    "a member is found among few and among many, also one that is null",
    arguments: [3, 16, 17, 10_000])
  func members(count: Int) throws {
    let text = (0..<count).map { "\"m\($0)\":\($0 % 3 == 0 ? "null" : "\($0)")" }
      .joined(separator: ",")
    let value = DocumentValue(try Document.parse("{\(text)}"), issues: IssueList())
    let reader = try #require(value.anyObject())
    for number in 0..<count {
      #expect(reader.withNull("m\(number)")?.node.isNull == (number % 3 == 0))
      #expect((reader["m\(number)"] == nil) == (number % 3 == 0))
    }
    #expect(reader.withNull("m\(count)") == nil)
  }

  @Test("a name that is missing is said to be")
  func missing() throws {
    let issues = IssueList()
    let value = DocumentValue(try Document.parse("{}"), target: "expect", issues: issues)
    #expect(value.object(["a"])?.required("a") == nil)
    #expect(issues.issues.map(\.description) == ["1:1: expect: The member 'a' is missing."])
  }
}
