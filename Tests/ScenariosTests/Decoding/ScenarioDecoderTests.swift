import Documents
import HTTP1
import Scenarios
import Testing

@Suite struct ScenarioDecoderTests {
  static func issues(_ text: String) -> [String] {
    do {
      _ = try ScenarioDecoder.decode(text)
      return []
    } catch {
      return error.issues.map(\.description)
    }
  }

  @Test(
    "a fault is reported with its line, column, path and what was meant",
    arguments: [
      (
        "rules:\n  - name: x\n    atempts: 1\n    respond: { status: 503 }\n",
        "3:5: rules[0].atempts: There is no member 'atempts'. Did you mean 'attempts'?"
      ),
      (
        "rules:\n  - { attempts: 0, fault: reset }",
        "2:17: rules[0].attempts: Expected a number from 1, or a range such as 1..2 or 3.., found the number 0."
      ),
      (
        "rules:\n  - { attempts: 3..2, fault: reset }",
        "2:17: rules[0].attempts: Expected a number from 1"
      ),
      (
        "rules: [{ respond: { status: 99 } }]",
        "1:30: rules[0].respond.status: Expected a whole number from 200 to 599, found the number 99."
      ),
      (
        "rules: [{ respond: {} }]",
        "1:20: rules[0].respond: The member 'status' is missing."
      ),
      (
        "rules: [{ fault: reste }]",
        "1:18: rules[0].fault: There is no fault 'reste'. Did you mean 'reset'?"
      ),
      (
        "rules: [{ fault: refuse }]",
        "1:18: rules[0].fault: 'refuse' is a fault of connections: it belongs under 'connections'."
      ),
      (
        "connections: [{ fault: reset }]",
        "1:24: connections[0].fault: 'reset' is a fault of requests: it belongs under 'rules'."
      ),
      (
        "connections: [{ fault: { tls: { alert: handshake_failur } } }]",
        "1:40: connections[0].fault.tls.alert: There is no alert 'handshake_failur'. Did you mean 'handshake_failure'?"
      ),
      ("rules: [{ name: nothing }]", "1:9: rules[0]: The rule does nothing."),
      (
        "rules: [{ delay: 5 }]",
        "1:18: rules[0].delay: Expected a duration such as 250ms, 1.5s, 2m or 1h, found the number 5."
      ),
      ("rules: [{ delay: 2h }]", "1:18: rules[0].delay: 7200s is too long; 3600s is the most."),
      (
        "rules: [{ chance: 120%, fault: reset }]",
        "1:19: rules[0].chance: Expected a percentage from 0% to 100%"
      ),
      (
        "rules: [{ sequence: [pass], fault: reset }]",
        "1:21: rules[0].sequence: 'sequence' and 'fault' cannot be combined"
      ),
      (
        "rules: [{ match: { target: { kind: phonenumber } }, fault: reset }]",
        "1:36: rules[0].match.target.kind: There is no kind of target 'phonenumber'. Did you mean 'phoneNumber'?"
      ),
      (
        "rules: [{ match: { user: '/(/' }, fault: reset }]",
        "1:26: rules[0].match.user: The regular expression is wrong at character 3 of the pattern: missing )."
      ),
      (
        "rules: [{ respond: { status: 500, headers: { Content-Length: 5 } } }]",
        "1:62: rules[0].respond.headers.Content-Length: The emulator sets 'Content-Length' itself"
      ),
      (
        "rules: [{ respond: { status: 204, body: x } }]",
        "1:41: rules[0].respond.body: A response with status 204 has no content."
      ),
      (
        "events: [{ name: a }]",
        "1:10: events[0]: The rule does nothing. It needs one of duplicate, delay, drop, order, batch, contentType, pace, cut."
      ),
      (
        "events: [{ respond: { status: 503 } }]", "events[0].respond: There is no member 'respond'."
      ),
      (
        "events: [{ drop: true, delay: 1s }]",
        "1:18: events[0].drop: 'drop' and 'delay' cannot be combined: an event that is dropped is not sent."
      ),
      ("events: [{ drop: false }]", "events[0].drop: 'drop' must be true or left out."),
      ("events: [{ batch: 2, order: last }]", "'batch' and 'order' cannot be combined"),
      ("events: [{ batch: 1 }]", "events[0].batch: Expected a whole number from 2 to 100"),
      ("events: [{ duplicate: 0 }]", "events[0].duplicate: Expected a whole number from 1 to 10"),
      ("events: [{ order: first }]", "There is no order 'first'. Allowed is last."),
      ("events: [{ cut: { afterBytes: 65KiB } }]", "0 to 65536 bytes are allowed"),
      ("events: [{ cut: {} }]", "events[0].cut: The member 'afterBytes' is missing."),
      ("events: [{ delay: 2h }]", "events[0].delay: 7200s is too long"),
      (
        "events: [{ contentType: \"a\\nb\" }]",
        "events[0].contentType: A header's value is one line"
      ),
      ("events: [{ calls: 0, drop: true }]", "events[0].calls: Expected a number from 1"),
      ("rules: [{ after: exection, fault: reset }]", "Did you mean 'execution'?"),
      ("rules: [{ before: exection, delay: 1s }]", "Did you mean 'execution'?"),
      (
        "rules: [{ before: execution, pace: { bytesPerSecond: 1 } }]",
        "rules[0].before: 'before' says when, not what: it needs 'delay' beside it."
      ),
      (
        "rules: [{ before: execution, delay: 1s, fault: reset }]",
        "it delays the operation, which then has its own response"
      ),
      (
        "rules: [{ after: execution }]",
        "1:18: rules[0].after: 'after' says when, not what: it needs one of delay, respond, fault, pace beside it."
      ),
      (
        "rules: [{ sequence: [{ after: execution, becomes: x }] }]",
        "1:31: rules[0].sequence[0].after: 'after' says when, not what"
      ),
      (
        "rules: [{ respond: { status: 503, headers: { X-A: \"\\tv\" } } }]",
        "1:51: rules[0].respond.headers.X-A: A header's value is one line"
      ),
      (
        "rules: [{ respond: { status: 503, headers: { X-A: \"a\\r\\nb: c\" } } }]",
        "1:51: rules[0].respond.headers.X-A: A header's value is one line"
      ),
      (
        "rules: [{ respond: { status: 205, body: x } }]",
        "1:41: rules[0].respond.body: A response with status 205 has no content."
      ),
      (
        "rules: [{ fault: { truncate: { atBytes: 3, at: 5% } } }]",
        "1:48: rules[0].fault.truncate.at: 'at' and 'atBytes' cannot be combined"
      ),
      (
        "rules: [{ fault: { wrongLength: { by: 0 } } }]",
        "1:39: rules[0].fault.wrongLength.by: A length that is wrong by 0 is right."
      ),
      (
        "rules: [{ pace: { chunk: 5 } }]",
        "1:17: rules[0].pace: A pace needs 'bytesPerSecond', or both 'chunk' and 'every'."
      ),
      ("rules: 5", "1:8: rules: Expected a list, found the number 5."),
      ("[]", "1:1: Expected an object, found a list."),
      ("seed: -1", "1:7: seed: Expected a whole number from 0"),
      (
        "seed: 1\nseed: 2",
        "2:1: This is not YAML or JSON that can be read: the member 'seed' is given twice."
      ),
      ("rules: [", "2:1: This is not YAML or JSON that can be read"),
      ("{\"rules\":[{\"fault\":\"rest\"}]}", "1:20: rules[0].fault: There is no fault 'rest'."),
    ])
  func faultsAreReported(_ text: String, _ expected: String) {
    let issues = Self.issues(text)
    #expect(issues.contains { $0.contains(expected) }, "\(issues)")
  }

  @Test("a member that is wrong is not said to be missing as well")
  func noEcho() {
    #expect(
      Self.issues("rules: [{ pace: { bytesPerSecond: 0 } }]") == [
        "1:35: rules[0].pace.bytesPerSecond: 0 is out of bounds; 1 to 1073741824 bytes are allowed."
      ])
  }

  @Test(
    "columns are those of the text as it was written, also behind two halves of a character",
    arguments: [
      (#"{"rules":[{"name":"\ud83d\ude00","fault":"rest"}]}"#, "1:42: rules[0].fault"),
      (#"{"rules":[{"name":"\ud83d\ude00\ud83d\ude00","fault":"rest"}]}"#, "1:54: rules[0].fault"),
      (#"{"rules":[{"name":"é\ud83d\ude00","falt":"rest"}]}"#, "1:35: rules[0].falt"),
      ("{\"rules\":[{\"name\":\"\\ud83d\\ude00\",\n\"fault\":\"rest\"}]}", "2:9: rules[0].fault"),
      (
        #"{"b":"\ud83d\ude00","a":1,"a":2}"#,
        "1:27: This is not YAML or JSON that can be read: the member 'a' is given twice"
      ),
      (#"{"a":"\ud83d\ude00",]"#, "1:21: This is not YAML or JSON that can be read"),
    ])
  func columns(_ text: String, _ expected: String) {
    let issues = Self.issues(text)
    #expect(issues.contains { $0.hasPrefix(expected) }, "\(issues)")
  }

  @Test("all faults of a file are reported at once, in its order")
  func allAtOnce() {
    let issues = Self.issues(
      "rules:\n  - attempts: x\n    fault: rset\n  - chance: 5\n    respond: { status: 5 }\n")
    #expect(issues.map { $0.prefix(4) } == ["2:15", "3:12", "4:13", "5:24"])
  }

  @Test(
    "a wrong value within 'tls' is one error",
    arguments: [
      ("maxVersion: 1.4", "Expected one of 1.0, 1.1, 1.2, 1.3"),
      ("certificate: expird", "Did you mean 'expired'?"), ("alert: none", "There is no alert"),
      ("stall: 1", "Expected true or false"), ("stall: false", "'tls' needs one of"),
    ])
  func tls(_ text: String, _ expected: String) {
    let issues = Self.issues("connections: [{ fault: { tls: { \(text) } } }]")
    #expect(issues.count == 1 && issues.first?.contains(expected) ?? false, "\(issues)")
  }

  @Test("rules with thousands of headers are read whole")
  func manyHeaders() throws {
    let names = (0..<10_000).map { "x-\($0)" }
    let headers = names.map { "\"\($0)\":\"v\"" }.joined(separator: ",")
    let scenario = try ScenarioDecoder.decode(
      "{\"rules\":[{\"match\":{\"header\":{\(headers)}},\"respond\":{\"status\":503,\"headers\":{\(headers)}}}]}"
    )
    #expect(scenario.rules.first?.conditions.match.headers.map(\.name) == names)
    guard case .action(let action)? = scenario.rules.first?.outcome else { return }
    #expect(action.respond?.headers.map(\.name) == names)
  }

  @Test("an empty document is a scenario without rules", arguments: ["", "rules:", "{}", "# x\n"])
  func emptyIsNone(_ text: String) throws {
    #expect(try ScenarioDecoder.decode(text).rules.isEmpty)
  }

  @Test("YAML and JSON come to the same scenario")
  func bothForms() throws {
    let yaml = try ScenarioDecoder.decode(
      "seed: 7\nrules:\n  - name: a\n    attempts: 1..2\n    respond: { status: 429, retryAfter: 1s }\n"
    )
    let json = try ScenarioDecoder.decode(
      #"{"seed":7,"rules":[{"name":"a","attempts":"1..2","respond":{"status":429,"retryAfter":"1s"}}]}"#
    )
    #expect(yaml.seed == json.seed)
    #expect(yaml.rules[0].conditions == json.rules[0].conditions)
    #expect(yaml.rules[0].name == "a" && json.rules[0].name == "a")
  }

  @Test("a character that JSON escapes as two halves is one")
  func surrogates() throws {
    let scenario = try ScenarioDecoder.decode(
      #"{"rules":[{"name":"\ud83d\ude00 \\ud83d","fault":"reset"}]}"#)
    #expect(scenario.rules[0].name == "😀 \\ud83d")
  }

  @Test("more rules than anybody scripts are refused")
  func tooManyRules() {
    let text = "rules: [" + String(repeating: "{fault: reset},", count: 1_001) + "]"
    #expect(Self.issues(text).count == 1)
  }

  @Test("top-level members that begin with x- are skipped, and have anchors for merge keys")
  func extensions() throws {
    let scenario = try ScenarioDecoder.decode(
      """
      x-busy: &busy { status: 503, retryAfter: 1s }
      x-other: [anything, { at: all }]
      rules:
        - respond: *busy
        - respond: { <<: *busy, status: 429 }
      """)
    let responses = scenario.rules.map { rule -> Respond? in
      if case .action(let action) = rule.outcome { action.respond } else { nil }
    }
    #expect(responses.map { $0?.status } == [503, 429])
    #expect(responses.allSatisfy { $0?.retryAfter != nil })
    #expect(throws: DocumentErrors.self) {
      try ScenarioDecoder.decode("rules: [{ x-a: 1, pass: true }]")
    }
    #expect(throws: DocumentErrors.self) { try ScenarioDecoder.decode("X-a: 1") }
  }

  @Test("a scenario that is JSON has JSON's strings")
  func json() throws {
    let scenario = try ScenarioDecoder.decode(
      "{\"rules\":[{\"respond\":{\"status\":200,\"body\":\"a \u{2028} b\u{85}\u{7F}\"}}]}")
    guard case .action(let action)? = scenario.rules.first?.outcome else {
      Issue.record("\(scenario)")
      return
    }
    #expect(action.respond?.body == "a \u{2028} b\u{85}\u{7F}")
  }
}
