import HTTP1

/// A head has one reading: in one piece and in two it parses to the same, or is refused for the same reason.
enum FuzzRequest {
  @Sendable static func run(_ input: [UInt8]) {
    guard let first = input.first else { return }
    let message = Array(input.dropFirst())
    let whole = outcome(message, cutAt: message.count)
    let cut = message.isEmpty ? 0 : Int(first) * message.count / 256
    let pieces = outcome(message, cutAt: cut)
    // A head may be refused after its first piece alone, but with the same status.
    if whole != pieces { fatalError("\(whole) in one piece, \(pieces) cut at \(cut)") }
    if case .head(let head) = whole {
      precondition(head.length <= message.count, "a head longer than its message")
      for field in head.fields {
        precondition(
          field.name.upperBound < field.value.lowerBound || field.value.isEmpty,
          "a value within its name")
        precondition(field.value.upperBound <= head.length, "a value behind the head")
      }
    }
  }

  private enum Outcome: Equatable {
    case head(RequestHead)
    case more
    case refused(Int)
  }

  private static func outcome(_ message: [UInt8], cutAt cut: Int) -> Outcome {
    var parser = RequestParser(limits: HTTPLimits())
    do {
      if try parser.parse(message.span.extracting(0..<cut)) { return .head(parser.head) }
      return try parser.parse(message.span) ? .head(parser.head) : .more
    } catch {
      return .refused(error.status)
    }
  }
}
