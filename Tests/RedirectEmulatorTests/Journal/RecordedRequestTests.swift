import Core
import FoundationEssentials
import HTTP1
import RedirectCall
import RedirectEmulator
import Scenarios
import Testing

@Suite struct RecordedRequestTests {
  @Test("an entry is shown whole, in the interface's shape and order")
  func whole() {
    let request = JournalSamples.request(
      fields: [
        "Repeatability-Request-ID: 0d3f1c5e-6a0b-4c1d-8f5e-0a1b2c3d4e5f",
        "Repeatability-First-Sent: Mon, 23 Nov 2026 10:00:00 GMT", "X-Twice: a", "x-twice: b",
        "x-ms-client-request-id: client-1",
      ], body: #"{"a":"\u00e4"}"#)
    var entry = JournalEntry(
      time: Instant(nanoseconds: 1_795_428_000_123_456_789), arrived: 0, connection: 12,
      message: JournalSamples.recorded(request))
    entry.scheme = .userToken
    entry.user = "8:acs:r_u"
    entry.repeatabilityResult = .accepted
    entry.attempt = 2
    entry.targetKind = .unknown
    entry.targetID = 6..<12
    entry.ignored = ["customContext", "a\"b"]
    entry.ruleMark = RuleMark(name: "slow \"one\"", step: 2, did: .broke)
    entry.plan = PlannedStep.steps(
      of: WirePlan([.wait(.milliseconds(250)), .send([1, 2, 3]), .reset]))
    entry.status = 429
    entry.bytesSent = 311
    entry.duration = 1_234_567
    entry.end = .reset
    entry.failure = Rejection(
      stage: .authorization, status: 401,
      error: CommunicationError(
        code: "Denied", message: "Denied.",
        innererror: CommunicationError(code: "7501", message: "The token expired.")),
      section: "Authorization")
    let journal = JournalSamples.journal([entry])
    let recorded = journal.page().entries.map { RecordedRequest($0, resource: "default") }
    let text = recorded.map { String(decoding: $0.json(), as: UTF8.self) }
    let bodyLength = #"{"a":"\u00e4"}"#.utf8.count
    #expect(
      text == [
        #"{"seq":1,"time":"2026-11-23T10:00:00.123Z","resource":"default","connection":12,"#
          + #""method":"POST","path":"/calling/callConnections:redirect","#
          + #""query":"api-version=2026-03-12","apiVersion":"2026-03-12","#
          + #""headers":{"Host":"localhost:4010","#
          + #""Authorization":"Bearer eyJhbGciOiJSUzI1NiJ9.eyJza3lwZWlkIjoiYWNzOiJ9.***","#
          + #""Repeatability-Request-ID":"0d3f1c5e-6a0b-4c1d-8f5e-0a1b2c3d4e5f","#
          + #""Repeatability-First-Sent":"Mon, 23 Nov 2026 10:00:00 GMT","#
          + #""X-Twice":["a","b"],"x-ms-client-request-id":"client-1","#
          + #""Content-Length":"\#(bodyLength)"},"body":"{\"a\":\"\\u00e4\"}","#
          + #""cutBytes":0,"clientRequestId":"client-1","auth":{"scheme":"userToken","user":"8:acs:r_u"},"#
          + #""repeatability":{"requestId":"0d3f1c5e-6a0b-4c1d-8f5e-0a1b2c3d4e5f","#
          + #""firstSent":"Mon, 23 Nov 2026 10:00:00 GMT","result":"accepted","attempt":2},"#
          + #""target":{"kind":"unknown","id":"ä"},"ignored":["customContext","a\"b"],"#
          + #""failed":{"stage":"authorization","code":"Denied","#
          + #""message":"Denied. The token expired.","section":"Authorization","details":[]},"#
          + #""operation":null,"executed":false,"outcome":"rejected","rule":"slow \"one\"","#
          + #""step":2,"did":"broke","plan":["wait 250ms","send 3 bytes","reset (RST)"],"#
          + #""status":429,"bytesSent":311,"answerBytes":null,"answerWhole":false,"#
          + #""durationMs":1.234,"retryAfterMs":null,"end":"reset"}"#
      ])
    #expect(
      recorded.first?.time == Date(timeIntervalSince1970: 1_795_428_000.123456789))
  }

  @Test("bytes that could not be read have no parts, only themselves")
  func unreadable() {
    var entry = JournalEntry(
      time: Instant(seconds: 0), arrived: 0, connection: 1,
      message: Redaction.redacted(unparsed: ([0x16, 0x03, 0xFF] as [UInt8]).span))
    entry.end = .closed
    let text = String(
      decoding: RecordedRequest(entry, resource: "r").json(raw: true), as: UTF8.self)
    #expect(text.hasPrefix(#"{"seq":0,"time":"1970-01-01T00:00:00.000Z","#))
    #expect(text.contains(#""method":null,"path":null,"query":null,"apiVersion":null"#))
    #expect(text.contains(#""headers":{},"body":"""#))
    #expect(text.contains(#""repeatability":null,"target":null,"ignored":[],"failed":null"#))
    #expect(text.contains(#""status":null"#))
    #expect(text.hasSuffix(#""end":"closed","rawBase64":"FgP/"}"#))
  }

  @Test(
    "a body that is not UTF-8 is shown as base64",
    arguments: [
      ([0xFF] as [UInt8], "/w=="), ([0xFF, 0xFE], "//4="), ([0xFF, 0xFE, 0xFD], "//79"),
    ])
  func binary(body: [UInt8], base64: String) {
    let head = Array("POST / HTTP/1.1\r\nHost: a\r\n\r\n".utf8)
    let message = Redaction.redacted(
      head.span, head: JournalSamples.head(of: head), content: body.span)
    let entry = JournalEntry(
      time: Instant(seconds: 0), arrived: 0, connection: 1, message: message)
    let request = RecordedRequest(entry, resource: "r")
    #expect(request.body == body)
    #expect(
      String(decoding: request.json(), as: UTF8.self).contains(#""bodyBase64":"\#(base64)""#))
  }

  @Test(
    "path and version are read from every form of target",
    arguments: [
      ("/a%20b?x=1&api-version=2024-09-15&api-version=2", "/a%20b", "2024-09-15"),
      ("http://localhost:1/p?api%2Dversion=1%32", "/p", "12"), ("http://h", "", nil),
      ("http://h?api-version=3", "", "3"), ("*", "*", nil), ("/", "/", nil),
    ] as [(String, String, String?)])
  func targets(target: String, path: String, version: String?) {
    let entry = JournalEntry(
      time: Instant(seconds: 0), arrived: 0, connection: 1,
      message: JournalSamples.recorded(JournalSamples.request(target: target)))
    let request = RecordedRequest(entry, resource: "r")
    #expect(request.path == path)
    #expect(request.apiVersion == version)
    #expect(request.method == "POST")
  }

  @Test(
    "a target's id is shown unescaped",
    arguments: [
      ("plain", "plain"), (#"a\"b\\c\/d"#, "a\"b\\c/d"), (#"\u0041\ud83d\ude00"#, "A😀"),
      (#"\n\t\r\b\f"#, "\n\t\r\u{8}\u{C}"), ("ä", "ä"),
    ])
  func targetID(written: String, read: String) {
    let body = "{\"" + written
    var entry = JournalEntry(
      time: Instant(seconds: 0), arrived: 0, connection: 1,
      message: JournalSamples.recorded(JournalSamples.request(body: body)))
    entry.targetKind = .communicationUser
    entry.targetID = 2..<UInt32(body.utf8.count)
    #expect(RecordedRequest(entry, resource: "r").target?.id == read)
    entry.targetID = 2..<UInt32(body.utf8.count + 1)
    #expect(RecordedRequest(entry, resource: "r").target?.id == "")
  }
}
