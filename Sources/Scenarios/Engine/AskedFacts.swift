/// Which of a request's texts the rules of a scenario ask for, of those that cost something to keep.
package struct AskedFacts: OptionSet, Sendable {
  package let rawValue: UInt8

  package init(rawValue: UInt8) {
    self.rawValue = rawValue
  }

  package static let targetID = AskedFacts(rawValue: 1)
  package static let context = AskedFacts(rawValue: 2)
  package static let headers = AskedFacts(rawValue: 4)

  init(_ checks: [TextCheck]) {
    self = []
    for check in checks {
      switch check.fact {
      case TextCheck.targetID: insert(.targetID)
      case TextCheck.context: insert(.context)
      case TextCheck.firstHeader...: insert(.headers)
      default: break
      }
    }
  }
}
