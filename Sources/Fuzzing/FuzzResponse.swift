import HTTP1

/// A response has one reading: in one piece, in two, and byte by byte it is the same, or refused. It is never longer than its
/// bytes, and no more of it is kept than its limit allows.
enum FuzzResponse {
  private static let limits = ResponseParser.Limits(head: 1_024, body: 64, interim: 3)

  @Sendable static func run(_ input: [UInt8]) {
    guard input.count >= 2 else { return }
    let method: Method = input[1] & 1 == 0 ? .get : .head
    let message = Array(input.dropFirst(2))
    let cut = message.isEmpty ? 0 : Int(input[0]) * message.count / 256
    let whole = outcome(message, method, cuts: [message.count])
    let pieces = outcome(message, method, cuts: [cut, message.count])
    if whole != pieces { fatalError("\(whole) in one piece, \(pieces) cut at \(cut)") }
    let single = outcome(message, method, cuts: Array(0...message.count))
    if whole != single { fatalError("\(whole) in one piece, \(single) byte by byte") }
    if case .response(let response) = whole {
      precondition((200...599).contains(response.status), "a status that no response has")
      precondition(response.body.count <= limits.body, "more kept than the limit")
      precondition(response.body.count <= response.bodyCount, "more kept than there is")
      precondition(response.bodyCount <= message.count, "a content longer than its message")
    }
  }

  private enum Outcome: Equatable {
    case response(Response)
    case refused
  }

  /// Reads the pieces that end at the cuts, and then the end of the connection.
  private static func outcome(_ message: [UInt8], _ method: Method, cuts: [Int]) -> Outcome {
    var parser = ResponseParser(to: method, limits: limits)
    var start = 0
    do {
      for cut in cuts {
        _ = try parser.receive(message.span.extracting(start..<cut))
        start = cut
      }
      try parser.end()
    } catch {
      return .refused
    }
    guard let response = parser.response else { fatalError("no response and no error") }
    return .response(response)
  }
}
