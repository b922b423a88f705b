/// One call that is refused.
struct RefusedCall: Sendable, CustomStringConvertible {
  var method: String
  var path: String
  var body: String?
  var status: Int
  var code: String
  /// What the response has to name.
  var names: String

  init(
    _ method: String, _ path: String, _ body: String?, _ status: Int, _ code: String,
    names: String = " "
  ) {
    (self.method, self.path, self.body) = (method, path, body)
    (self.status, self.code, self.names) = (status, code, names)
  }

  init(_ method: String, _ path: String, _ status: Int, _ code: String, names: String = " ") {
    self.init(method, path, nil, status, code, names: names)
  }

  var description: String { "\(method) \(path) \(body ?? "")" }
}

extension RefusedCall {
  /// Every way in which a call can be wrong, at an emulator with the default resource only and an empty journal.
  static let all: [RefusedCall] = [
    RefusedCall("GET", "/_emulator//", 404, "NotFound"),
    RefusedCall("GET", "/_emulator/?key=1", 400, "UnknownName", names: "key"),
    RefusedCall("POST", "/_emulator/", 405, "MethodNotAllowed", names: "GET"),
    RefusedCall("GET", "/_emulator/nothing", 404, "NotFound", names: "/_emulator/nothing"),
    RefusedCall("GET", "/_emulator/requests/", 404, "NotFound"),
    RefusedCall("GET", "/_emulator/requests/one", 404, "NotFound"),
    RefusedCall("GET", "/_emulator/requests/-1", 404, "NotFound"),
    RefusedCall("GET", "/_emulator/requests/18446744073709551616", 404, "NotFound"),
    RefusedCall("GET", "/_emulator/requests/1/raw", 404, "NotFound"),
    RefusedCall("GET", "/_emulator/requests/1", 404, "NoSuchRequest"),
    RefusedCall("GET", "/_emulator/resources/", 404, "NotFound"),
    RefusedCall("GET", "/_emulator/resources/none", 404, "NoSuchResource", names: "none"),
    RefusedCall("DELETE", "/_emulator/resources/none", 404, "NoSuchResource"),
    RefusedCall("GET", "/_emulator/resources/none/clock", 404, "NoSuchResource"),
    RefusedCall("GET", "/_emulator/resources/none/events", 404, "NoSuchResource"),
    RefusedCall("DELETE", "/_emulator/resources/default", 409, "DefaultResource"),
    RefusedCall("POST", "/_emulator/resources", #"{"name":"default"}"#, 409, "NameTaken"),

    RefusedCall("POST", "/_emulator/health", 405, "MethodNotAllowed", names: "GET"),
    RefusedCall("DELETE", "/_emulator/resources", 405, "MethodNotAllowed", names: "GET, POST"),
    RefusedCall("PUT", "/_emulator/requests", 405, "MethodNotAllowed", names: "GET, DELETE"),
    RefusedCall("DELETE", "/_emulator/requests/1", 405, "MethodNotAllowed", names: "GET"),
    RefusedCall("POST", "/_emulator/operations", 405, "MethodNotAllowed", names: "GET"),
    RefusedCall("GET", "/_emulator/verify", 405, "MethodNotAllowed", names: "POST"),
    RefusedCall("GET", "/_emulator/tokens", 405, "MethodNotAllowed", names: "POST"),
    RefusedCall("DELETE", "/_emulator/calls", 405, "MethodNotAllowed", names: "GET, POST"),
    RefusedCall("POST", "/_emulator/clock", 405, "MethodNotAllowed", names: "GET, PUT"),
    RefusedCall("GET", "/_emulator/reset", 405, "MethodNotAllowed", names: "POST"),
    RefusedCall("POST", "/_emulator/scenario", 405, "MethodNotAllowed", names: "GET, PUT, DELETE"),
    RefusedCall("POST", "/_emulator/events", 405, "MethodNotAllowed", names: "GET"),
    RefusedCall("POST", "/_emulator/openapi.json", 405, "MethodNotAllowed", names: "GET"),
    RefusedCall("POST", "/metrics", 405, "MethodNotAllowed", names: "GET"),
    RefusedCall("BREW", "/_emulator/health", 405, "MethodNotAllowed", names: "BREW"),
    RefusedCall(
      "PUT", "/_emulator/health", 405, "MethodNotAllowed", names: #""target":"PUT""#),

    RefusedCall(
      "GET", "/_emulator/health?a=1", 400, "UnknownName", names: "'a'. None is allowed here."),
    RefusedCall("GET", "/_emulator/resources?a=1", 400, "UnknownName", names: "a"),
    RefusedCall("POST", "/_emulator/resources?name=x", 400, "UnknownName", names: "name"),
    RefusedCall("GET", "/_emulator/resources/default?a", 400, "UnknownName", names: "a"),
    RefusedCall("DELETE", "/_emulator/resources/default?a", 400, "UnknownName", names: "a"),
    RefusedCall("GET", "/_emulator/requests/1?raw=no", 400, "UnknownName", names: "raw"),
    RefusedCall("DELETE", "/_emulator/requests?status=500", 400, "UnknownName", names: "status"),
    RefusedCall("GET", "/_emulator/calls?state=ringing", 400, "UnknownName", names: "state"),
    RefusedCall("POST", "/_emulator/calls?ringsFor=1s", 400, "UnknownName", names: "ringsFor"),
    RefusedCall(
      "GET", "/_emulator/calls?limit=0", 400, "InvalidValue", names: #""target":"limit""#),
    RefusedCall(
      "GET", "/_emulator/calls?limit=1001", 400, "InvalidValue", names: #""target":"limit""#),
    RefusedCall(
      "GET", "/_emulator/calls?limit=1&limit=2", 400, "InvalidValue", names: #""target":"limit""#),
    RefusedCall(
      "GET", "/_emulator/calls?before=c1", 400, "InvalidValue", names: #""target":"before""#),
    RefusedCall(
      "GET", "/_emulator/calls?verdict=lots", 400, "InvalidValue", names: "Did you mean 'lost'"),
    RefusedCall("GET", "/_emulator/calls/c1", 404, "NoSuchCall", names: #""target":"id""#),
    RefusedCall("GET", "/_emulator/calls/x", 404, "NoSuchCall"),
    RefusedCall("GET", "/_emulator/calls/c01", 404, "NoSuchCall"),
    RefusedCall("GET", "/_emulator/calls/c1?limit=1", 400, "UnknownName", names: "limit"),
    RefusedCall("DELETE", "/_emulator/calls/c1", 404, "NoSuchCall"),
    RefusedCall("DELETE", "/_emulator/calls/r1", 409, "SeenCall", names: "DELETE R/requests"),
    RefusedCall("PUT", "/_emulator/calls/c1", 405, "MethodNotAllowed", names: "GET, DELETE"),
    RefusedCall(
      "POST", "/_emulator/calls", #"{"from":"5"}"#, 400, "InvalidValue", names: #""target":"from""#),
    RefusedCall(
      "POST", "/_emulator/calls", #"{"to":"a b:c"}"#, 400, "InvalidValue", names: #""target":"to""#),
    RefusedCall(
      "POST", "/_emulator/calls", #"{"to":7}"#, 400, "InvalidValue", names: #""target":"to""#),
    RefusedCall(
      "POST", "/_emulator/calls", #"{"ringsFor":"99ms"}"#, 400, "InvalidValue",
      names: #""target":"ringsFor""#),
    RefusedCall(
      "POST", "/_emulator/calls", #"{"ringsFor":"61m"}"#, 400, "InvalidValue",
      names: #""target":"ringsFor""#),
    RefusedCall(
      "POST", "/_emulator/calls", #"{"context":"long"}"#, 400, "InvalidValue",
      names: #""target":"context""#),
    RefusedCall(
      "POST", "/_emulator/calls", #"{"context":"short","incomingCallContext":"a"}"#, 400,
      "InvalidValue", names: #""target":"context""#),
    RefusedCall(
      "POST", "/_emulator/calls", #"{"callerDisplayName":1}"#, 400, "InvalidValue",
      names: #""target":"callerDisplayName""#),
    RefusedCall(
      "POST", "/_emulator/resources", #"{"neighbours":"on"}"#, 400, "InvalidValue",
      names: #""target":"neighbours""#),
    RefusedCall("GET", "/_emulator/clock?offset=1s", 400, "UnknownName", names: "offset"),
    RefusedCall(
      "PUT", "/_emulator/clock?offset=1s", #"{"offset":"1s"}"#, 400, "UnknownName", names: "offset"),
    RefusedCall("POST", "/_emulator/tokens?user=a", 400, "UnknownName", names: "user"),
    RefusedCall(
      "POST", "/_emulator/verify?statsu=200", #"{"expect":{"operations":0}}"#, 400, "UnknownName",
      names: "status"),
    RefusedCall("GET", "/_emulator/scenario?seed=1", 400, "UnknownName", names: "seed"),
    RefusedCall("GET", "/_emulator/events?after=1", 400, "UnknownName", names: "after"),
    RefusedCall("GET", "/metrics?name=x", 400, "UnknownName", names: "name"),
    RefusedCall("POST", "/_emulator/reset?scenari=clear", 400, "UnknownName", names: "scenario"),
    RefusedCall("POST", "/_emulator/reset?scenario=keep", 400, "InvalidValue", names: "clear"),
    RefusedCall("GET", "/_emulator/requests?statsu=1", 400, "UnknownName", names: "'status'"),
    RefusedCall("GET", "/_emulator/requests?limit=0", 400, "InvalidValue", names: "10000"),
    RefusedCall("GET", "/_emulator/requests?limit=10001", 400, "InvalidValue", names: "10000"),
    RefusedCall("GET", "/_emulator/requests?limit=x", 400, "InvalidValue", names: "limit"),
    RefusedCall("GET", "/_emulator/requests?after=-1", 400, "InvalidValue", names: "after"),
    RefusedCall("GET", "/_emulator/requests?after=1&after=2", 400, "InvalidValue", names: "twice"),
    RefusedCall("GET", "/_emulator/requests?status=99", 400, "InvalidValue", names: "4xx"),
    RefusedCall(
      "GET", "/_emulator/requests?stage=bodies", 400, "InvalidValue", names: "route, apiVersion"),
    RefusedCall("GET", "/_emulator/requests?target=", 400, "InvalidValue", names: "target"),
    RefusedCall(
      "GET", "/_emulator/operations?limit=0", 400, "InvalidValue", names: #""target":"limit""#),
    RefusedCall(
      "GET", "/_emulator/events?types=ended", 400, "InvalidValue", names: "hello, started, request"),
    RefusedCall(
      "GET", "/_emulator/events?fields=few", 400, "InvalidValue", names: #""target":"fields""#),
    RefusedCall(
      "GET", "/_emulator/events?resources=mine", 400, "InvalidValue", names: "expected all"),
    RefusedCall(
      "GET", "/_emulator/events?resources=all&types=call", 400, "InvalidValue", names: "R/events"),
    RefusedCall(
      "GET", "/_emulator/resources/default/events?resources=all", 400, "InvalidValue",
      names: "/_emulator/events?resources=all"),
    RefusedCall(
      "PATCH", "/_emulator/scenario/rules/0", #"{"enabled":false}"#, 404, "NoSuchRule",
      names: #""target":"index""#),
    RefusedCall("PATCH", "/_emulator/scenario/rules/-1", 404, "NotFound"),
    RefusedCall("PATCH", "/_emulator/scenario/rules/x", 404, "NotFound"),
    RefusedCall(
      "PATCH", "/_emulator/scenario/rules/0", "{}", 400, "InvalidValue", names: "true or false"),
    RefusedCall(
      "PATCH", "/_emulator/scenario/rules/0", #"{"enabled":"no"}"#, 400, "InvalidValue",
      names: #""target":"enabled""#),
    RefusedCall(
      "GET", "/_emulator/scenario/rules/0", 405, "MethodNotAllowed", names: "PATCH"),
    RefusedCall("GET", "/_emulator/plan", 405, "MethodNotAllowed", names: "POST"),
    RefusedCall(
      "POST", "/_emulator/plan", #"{"requests":101}"#, 400, "InvalidValue", names: "from 1 to 100"),
    RefusedCall(
      "POST", "/_emulator/plan", #"{"tries":0}"#, 400, "InvalidValue", names: #""target":"tries""#),
    RefusedCall(
      "POST", "/_emulator/plan", #"{"requests":11,"tries":100}"#, 400, "InvalidValue",
      names: "1000 are the most"),
    RefusedCall(
      "POST", "/_emulator/plan", #"{"from":"then"}"#, 400, "InvalidValue", names: "now, start"),
    RefusedCall(
      "POST", "/_emulator/plan", #"{"target":{"kind":"phone"}}"#, 400, "InvalidValue",
      names: #""target":"target.kind""#),
    RefusedCall(
      "GET", "/_emulator/resources?summary=no", 400, "InvalidValue", names: "expected true"),
    RefusedCall(
      "GET", "/_emulator/requests?order=last", 400, "InvalidValue", names: "oldest or newest"),
    RefusedCall(
      "GET", "/_emulator/requests?fields=none", 400, "InvalidValue", names: "all or summary"),
    RefusedCall(
      "GET", "/_emulator/operations?before=-1", 400, "InvalidValue", names: #""target":"before""#),
    RefusedCall("GET", "/_emulator/openapi.json?api-version=1", 400, "InvalidValue", names: "2026"),

    RefusedCall(
      "POST", "/_emulator/resources", "{", 400, "InvalidJSON",
      names: "did not find expected node content. Expected a JSON object with name"),
    RefusedCall("POST", "/_emulator/resources", "[]", 400, "InvalidJSON", names: "object"),
    RefusedCall("POST", "/_emulator/resources", "\"x\"", 400, "InvalidJSON", names: "object"),
    RefusedCall("POST", "/_emulator/resources", #"{"nam":"x"}"#, 400, "UnknownName", names: "name"),
    RefusedCall("POST", "/_emulator/resources", #"{"name":1}"#, 400, "InvalidValue", names: "name"),
    RefusedCall(
      "POST", "/_emulator/resources", #"{"name":""}"#, 400, "InvalidValue", names: "label"),
    RefusedCall("POST", "/_emulator/resources", #"{"name":"a b"}"#, 400, "InvalidValue"),
    RefusedCall("POST", "/_emulator/resources", #"{"name":"-a"}"#, 400, "InvalidValue"),
    RefusedCall(
      "POST", "/_emulator/resources", #"{"auth":"maybe"}"#, 400, "InvalidValue",
      names: "verify, any"),
    RefusedCall(
      "POST", "/_emulator/resources", #"{"calls":"none"}"#, 400, "InvalidValue", names: "registered"
    ),
    RefusedCall("POST", "/_emulator/resources", #"{"strict":"yes"}"#, 400, "InvalidValue"),
    RefusedCall("POST", "/_emulator/resources", #"{"apiVersions":[]}"#, 400, "InvalidValue"),
    RefusedCall(
      "POST", "/_emulator/resources", #"{"apiVersions":"2026-03-12"}"#, 400, "InvalidValue"),
    RefusedCall("POST", "/_emulator/resources", #"{"apiVersions":["new"]}"#, 400, "InvalidValue"),
    RefusedCall(
      "POST", "/_emulator/resources", #"{"scenario":{"rulez":[]}}"#, 400, "InvalidScenario",
      names: "rules"),

    RefusedCall("POST", "/_emulator/verify", 400, "InvalidJSON"),
    RefusedCall(
      "POST", "/_emulator/reset", #"{"scenario":"clear"}"#, 400, "UnexpectedBody",
      names: "Its query parameters are scenario."),
    RefusedCall(
      "DELETE", "/_emulator/requests", #"{"after":3}"#, 400, "UnexpectedBody", names: "no body"),
    RefusedCall("DELETE", "/_emulator/scenario", "x", 400, "UnexpectedBody", names: "no body"),
    RefusedCall("GET", "/_emulator/health", "[]", 400, "UnexpectedBody", names: "no body"),
    RefusedCall("POST", "/_emulator/verify", "{}", 400, "InvalidValue", names: "expect"),
    RefusedCall(
      "POST", "/_emulator/verify", #"{"expect":{}}"#, 400, "InvalidValue", names: "expect"),
    RefusedCall(
      "POST", "/_emulator/verify", #"{"expect":{"attemps":1}}"#, 400, "UnknownName",
      names: "attempts"),
    RefusedCall(
      "POST", "/_emulator/verify", #"{"expect":{"attempts":-1}}"#, 400, "InvalidValue",
      names: "attempts"),
    RefusedCall(
      "POST", "/_emulator/verify", #"{"expect":{"attempts":"3..1"}}"#, 400, "InvalidValue"),
    RefusedCall("POST", "/_emulator/verify", #"{"expect":{"attempts":1.5}}"#, 400, "InvalidValue"),
    RefusedCall(
      "POST", "/_emulator/verify", #"{"expect":{"statuses":[204,"x"]}}"#, 400, "InvalidValue"),
    RefusedCall("POST", "/_emulator/verify", #"{"expect":{"backsOff":1}}"#, 400, "InvalidValue"),
    RefusedCall(
      "POST", "/_emulator/verify", #"{"expect":{"spacing":{"atLeast":1}}}"#, 400, "InvalidValue",
      names: "spacing.atLeast"),
    RefusedCall(
      "POST", "/_emulator/verify", #"{"where":{"limit":1},"expect":{"operations":0}}"#, 400,
      "UnknownName", names: "limit"),
    RefusedCall(
      "POST", "/_emulator/verify", #"{"where":[],"expect":{"operations":0}}"#, 400, "InvalidValue",
      names: "where"),

    RefusedCall(
      "POST", "/_emulator/tokens", #"{"scope":["voip"]}"#, 400, "UnknownName", names: "scopes"),
    RefusedCall("POST", "/_emulator/tokens", #"{"scopes":"voip"}"#, 400, "InvalidValue"),
    RefusedCall("POST", "/_emulator/tokens", #"{"scopes":[1]}"#, 400, "InvalidValue"),
    RefusedCall(
      "POST", "/_emulator/tokens", #"{"expiresIn":60}"#, 400, "InvalidValue", names: "1h"),
    RefusedCall("POST", "/_emulator/tokens", #"{"user":"a\"b"}"#, 400, "InvalidValue"),
    RefusedCall(
      "POST", "/_emulator/calls", #"{"ringsFor":"soon"}"#, 400, "InvalidValue", names: "250ms"),
    RefusedCall("POST", "/_emulator/calls", #"{"ringsFor":"-1s"}"#, 400, "InvalidValue"),
    RefusedCall("POST", "/_emulator/calls", #"{"incomingCallContext":""}"#, 400, "InvalidValue"),
    RefusedCall("PUT", "/_emulator/clock", 400, "InvalidJSON"),
    RefusedCall("PUT", "/_emulator/clock", "{}", 400, "InvalidValue", names: "offset"),
    RefusedCall(
      "PUT", "/_emulator/clock", #"{"now":"noon"}"#, 400, "InvalidValue",
      names: "2026-11-23T10:00:00Z"),
    RefusedCall("PUT", "/_emulator/clock", #"{"offset":6}"#, 400, "InvalidValue"),
    RefusedCall(
      "PUT", "/_emulator/clock", #"{"now":"2026-11-23T10:00:00Z","offset":"1s"}"#, 400,
      "InvalidValue", names: "give one of them"),
    RefusedCall(
      "PUT", "/_emulator/clock", #"{"offset":"-1000000h"}"#, 400, "InvalidValue",
      names: "duration that leads to"),
    RefusedCall("PUT", "/_emulator/scenario", "rules: 1", 400, "InvalidScenario", names: "rules"),
    RefusedCall("PUT", "/_emulator/scenario", "{", 400, "InvalidScenario"),
  ]
}
