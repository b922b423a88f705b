import Foundation
import RedirectEmulator
import TestSupport
import Testing

@Suite("Clients that send a byte at a time, and messages that do not end")
final class BytewiseClientTests {
  private let emulator: Emulator
  private let good: RedirectRequest

  init() async throws {
    emulator = try await Emulator.start()
    good = RedirectRequest(
      authorization: "Bearer " + (try emulator.token()))
  }

  deinit {
    emulator.stop()
  }

  private func sized(_ count: Int) -> RedirectRequest {
    var request = good
    request.body =
      #"{"incomingCallContext":""# + String(repeating: "A", count: count)
      + #"","target":{"rawId":"4:+14255550123"}}"#
    return request
  }

  @Test("a request of a mebibyte in writes of one byte is answered")
  func mebibyte() throws {
    let limit = 1_048_576
    let bytes = sized(limit - sized(0).body.utf8.count).bytes
    let client = try RawClient(port: emulator.port)
    try client.sendBytewise(bytes)
    let answer = try client.readResponse()
    #expect(answer.status == 204, "\(answer.statusLine) \(answer.text)")
    #expect(emulator.requests.last?.body.count == limit)
  }

  @Test(
    "a request of 64 KiB in TLS records of one byte is answered",
    arguments: TLSClientSession.Version.allCases)
  func records(_ version: TLSClientSession.Version) throws {
    let client = try RawClient(port: emulator.port, .https, version: version)
    var records: [UInt8] = []
    for byte in sized(64 * 1024).bytes { records += try client.travelling([byte]) }
    try RawClient.send(records, on: client.descriptor)
    #expect(try client.readResponse().status == 204)
  }

  /// What has a bound, and how a request continues without ever ending: its first bytes fit exactly.
  struct Endless: Sendable, CustomTestStringConvertible {
    let name: String
    let start: String
    /// Repeated up to the bound.
    let filling: String
    let bound: Int
    let status: Int
    let code: String

    var testDescription: String { name }

    /// What is still within the bound, and the byte that is not.
    var bytes: (allowed: [UInt8], next: UInt8) {
      let repeated = Array(String(repeating: filling, count: bound / filling.utf8.count + 1).utf8)
      return (Array(start.utf8) + repeated[..<bound], repeated[bound])
    }
  }

  private static let chunked =
    "POST \(RedirectRequest(authorization: nil).target) HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"

  private static let endless: [Endless] = [
    Endless(
      name: "a chunk extension's name", start: chunked + "1", filling: ";" + letters, bound: 4_096,
      status: 413, code: "ChunkExtensionsTooLarge"),
    Endless(
      name: "a chunk extension's quoted value", start: chunked + "1;a=\"",
      filling: letters, bound: 4_092, status: 413, code: "ChunkExtensionsTooLarge"),
    Endless(
      name: "white space behind a chunk's size", start: chunked + "1", filling: " \t", bound: 4_096,
      status: 413, code: "ChunkExtensionsTooLarge"),
    Endless(
      name: "trailer fields", start: chunked + "0\r\n",
      filling: "x-trailer: " + letters + "\r\n", bound: 8_192, status: 431,
      code: "TrailerTooLarge"),
    Endless(
      name: "a trailer's value", start: chunked + "0\r\n" + "x:", filling: letters, bound: 8_190,
      status: 431, code: "TrailerTooLarge"),
    Endless(
      name: "a trailer's name", start: chunked + "0\r\n", filling: letters, bound: 8_192,
      status: 431, code: "TrailerTooLarge"),
    Endless(
      name: "a field's value", start: "GET / HTTP/1.1\r\nHost: h\r\nx: ", filling: letters,
      bound: 16_383 - 28, status: 431, code: "HeaderTooLarge"),
    Endless(
      name: "a target", start: "GET /", filling: letters, bound: 8_191, status: 414,
      code: "TargetTooLong"),
  ]

  private static let letters = String(repeating: "abcdefgh", count: 12)

  @Test(
    "what does not end is refused at its bound and not a byte before, whole or byte by byte",
    arguments: endless, Scheme.allCases)
  func bounds(_ endless: Endless, _ scheme: Scheme) throws {
    let (allowed, next) = endless.bytes
    for bytewise in [false, true] {
      let client = try RawClient(port: emulator.port, scheme)
      let barrier = try ControlClient(port: emulator.port)
      if bytewise {
        try client.sendBytewise(allowed)
      } else {
        try client.send(allowed)
      }
      // The one loop has read the rest before, and answered if there was something to answer.
      for _ in 0..<3 { _ = try barrier.call("GET", "/_emulator/health") }
      #expect(try !client.hasInput())
      try client.send([next])
      let answer = try client.readResponse()
      #expect(answer.status == endless.status, "\(answer.statusLine) \(answer.text)")
      #expect(answer["x-ms-error-code"] == endless.code)
      #expect(try client.readToEnd().ending == scheme.goodEnding)
    }
  }

  @Test("chunk extensions are counted over the whole message", arguments: Scheme.allCases)
  func manyExtensions(_ scheme: Scheme) throws {
    let client = try RawClient(port: emulator.port, scheme)
    let part = "1;" + String(repeating: "e", count: 99) + "\r\nA\r\n"
    // 100 bytes each: 40 are below 4 KiB, the 41st exceeds it.
    try client.send(Self.chunked + String(repeating: part, count: 40))
    let barrier = try ControlClient(port: emulator.port)
    for _ in 0..<3 { _ = try barrier.call("GET", "/_emulator/health") }
    #expect(try !client.hasInput())
    try client.send(part)
    let answer = try client.readResponse()
    #expect(answer.status == 413 && answer["x-ms-error-code"] == "ChunkExtensionsTooLarge")
  }
}
