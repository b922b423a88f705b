/// The names of all members of a scenario file, by the object that has them. The decoder allows these and no
/// others, and the tests compare the JSON Schema with them.
package enum ScenarioNames {
  package static let scenario = ["seed", "day", "rules", "connections", "events"]
  package static let conditions = [
    "match", "attempts", "calls", "ofCall", "deliveries", "connections", "every", "chance",
    "during", "over", "state",
  ]
  package static let action = ["delay", "respond", "fault", "pace", "after", "before", "becomes"]
  package static let rule = ["name"] + conditions + action + ["sequence", "pass"]
  package static let step = ["times", "pass"] + action
  package static let match = [
    "apiVersion", "target", "context", "header", "auth", "user", "valid",
  ]
  package static let matchTarget = ["kind", "id"]
  package static let over = ["rate", "burst"]
  package static let delay = ["fixed", "uniform", "normal", "lognormal", "max"]
  package static let normal = ["mean", "deviation", "max"]
  package static let lognormal = ["median", "sigma", "p99", "max"]
  package static let respond = [
    "status", "error", "headers", "body", "contentType", "retryAfter", "retryAfterMs",
  ]
  package static let error = ["code", "message", "target", "details", "innererror"]
  package static let retryAfter = ["date"]
  package static let pace = ["bytesPerSecond", "chunk", "every"]
  package static let connectionRule = [
    "name", "connections", "every", "chance", "during", "fault",
  ]
  package static let day = ["name", "about", "kind", "ring", "expect"]
  package static let ring = [
    "from", "to", "count", "atATime", "ringsFor", "context", "schema", "validate",
    "redeliverAfter", "maxDeliveries",
  ]
  package static let expect = [
    "caller", "redirects", "attempts", "deliveries", "appKnows", "within", "keepsTryingFor",
    "honoursRetryAfter",
  ]
  package static let eventFault = [
    "duplicate", "delay", "drop", "order", "batch", "contentType", "pace", "cut",
  ]
  package static let eventRule = ["name", "calls", "deliveries", "chance"] + eventFault
  package static let cut = ["afterBytes"]
  package static let tls = ["certificate", "alert", "stall", "maxVersion", "noCloseNotify"]

  /// The values of `auth`: the schemes that the journal distinguishes, and `none`.
  package static let schemes = ["userToken", "accessKey", "entra", "other", "none"]
}
