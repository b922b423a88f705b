import Foundation
import HTTP1
import TestSupport
import Testing

/// The context of a call that comes in.
let incoming = "eyJhbGciOiJub25lIn0"

/// A small call router as a user would test it: it redirects, and tries again when it is told to.
struct MyCallRouter {
  let port: UInt16
  let accessKey: String
  var tries = 4

  /// - Parameter connectionString: `endpoint=http://127.0.0.1:4010/;accesskey=…`
  init(connectionString: String) throws {
    let parts = connectionString.split(separator: ";", maxSplits: 1).map(String.init)
    let url = try #require(URL(string: String(parts[0].dropFirst("endpoint=".count))))
    port = UInt16(url.port ?? 80)
    accessKey = String(parts[1].dropFirst("accesskey=".count))
  }

  /// - Returns: the status in the end.
  @discardableResult
  func redirect(_ context: String) async throws -> Int {
    let firstSent = IMFFixdate(secondsSince1970: Int64(Date().timeIntervalSince1970)).description
    let id = UUID().uuidString
    var status = 0
    for _ in 0..<tries {
      var request = RedirectRequest(authorization: nil)
      request.body = #"{"incomingCallContext":"\#(context)","target":{"rawId":"4:+14255550123"}}"#
      request.repeatable(id: id, firstSent: firstSent)
      try request.sign(accessKey: accessKey, date: firstSent)
      let client = try RawClient(port: port)
      try client.send(request.bytes)
      let answer = try client.readResponse()
      status = answer.status
      guard let wait = answer["retry-after-ms"].flatMap({ Double($0) }) else { break }
      try await Task.sleep(for: .milliseconds(wait))
    }
    return status
  }
}
