import HTTP1
import RedirectCall

extension WirePlan {
  /// How many bytes a client has to get before it has read the head of the final response; nil where the plan never
  /// sends that much, or sends what cannot be read as a response. Interim responses (1xx) come before it.
  package var headLength: Int? {
    var bytes: [UInt8] = []
    for step in steps {
      switch step {
      case .send(let sent), .pace(let sent, _, _): bytes.append(contentsOf: sent)
      default: break
      }
    }
    var start = 0
    while let status = Self.status(bytes[start...]), let end = Self.endOfHead(bytes[start...]) {
      if status >= 200 { return end }
      start = end
    }
    return nil
  }

  /// The status of a response that begins here.
  private static func status(_ bytes: ArraySlice<UInt8>) -> Int? {
    guard bytes.count >= 12, bytes.starts(with: "HTTP/1.".utf8) else { return nil }
    let text = String(decoding: bytes.dropFirst(8).prefix(4), as: UTF8.self)
    guard text.first == " ", let status = Int(text.dropFirst()), status >= 100 else { return nil }
    return status
  }

  private static func endOfHead(_ bytes: ArraySlice<UInt8>) -> Int? {
    var index = bytes.startIndex
    while index + 4 <= bytes.endIndex {
      if bytes[index] == 0x0D, bytes[index..<(index + 4)].elementsEqual([0x0D, 0x0A, 0x0D, 0x0A]) {
        return index + 4
      }
      index += 1
    }
    return nil
  }
}

extension Action {
  /// Whether a client can read the head of what `respond` gives: false where the fault leaves nothing of it, or cuts
  /// it short. Where a fault cuts at a part of the whole, the field lines that every response has are taken to be as
  /// long as they usually are.
  var showsResponse: Bool {
    guard let respond, let fault else { return true }
    let answer = Answer(respond, common: Self.usualFields, now: Instant(nanoseconds: 0))
    var random = SeededRandom(seed: 0)
    return WirePlan(fault.steps(answer, &random)).headLength != nil
  }

  /// As long as those of the response to an SDK's request.
  private static let usualFields = [
    ResponseField("Server", "redirect-emulator"),
    ResponseField("Date", "Sun, 06 Nov 1994 08:49:37 GMT"),
    ResponseField("X-Microsoft-Skype-Chain-ID", "00000000-0000-4000-8000-000000000000"),
    ResponseField("x-ms-client-request-id", "00000000-0000-4000-8000-000000000000"),
    ResponseField("Repeatability-Result", "accepted"),
  ]
}
