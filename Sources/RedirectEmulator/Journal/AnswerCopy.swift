import Scenarios

/// The bytes of a response that cannot be made again from its request: a rule made or spoiled it, or the emulator sent
/// it for bytes that are not HTTP. The bytes are shared with the plan that sends them.
package struct AnswerCopy: Sendable, Equatable {
  /// The most bytes that are kept of one response.
  package static let limit = 16 * 1024

  /// The response from its first byte on, including bytes that were not sent.
  package let bytes: [UInt8]
  /// How many bytes the response has, including bytes that are not kept.
  package let length: Int

  package init(_ bytes: [UInt8]) {
    self.bytes = bytes.count <= Self.limit ? bytes : Array(bytes.prefix(Self.limit))
    length = bytes.count
  }

  /// - Parameters:
  ///   - whole: the response before a fault spoiled it; nil if there was to be none.
  ///   - plan: the plan that sends it.
  /// - Returns: nil if there is nothing to keep.
  init?(_ whole: [UInt8]?, sentBy plan: WirePlan) {
    var sent: [UInt8] = []
    for step in plan.steps {
      switch step {
      // Usually there is only one, and then its bytes are shared and not copied.
      case .send(let bytes), .pace(let bytes, _, _): sent = sent.isEmpty ? bytes : sent + bytes
      default: break
      }
    }
    // A fault that cuts a response off sends the beginning of it.
    if let whole, whole.count > sent.count, whole.starts(with: sent) {
      self.init(whole)
    } else if sent.isEmpty {
      return nil
    } else {
      self.init(sent)
    }
  }
}
