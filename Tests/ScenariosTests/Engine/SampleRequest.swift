import Scenarios

/// A request as a test describes it.
struct SampleRequest: RequestFacts {
  var isValid = true
  var attempt = 1
  var call = 1
  var ofCall = 0
  var deliveries = 0
  var connection = 1
  var apiVersion: String? = "2026-03-12"
  var targetKind: String? = "phoneNumber"
  var targetID: String? = "+14255550123"
  var context: String? = "eyJh"
  var authScheme: String? = "accessKey"
  var user: String?
  var headers: [String: String] = [:]

  func header(_ name: String) -> String? {
    headers[name.lowercased()]
  }
}
