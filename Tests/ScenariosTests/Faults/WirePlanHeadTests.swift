import HTTP1
import Scenarios
import Testing

/// What a client reads of a plan's bytes.
private enum Reading {
  /// Bytes up to the end of the final response's head; nil where there is no whole one. Interim responses (1xx) come
  /// before it.
  static func headLength(_ plan: WirePlan) -> Int? {
    var bytes: [UInt8] = []
    for step in plan.steps {
      switch step {
      case .send(let sent), .pace(let sent, _, _): bytes += sent
      default: break
      }
    }
    var start = 0
    while let status = status(bytes[start...]), let end = endOfHead(bytes[start...]) {
      if status >= 200 { return end }
      start = end
    }
    return nil
  }

  private static func status(_ bytes: ArraySlice<UInt8>) -> Int? {
    let text = String(decoding: bytes.prefix(12), as: UTF8.self)
    guard text.hasPrefix("HTTP/1."), let status = Int(text.suffix(3)) else { return nil }
    return status
  }

  private static func endOfHead(_ bytes: ArraySlice<UInt8>) -> Int? {
    bytes.indices.first { bytes[$0...].starts(with: [0x0D, 0x0A, 0x0D, 0x0A]) }.map { $0 + 4 }
  }
}

@Suite("WirePlan.headLength: how much a client needs to have read the head")
struct WirePlanHeadTests {
  private static let faults = [
    "badGzip", "badStatusLine", "badHeader", "wrongLength", "stallRead", "interim",
    "interim: { count: 3 }", "truncate", "truncate: { atBytes: 5 }", "truncate: { atBytes: 40 }",
    "truncate: { atBytes: 12 }", "truncate: { at: 95% }", "garbage", "closeAfter",
    "duplicateLength", "reset", "reset: { afterBytes: 100 }", "reset: { afterBytes: 100000 }",
    "notJSON", "wrongContentType", "badChunk", "http10", "hang", "hang: { for: 1s }", "empty",
    "bodyOn204", "badJSON",
  ]

  @Test(
    "each fault's plan says what its bytes show, with content and without", arguments: faults,
    [
      "respond: { status: 429, error: { code: C, message: M }, retryAfter: 2s }, ",
      "respond: { status: 204, headers: { x-a: b } }, ",
    ])
  func ofEachFault(_ fault: String, _ respond: String) throws {
    let text = fault.contains(":") ? "{ \(fault) }" : fault
    let plan = try FaultTests.plan("\(respond)fault: \(text)")
    #expect(plan.headLength == Reading.headLength(plan), "\(plan)")
    // A client that never has the head is asked for nothing.
    if plan.headLength == nil { #expect(plan.retryAfter == nil && plan.errorCode == nil) }
  }
}
