/// Texts of one request, each made when the first rule asks for it.
struct FactCache {
  private var apiVersion: [UInt8]??
  private var targetKind: [UInt8]??
  private var targetID: [UInt8]??
  private var context: [UInt8]??
  private var user: [UInt8]??
  private var headers: [[UInt8]??] = []

  /// - Parameter headerNames: the names that a match's indices are of.
  mutating func fits<Facts: RequestFacts & ~Copyable & ~Escapable>(
    _ match: CompiledMatch, _ facts: borrowing Facts, headerNames: [String]
  ) -> Bool {
    if let auth = match.auth, auth != facts.authScheme ?? "none" { return false }
    if let pattern = match.targetKind {
      if targetKind == nil { targetKind = .some(facts.targetKind.map { Array($0.utf8) }) }
      guard Self.fits(pattern, targetKind) else { return false }
    }
    if let pattern = match.targetID {
      if targetID == nil { targetID = .some(facts.targetID.map { Array($0.utf8) }) }
      guard Self.fits(pattern, targetID) else { return false }
    }
    if let pattern = match.apiVersion {
      if apiVersion == nil { apiVersion = .some(facts.apiVersion.map { Array($0.utf8) }) }
      guard Self.fits(pattern, apiVersion) else { return false }
    }
    if let pattern = match.user {
      if user == nil { user = .some(facts.user.map { Array($0.utf8) }) }
      guard Self.fits(pattern, user) else { return false }
    }
    for (index, pattern) in match.headers {
      if headers.isEmpty { headers = Array(repeating: nil, count: headerNames.count) }
      if headers[index] == nil {
        headers[index] = .some(facts.header(headerNames[index]).map { Array($0.utf8) })
      }
      let value = headers[index] ?? nil
      if let pattern {
        guard Self.fits(pattern, value) else { return false }
      } else if value != nil {
        return false
      }
    }
    if let pattern = match.context {
      if context == nil { context = .some(facts.context.map { Array($0.utf8) }) }
      guard Self.fits(pattern, context) else { return false }
    }
    return true
  }

  private static func fits(_ pattern: TextPattern, _ text: [UInt8]??) -> Bool {
    guard let text = text ?? nil else { return false }
    return pattern.matches(text)
  }
}
