import Scenarios

/// The bytes of a response that cannot be made again from its request: one that a rule made or spoiled, or that the
/// emulator sent for bytes that are not HTTP. It shares them with the plan that sends them.
package struct AnswerCopy: Sendable, Equatable {
  /// The most bytes that are kept of one.
  package static let limit = 16 * 1024

  /// The response from its first byte on, also what was not sent of it.
  package let bytes: [UInt8]
  /// How many bytes it has, those that are not kept too.
  package let length: Int

  package init(_ bytes: [UInt8]) {
    self.bytes = bytes.count <= Self.limit ? bytes : Array(bytes.prefix(Self.limit))
    length = bytes.count
  }

  /// - Parameters:
  ///   - whole: the response before a fault spoiled it; nil where there was to be none.
  ///   - plan: what sends it.
  /// - Returns: nil where there is nothing to keep.
  init?(_ whole: [UInt8]?, sentBy plan: WirePlan) {
    var sent: [UInt8] = []
    for step in plan.steps {
      switch step {
      // As a rule there is one, whose bytes are then shared and not copied.
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
