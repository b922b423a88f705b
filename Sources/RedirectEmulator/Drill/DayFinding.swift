import Core

extension DayJudge {
  /// Why a day was not passed: of all of it, or of one call, of which there may be many with the same.
  struct Finding {
    /// Said of this one alone.
    private let text: String
    /// The call that it is about.
    private let call: String?
    /// What calls have in common that share a finding; nil if it is one call's.
    private let alike: String?

    /// Calls that are named where many have the same.
    private static let mostNames = 10

    /// One call's finding.
    init(_ text: String) {
      self.text = text
      (call, alike) = (nil, nil)
    }

    /// - Parameters:
    ///   - text: a sentence about this call.
    ///   - alike: what it says of any call.
    init(_ text: String, of call: Call, alike: String) {
      self.text = text
      self.call = call.id
      self.alike = alike
    }

    /// The sentences, one for all calls that have the same, where its first call is.
    ///
    /// - Complexity: O(findings).
    static func joined(_ findings: [Finding]) -> [String] {
      var calls: [String: [String]] = [:]
      for finding in findings {
        if let alike = finding.alike, let call = finding.call {
          calls[alike, default: []].append(call)
        }
      }
      return findings.compactMap { finding in
        guard let alike = finding.alike, let same = calls[alike], same.count > 1 else {
          return finding.text
        }
        guard same.first == finding.call else { return nil }
        let names = same.prefix(mostNames).joined(separator: ", ")
        let more = same.count > mostNames ? ", …" : ""
        return "\(CountText(same.count, "call")): \(alike): \(names)\(more)"
      }
    }
  }
}
