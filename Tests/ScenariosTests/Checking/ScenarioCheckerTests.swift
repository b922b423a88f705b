import Documents
import Scenarios
import Testing

@Suite struct ScenarioCheckerTests {
  static func warnings(_ text: String) throws -> [String] {
    ScenarioChecker.warnings(try ScenarioDecoder.decode(text)).map(\.description)
  }

  @Test(
    "a rule that can never match is warned of, at its place",
    arguments: [
      (
        "rules:\n  - { name: a, fault: reset }\n  - { name: b, attempts: 1, fault: empty }",
        "3:5: rules[1]: The rule 'b' is unreachable: the rule 'a' above it already matches every request that it could match."
      ),
      (
        "rules: [{ name: a, attempts: 1.., fault: reset }, { name: b, fault: empty }]",
        "'a' above it already matches"
      ),
      (
        "rules: [{ name: a, attempts: 1..3, fault: reset }, { name: b, attempts: 2, chance: 5%, fault: empty }]",
        "'a' above it already matches"
      ),
      (
        "rules: [{ name: a, match: { target: { id: '+1*' } }, fault: reset }, { name: b, match: { target: { id: '+1425*' }, auth: entra }, fault: empty }]",
        "'a' above it already matches"
      ),
      (
        "rules: [{ name: a, match: { header: { X-A: '*' } }, fault: reset }, { name: b, match: { header: { x-a: b } }, fault: empty }]",
        "'a' above it already matches"
      ),
      (
        "rules: [{ name: a, during: 0s..30s, fault: reset }, { name: b, during: 5s..30s, fault: empty }]",
        "'a' above it already matches"
      ),
      ("rules: [{ name: a, chance: 0%, fault: reset }]", "its chance is 0%"),
      (
        "rules: [{ name: a, deliveries: 2.., fault: reset }, { name: b, deliveries: 3, fault: empty }]",
        "'a' above it already matches"
      ),
      ("events: [{ name: a, chance: 0%, drop: true }]", "events[0]: The rule 'a' can never match"),
      (
        "events: [{ name: a, calls: 2, drop: true }, { name: a, duplicate: 1 }]",
        "has the same name as events[0]"
      ),
      (
        "events: [{ name: a, deliveries: 1.., duplicate: 1 }, { name: b, order: last }]",
        "1:54: events[1]: The rule 'b' is unreachable: the rule 'a' above it already matches every delivery that it could match."
      ),
      (
        "events: [{ name: a, calls: 1..2, duplicate: 1 }, { name: b, calls: 3.., order: last }, { name: c, delay: 1s }]",
        "'a', 'b' above it together already match every delivery"
      ),
      (
        "events: [{ name: a, deliveries: 1, drop: true }, { name: b, deliveries: 2.., delay: 1s }]",
        "matches only what a test delivers by hand: 'a' drops the event before"
      ),
      (
        "events: [{ name: a, calls: 2..4, batch: 5 }]",
        "never sends 5 events in one array: 'calls: 2..4' leaves it 3 calls."
      ),
      (
        "rules: [{ name: a, fault: reset, becomes: down, every: 2 }, { name: b, state: dwon, fault: reset }]",
        "no rule becomes 'dwon'. Did you mean 'down'?"
      ),
      (
        "rules: [{ match: { header: { x: null, X: a } }, fault: reset }]",
        "'X' can't be there and be absent"
      ),
      ("rules: [{ match: { auth: none, user: a, valid: any }, fault: reset }]", "has no user"),
      (
        "rules: [{ match: { auth: accessKey, user: a }, fault: reset }]",
        "an access key has no user"
      ),
      (
        "rules: [{ match: { target: { kind: phoneNumber, id: '8:acs:1_2' } }, fault: reset }]",
        "'8:acs:1_2' is an id of the kind 'communicationUser', and it asks for the kind 'phoneNumber'."
      ),
      (
        "rules: [{ match: { target: { kind: communication*, id: '+1425*' } }, fault: reset }]",
        "'+1425*' is an id of the kind 'phoneNumber', and it asks for the kind 'communication*'."
      ),
      (
        "rules: [{ match: { target: { id: '4:+1425*' } }, fault: reset }]",
        "what follows '4:'; leave that out of '4:+1425*'"
      ),
      (
        "rules: [{ match: { target: { kind: 'Phone*' } }, fault: reset }]",
        "there is no kind 'Phone*'. Allowed are unknown, communicationUser, phoneNumber"
      ),
      (
        "rules: [{ match: { header: { X: a, x: b } }, fault: reset }]",
        "'x' can't be 'a' and 'b'"
      ),
      (
        "rules: [{ match: { header: { X: 'a*', x: 'b*' } }, fault: reset }]",
        "'x' can't be 'a*' and 'b*'"
      ),
      (
        "rules: [{ match: { apiVersion: 2026-3-12 }, fault: reset }]",
        "no api-version has the form '2026-3-12'"
      ),
      (
        "rules: [{ name: a, match: { target: { id: /x/i } }, fault: reset }]",
        "1:9: rules[0]: The rule 'a' has the pattern '/x/i', which matches that very text. A regular expression is written '/(?i)x/'."
      ),
      (
        "rules: [{ name: a, match: { header: { X: '/a/b/gsi' } }, fault: reset }]",
        "'/a/b/gsi', which matches that very text. A regular expression is written '/(?is)a/b/'."
      ),
      (
        "rules: [{ name: a, match: { context: '/^a*/g' }, fault: reset }]",
        "A regular expression is written '/^a*/'."
      ),
      (
        "rules: [{ match: { valid: false }, after: execution, fault: reset }]",
        "an invalid request is never executed"
      ),
      (
        "connections: [{ name: a, fault: { tls: { stall: true } } }, { name: b, connections: 2, fault: silent }]",
        "connections[1]: The rule 'b' is unreachable: the rule 'a' above it"
      ),
      (
        "rules: [{ name: b, attempts: 3.., fault: reset }, { name: a, attempts: 1..2, fault: reset }, { name: c, fault: empty }]",
        "rules[2]: The rule 'c' is unreachable: the rules 'a', 'b' above it together already match every request"
      ),
      (
        "rules: [{ name: a, calls: 1..4, fault: reset }, { name: b, calls: 3..9, fault: reset }, { name: c, calls: 2..7, attempts: 2, fault: empty }]",
        "'a', 'b' above it together"
      ),
      (
        "connections: [{ name: a, connections: 1, fault: refuse }, { name: b, connections: 2.., fault: { tls: { stall: true } } }, { name: c, fault: { tls: { noCloseNotify: true } } }]",
        "connections[2]: The rule 'c' is unreachable: the rules 'a', 'b' above it together already match every connection"
      ),
      (
        "rules: [{ name: a, calls: 1, attempts: 1..2, every: 3, fault: reset }]",
        "rules[0]: The rule 'a' can never fire: 'attempts' and 'calls' leave it 2 matches, too few for 'every: 3'."
      ),
      (
        "rules: [{ calls: 1..3, attempts: 1, over: { rate: 5/s, burst: 3 }, fault: reset }]",
        "can never fire: 'attempts' and 'calls' leave it 3 matches, which do not spend a budget of 3."
      ),
      (
        "rules: [{ calls: 1, attempts: 1..2, sequence: [{ times: 2, fault: reset }, { fault: empty }] }]",
        "never reaches step 2 of its sequence: 'attempts' and 'calls' leave it 2 matches."
      ),
      (
        "rules: [{ name: a, calls: 1, fault: reset }, { name: a, calls: 2, fault: reset }]",
        "rules[1]: The rule 'a' has the same name as rules[0]"
      ),
      (
        "connections: [{ name: a, connections: 1, fault: refuse }, { name: a, connections: 2, fault: refuse }]",
        "connections[1]: The rule 'a' has the same name as connections[0]"
      ),
      (
        "rules: [{ name: a, fault: reset, respond: { status: 429, retryAfter: 1s } }]",
        "1:9: rules[0]: The rule 'a' has a 'respond' that no client sees: 'reset' does not let its head through."
      ),
      ("rules: [{ respond: { status: 429 }, fault: empty }]", "'empty' does not let its head"),
      (
        "rules: [{ respond: { status: 429 }, fault: { hang: { for: 1s } } }]",
        "'hang' does not let its head through"
      ),
      ("rules: [{ respond: { status: 429 }, fault: garbage }]", "'garbage' does not let"),
      ("rules: [{ respond: { status: 429 }, fault: stallRead }]", "'stallRead' does not let"),
      ("rules: [{ respond: { status: 429 }, fault: badStatusLine }]", "'badStatusLine' does not"),
      (
        "rules: [{ respond: { status: 429 }, fault: { truncate: { atBytes: 200 } } }]",
        "'truncate' does not let its head through"
      ),
      ("rules: [{ respond: { status: 429 }, fault: truncate }]", "'truncate' does not let"),
      (
        "rules: [{ respond: { status: 429 }, fault: { reset: { afterBytes: 40 } } }]",
        "'reset' does not let its head through"
      ),
      (
        "rules: [{ sequence: [{ respond: { status: 429 }, fault: reset }, { respond: { status: 503 }, fault: reset }, pass] }]",
        "has a 'respond' that no client sees: 'reset'"
      ),
      (
        "connections: [{ fault: refuse }]",
        "shuts out the control API on the service's port too, for ever"
      ),
      (
        "connections: [{ connections: 3.., fault: silent }]",
        "shuts out the control API on the service's port too"
      ),
      (
        "connections: [{ during: 5s.., fault: refuse }]",
        "shuts out the control API on the service's port too"
      ),
      (
        "connections: [{ connections: 1..2, every: 3, fault: refuse }]",
        "can never fire: 'connections: 1..2' leaves it 2, too few for 'every: 3'."
      ),
    ])
  func warned(_ text: String, _ expected: String) throws {
    let warnings = try Self.warnings(text)
    #expect(warnings.count == 1)
    #expect(warnings.first?.contains(expected) ?? false, "\(warnings)")
  }

  @Test(
    "a rule that may match is not warned of",
    arguments: [
      "rules: [{ chance: 50%, fault: reset }, { fault: empty }]",
      "rules: [{ every: 2, fault: reset }, { fault: empty }]",
      "rules: [{ over: { rate: 1/s }, fault: reset }, { fault: empty }]",
      "rules: [{ attempts: 1, fault: reset }, { attempts: 1.., fault: empty }]",
      "rules: [{ match: { valid: false }, fault: reset }, { fault: empty }]",
      "rules: [{ match: { target: { id: '+1425*' } }, fault: reset }, { match: { target: { id: '+1*' } }, fault: empty }]",
      "rules: [{ match: { header: { x: null } }, fault: reset }, { match: { header: { x: a } }, fault: empty }]",
      "rules: [{ state: start, fault: reset, becomes: b }, { state: b, fault: empty }]",
      "rules: [{ during: 0s..30s, fault: reset }, { fault: empty }]",
      "rules: [{ attempts: 1..2, fault: reset }, { attempts: 4.., fault: reset }, { fault: empty }]",
      "rules: [{ attempts: 1, fault: reset }, { attempts: 2.., chance: 50%, fault: reset }, { fault: empty }]",
      "rules: [{ attempts: 1, fault: reset }, { calls: 2.., fault: reset }, { fault: empty }]",
      "rules: [{ attempts: 1, fault: reset }, { attempts: 2.., match: { user: a }, fault: reset }, { fault: empty }]",
      "rules: [{ calls: 1, attempts: 1..2, every: 2, fault: reset }]",
      "rules: [{ calls: 1, every: 2, fault: reset }]",
      "rules: [{ calls: 1..3, attempts: 1, over: { rate: 5/s, burst: 2 }, fault: reset }]",
      "rules: [{ calls: 1, attempts: 1..2, sequence: [{ fault: reset }, { times: 9, fault: empty }] }]",
      "rules: [{ calls: 1..9223372036854775807, attempts: 1..9223372036854775807, every: 2, fault: reset }]",
      "connections: [{ connections: 1..3, every: 3, fault: refuse }]",
      "rules: [{ match: { auth: entra, user: a }, fault: reset }]",
      "rules: [{ match: { target: { kind: 'phone*', id: '+1425*' } }, fault: reset }]",
      "rules: [{ match: { target: { kind: unknown, id: 'x*' } }, fault: reset }]",
      "rules: [{ match: { target: { id: '8:*' } }, fault: reset }]",
      "rules: [{ match: { target: { kind: communicationUser, id: '8:acs:*' } }, fault: reset }]",
      "rules: [{ match: { header: { X: 'a*', x: 'ab*' } }, fault: reset }]",
      "rules: [{ match: { apiVersion: '2026*' }, fault: reset }]",
      "rules: [{ match: { apiVersion: 2026-03-12 }, fault: reset }]",
      "rules: [{ deliveries: 1.., fault: reset }, { fault: empty }]",
      "events: [{ calls: 1, duplicate: 1 }, { calls: 2, deliveries: 1, delay: 1s }, { drop: true }]",
      "events: [{ chance: 50%, drop: true }, { deliveries: 2.., order: last }]",
      "events: [{ calls: 1, drop: true }, { deliveries: 2.., order: last }]",
      "events: [{ calls: 2..4, batch: 3 }]",
      "rules: [{ fault: reset }]", "rules: [{ after: execution, fault: truncate }]",
      "rules: [{ respond: { status: 502 }, fault: notJSON }]",
      "rules: [{ respond: { status: 429 }, fault: { truncate: { at: 99% } } }]",
      "rules: [{ respond: { status: 429 }, fault: { truncate: { atBytes: 4KiB } } }]",
      "rules: [{ respond: { status: 429 }, fault: { reset: { afterBytes: 4KiB } } }]",
      "rules: [{ respond: { status: 429 }, fault: { interim: { count: 3 } } }]",
      "rules: [{ respond: { status: 429 }, fault: badHeader }]",
      "rules: [{ respond: { status: 429 }, fault: badChunk }]",
    ])
  func notWarned(_ text: String) throws {
    #expect(try Self.warnings(text) == [])
  }

  @Test("the ready scenarios have no warning", arguments: Fixture.scenarios)
  func ready(_ name: String) throws {
    #expect(try Self.warnings(Fixture.scenario(name)) == [])
  }
}
