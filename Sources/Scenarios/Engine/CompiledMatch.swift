/// A ``RequestMatch`` with header names as indices into those of all rules.
struct CompiledMatch: Sendable {
  var apiVersion: TextPattern?
  var targetKind: TextPattern?
  var targetID: TextPattern?
  var context: TextPattern?
  var user: TextPattern?
  var auth: String?
  var headers: [(index: Int, pattern: TextPattern?)]

  /// - Parameter headerNames: gets the names that it does not hold yet.
  init(_ match: RequestMatch, headerNames: inout [String]) {
    apiVersion = match.apiVersion
    targetKind = match.targetKind
    targetID = match.targetID
    context = match.context
    user = match.user
    auth = match.auth
    headers = []
    for header in match.headers {
      let name = header.name.lowercased()
      let index = headerNames.firstIndex(of: name) ?? headerNames.count
      if index == headerNames.count { headerNames.append(name) }
      headers.append((index, header.value))
    }
  }
}
