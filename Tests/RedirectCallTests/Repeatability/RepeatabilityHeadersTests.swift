import Core
import HTTP1
import RedirectCall
import Testing

@Suite struct RepeatabilityHeadersTests {
  static let id = "2f0b6dc4-5f3c-4b0e-9d8b-0c6a1f6f1c11"
  static let version1 = "2f0b6dc4-5f3c-1b0e-9d8b-0c6a1f6f1c11"
  /// Sun, 06 Nov 1994 08:49:37 GMT.
  static let now: Int64 = 784_111_777

  static func date(_ offset: Int64) -> String {
    IMFFixdate(secondsSince1970: now + offset).description
  }

  func check(
    _ fields: [(KnownFieldName, String)], strict: Bool = false, nanoseconds: Int64 = 0
  ) -> (key: RepeatabilityKey?, rejection: Rejection?) {
    let message = Message(fields: [(.host, "x")] + fields)
    let now = Instant(nanoseconds: Self.now * 1_000_000_000 + nanoseconds)
    do {
      return (
        try RepeatabilityHeaders.check(
          message: message.bytes.span, head: message.head, now: now, strict: strict), nil
      )
    } catch {
      return (nil, error)
    }
  }

  @Test("a request with neither header is not repeatable")
  func neither() {
    let result = check([])
    #expect(result.key == nil)
    #expect(result.rejection == nil)
  }

  @Test(
    "a pair whose date is at most five minutes away is read", arguments: [-300, -299, 0, 299, 300])
  func pair(offset: Int64) throws {
    for nanoseconds: Int64 in [0, 999_999_999] {
      let result = check(
        [(.repeatabilityFirstSent, Self.date(offset)), (.repeatabilityRequestID, Self.id)],
        nanoseconds: nanoseconds)
      #expect(
        result.key
          == RepeatabilityKey(
            requestID: try #require(RequestUUID(Self.id)),
            firstSent: IMFFixdate(secondsSince1970: Self.now + offset)))
    }
  }

  struct Bad: Sendable, CustomTestStringConvertible {
    var what: String
    var fields: [(KnownFieldName, String)]
    var status: Int
    var code: String
    var target: String
    var strict = false
    var testDescription: String { what }
  }

  static let bad: [Bad] = [
    Bad(
      what: "id alone", fields: [(.repeatabilityRequestID, id)], status: 400,
      code: "MissingRequiredHeader", target: "Repeatability-First-Sent"),
    Bad(
      what: "date alone", fields: [(.repeatabilityFirstSent, date(0))], status: 400,
      code: "MissingRequiredHeader", target: "Repeatability-Request-ID"),
    Bad(
      what: "no UUID, no date", fields: [(.repeatabilityRequestID, "1")], status: 400,
      code: "InvalidHeaderValue", target: "Repeatability-Request-ID"),
    Bad(
      what: "no UUID, good date",
      fields: [(.repeatabilityRequestID, ""), (.repeatabilityFirstSent, date(0))], status: 400,
      code: "InvalidHeaderValue", target: "Repeatability-Request-ID"),
    Bad(
      what: "no UUID, old date",
      fields: [(.repeatabilityRequestID, "x"), (.repeatabilityFirstSent, date(-900))], status: 400,
      code: "InvalidHeaderValue", target: "Repeatability-Request-ID"),
    Bad(
      what: "UUID, ISO date",
      fields: [(.repeatabilityRequestID, id), (.repeatabilityFirstSent, "1994-11-06T08:49:37Z")],
      status: 400, code: "InvalidHeaderValue", target: "Repeatability-First-Sent"),
    Bad(
      what: "UUID, obsolete date",
      fields: [
        (.repeatabilityRequestID, id), (.repeatabilityFirstSent, "Sunday, 06-Nov-94 08:49:37 GMT"),
      ], status: 400, code: "InvalidHeaderValue", target: "Repeatability-First-Sent"),
    Bad(
      what: "UUID, empty date",
      fields: [(.repeatabilityRequestID, id), (.repeatabilityFirstSent, "")], status: 400,
      code: "InvalidHeaderValue", target: "Repeatability-First-Sent"),
    Bad(
      what: "too old",
      fields: [(.repeatabilityRequestID, id), (.repeatabilityFirstSent, date(-301))], status: 412,
      code: "RepeatabilityWindowPassed", target: "Repeatability-First-Sent"),
    Bad(
      what: "too far ahead",
      fields: [(.repeatabilityRequestID, id), (.repeatabilityFirstSent, date(301))], status: 412,
      code: "RepeatabilityWindowPassed", target: "Repeatability-First-Sent"),
    Bad(
      what: "the first second of the calendar",
      fields: [
        (.repeatabilityRequestID, id), (.repeatabilityFirstSent, "Sat, 01 Jan 0000 00:00:00 GMT"),
      ], status: 412, code: "RepeatabilityWindowPassed", target: "Repeatability-First-Sent"),
    Bad(
      what: "two ids",
      fields: [
        (.repeatabilityRequestID, id), (.repeatabilityRequestID, id),
        (.repeatabilityFirstSent, date(0)),
      ], status: 400, code: "InvalidHeaderValue", target: "Repeatability-Request-ID"),
    Bad(
      what: "two dates",
      fields: [
        (.repeatabilityRequestID, id), (.repeatabilityFirstSent, date(0)),
        (.repeatabilityFirstSent, date(0)),
      ], status: 400, code: "InvalidHeaderValue", target: "Repeatability-First-Sent"),
    Bad(
      what: "another version, strictly",
      fields: [(.repeatabilityRequestID, version1), (.repeatabilityFirstSent, date(0))],
      status: 400, code: "InvalidHeaderValue", target: "Repeatability-Request-ID", strict: true),
  ]

  @Test("everything else is rejected", arguments: bad)
  func rejected(row: Bad) throws {
    let rejection = try #require(check(row.fields, strict: row.strict).rejection)
    #expect(rejection.stage == .repeatability)
    #expect(rejection.status == row.status)
    #expect(rejection.error.code == row.code)
    #expect(rejection.error.target == row.target)
    #expect(rejection.fields == [ResponseField("Repeatability-Result", "rejected")])
    #expect(rejection.section == "6. Repeatability")
  }

  @Test("a UUID of another version is taken unless strict")
  func otherVersion() {
    let fields: [(KnownFieldName, String)] = [
      (.repeatabilityRequestID, Self.version1), (.repeatabilityFirstSent, Self.date(0)),
    ]
    #expect(check(fields).key != nil)
    #expect(check(fields, strict: true).key == nil)
  }
}
