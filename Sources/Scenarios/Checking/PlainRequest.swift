/// A request that nothing else is known of: the first try of its call.
struct PlainRequest: RequestFacts {
  var call: Int
  var isValid: Bool
  var attempt: Int { 1 }
  var connection: Int { 1 }
  var apiVersion: String? { nil }
  var targetKind: String? { nil }
  var targetID: String? { nil }
  var context: String? { nil }
  var authScheme: String? { nil }
  var user: String? { nil }

  func header(_ name: String) -> String? { nil }
}
