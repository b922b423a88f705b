import HTTP1

/// Chunked content has one reading, however it is cut, and is never longer than its bytes.
enum FuzzChunks {
  @Sendable static func run(_ input: [UInt8]) {
    guard let first = input.first else { return }
    let message = Array(input.dropFirst())
    let cut = message.isEmpty ? 0 : Int(first) * message.count / 256
    let whole = decode(message, cuts: [message.count])
    let pieces = decode(message, cuts: [cut, message.count])
    if whole != pieces { fatalError("\(whole) in one piece, \(pieces) cut at \(cut)") }
    let single = decode(message, cuts: Array(0...message.count))
    if whole != single { fatalError("\(whole) in one piece, \(single) byte by byte") }
  }

  private struct Outcome: Equatable {
    var content: [UInt8] = []
    var consumed = 0
    var finished = false
    var status: Int?
  }

  private static func decode(_ message: [UInt8], cuts: [Int]) -> Outcome {
    var decoder = ChunkedDecoder(limits: HTTPLimits())
    var outcome = Outcome()
    do {
      for cut in cuts where !outcome.finished {
        let (consumed, finished) = try decoder.decode(
          message.span.extracting(0..<cut), from: outcome.consumed, into: &outcome.content)
        outcome.consumed += consumed
        outcome.finished = finished
        precondition(outcome.consumed <= cut, "more consumed than there was")
        precondition(outcome.content.count <= outcome.consumed, "more decoded than consumed")
      }
    } catch {
      // How much was decoded before the fault was found depends on the pieces.
      return Outcome(status: error.status)
    }
    if !outcome.finished { outcome.consumed = 0 }
    return outcome
  }
}
