import Foundation
import TestSupport
import Testing

@Suite("serve: what it prints and writes, and how it ends")
struct ServeTests {
  private static func request(_ ready: JSON) throws -> RedirectRequest {
    RedirectRequest(authorization: "Bearer " + (try #require(ready["token"].text)))
  }

  @discardableResult
  private static func send(_ request: RedirectRequest, _ port: UInt16) throws -> RawResponse {
    let client = try RawClient(port: port)
    try client.send(request.bytes)
    return try client.readResponse()
  }

  @Test(
    "the ready file says all that a client needs, to its owner alone, and is removed at the end")
  func readyFile() throws {
    let (process, ready, port) = try EmulatorProcess.serving()
    #expect(
      ready.names.isSuperset(of: [
        "version", "pid", "host", "port", "endpoint", "httpsEndpoint", "connectionString",
        "httpsConnectionString", "httpConnectionString", "accessKey", "token", "caFile",
        "controlEndpoint", "pageEndpoint", "caBundleFile", "trustStoreFile", "identityEndpoint",
        "identityHeader",
      ]))
    #expect(ready["identityEndpoint"].text == "http://127.0.0.1:\(port)/_emulator/identity")
    #expect(ready["pid"].number == Int(process.pid))
    #expect(ready["endpoint"].text == "http://127.0.0.1:\(port)")
    #expect(ready["httpsEndpoint"].text == "https://127.0.0.1:\(port)")
    #expect(ready["controlEndpoint"].text == "http://127.0.0.1:\(port)/_emulator")
    let key = try #require(ready["accessKey"].text)
    let strings = [
      ("connectionString", "https"), ("httpsConnectionString", "https"),
      ("httpConnectionString", "http"),
    ]
    for (name, scheme) in strings {
      #expect(ready[name].text == "endpoint=\(scheme)://127.0.0.1:\(port)/;accesskey=\(key)")
    }
    let ca = try #require(ready["caFile"].text)
    #expect(try String(contentsOfFile: ca, encoding: .utf8).hasPrefix("-----BEGIN CERTIFICATE"))
    let bundle = try #require(ready["caBundleFile"].text)
    #expect(try String(contentsOfFile: bundle, encoding: .utf8).contains("BEGIN CERTIFICATE"))
    let store = try #require(ready["trustStoreFile"].text)
    let start = try Data(contentsOf: URL(filePath: store)).prefix(4)
    #expect(Array(start) == [0xFE, 0xED, 0xFE, 0xED])
    let path = process.folder.appending(path: "ready.json").path
    let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    #expect(mode == 0o600)
    #expect(try Self.send(try Self.request(ready), port).status == 204)
    process.signal(SIGTERM)
    #expect(try process.wait() == 0)
    let left = try FileManager.default.contentsOfDirectory(atPath: process.folder.path)
    #expect(left.sorted() == ["stderr", "stdout", "tmp"])
    #expect(process.temporaryFiles.isEmpty)
  }

  @Test("what serve prints is a name and a value a line, in an order that stays, the last one last")
  func startLines() throws {
    let rule = "{ name: a, respond: { status: 503 } }"
    let files = [
      "one.yaml": "rules: [\(rule)]\nconnections: [{ name: b, fault: silent, connections: 99 }]",
      "none.yaml": "rules: []",
    ]
    let options = ["--scenario", "FOLDER/one.yaml", "--scenario", "FOLDER/none.yaml"]
    for (more, address, control) in [
      ([], nil, true), (["--public-url", "http://acs.example:8443/"], "acs.example:8443", true),
      (["--control", "off"], nil, false),
    ] as [([String], String?, Bool)] {
      let (process, ready, port) = try EmulatorProcess.serving(options + more, files: files)
      let key = try #require(ready["accessKey"].text)
      let told = address ?? "127.0.0.1:\(port)"
      let folder = process.folder.path
      let expected =
        [
          "redirect-emulator \(try #require(ready["version"].text))",
          "scenario \(folder)/one.yaml: 2 rules", "scenario \(folder)/none.yaml: 0 rules",
          "connection string endpoint=https://\(told)/;accesskey=\(key)",
          "http connection string endpoint=http://\(told)/;accesskey=\(key)",
          "ca \(try #require(ready["caFile"].text))",
        ]
        + (control
          ? [
            "control http://127.0.0.1:\(port)/_emulator",
            "page http://127.0.0.1:\(port)/_emulator/",
          ] : []) + [
          "ready on http://127.0.0.1:\(port)"
        ]
      #expect(becomesTrue { process.output.contains("ready on") })
      #expect(process.output == expected.joined(separator: "\n") + "\n")
      #expect(ready["connectionString"].text?.contains("=https://\(told)/;") == true)
      process.signal(SIGTERM)
      #expect(try process.wait() == 0)
    }
  }

  @Test("whoever looks for the ready file finds all of it or nothing")
  func atomic() throws {
    for _ in 0..<5 {
      let process = try EmulatorProcess(
        ["--port", "0", "--ready-file", "FOLDER/ready.json"])
      var first = ""
      #expect(
        becomesTrue {
          first = process.read("ready.json")
          return !first.isEmpty
            || FileManager.default.fileExists(
              atPath: process.folder.appending(path: "ready.json").path)
        })
      let port = try JSON(first.isEmpty ? process.read("ready.json") : first)["port"].number
      _ = try RawClient(port: UInt16(try #require(port)))
    }
  }

  @Test(
    "each ending signal ends it with 0 and one line of totals",
    arguments: [SIGTERM, SIGINT, SIGHUP, SIGQUIT])
  func totals(_ number: Int32) throws {
    let (process, ready, port) = try EmulatorProcess.serving()
    #expect(try Self.send(try Self.request(ready), port).status == 204)
    #expect(try Self.send(RedirectRequest(authorization: nil), port).status == 401)
    process.signal(number)
    #expect(try process.wait() == 0)
    let lines = process.output.split(separator: "\n").suffix(2)
    #expect(
      lines.first
        == "2 requests: 1 executed, 0 repeated, 1 rejected, 0 ruled, 0 unread, 0 faults fired")
    #expect(lines.last?.hasPrefix("1 call refused: r2: Refused: ") == true)
  }

  @Test("a response that is on its way at the end arrives")
  func finishes() throws {
    let (process, ready, port) = try EmulatorProcess.serving(
      ["--scenario", "FOLDER/slow.yaml"],
      files: ["slow.yaml": "rules: [{ name: slow, delay: 400ms }]"])
    let client = try RawClient(port: port)
    try client.send(try Self.request(ready).bytes)
    let control = try ControlClient(port: port)
    #expect(
      try becomesTrue {
        try control.call("GET", "/_emulator/requests").json()["requests"].items.count == 1
      })
    process.signal(SIGTERM)
    #expect(try client.readResponse().status == 204)
    #expect(try client.readToEnd().ending == .fin)
    #expect(try process.wait() == 0)
  }

  @Test(
    "rules that never fired are named at the end, and are exit status 1 where that is asked for")
  func requireRules() throws {
    let scenario = """
      rules:
        - { name: first, respond: { status: 503 }, attempts: 1 }
        - { name: never met, attempts: 9, respond: { status: 500 } }
      """
    for (options, expected) in [([], 0), (["--require-rules"], 1)] as [([String], Int32)] {
      let (process, ready, port) = try EmulatorProcess.serving(
        ["--scenario", "FOLDER/s.yaml"] + options, files: ["s.yaml": scenario])
      #expect(try Self.send(try Self.request(ready), port).status == 503)
      process.signal(SIGTERM)
      #expect(try process.wait() == expected)
      let lines = process.output.split(separator: "\n").suffix(2)
      #expect(lines.first?.hasSuffix("; never fired: never met") == true, "\(process.output)")
      #expect(lines.last?.hasPrefix("1 call waiting for another try: r1: ") == true)
      #expect(
        process.errors.contains("--require-rules: never fired: never met") == (expected == 1))
    }
  }

  @Test("each option also reads a variable, lists by commas, and the command line wins")
  func environment() throws {
    let (process, _, port) = try EmulatorProcess.serving(
      ["--calls", "any"],
      environment: [
        "REDIRECT_EMULATOR_AUTH": "none", "REDIRECT_EMULATOR_STRICT": "yes",
        "REDIRECT_EMULATOR_API_VERSION": "2026-03-12,2023-03-06",
        "REDIRECT_EMULATOR_MAX_BODY": "1KiB", "REDIRECT_EMULATOR_PORT": "1",
        "REDIRECT_EMULATOR_CALLS": "registered", "REDIRECT_EMULATOR_LOG_LEVEL": "error",
        "REDIRECT_EMULATOR_CONTROL_KEY": "k", "REDIRECT_EMULATOR_SKIP_API_VERSION_CHECK": "off",
        "REDIRECT_EMULATOR_JOURNAL_LIMT": "5",
      ])
    var request = RedirectRequest(authorization: nil)
    #expect(try Self.send(request, port).status == 204)
    request.target = "/calling/callConnections:redirect?api-version=2025-05-15"
    let refused = try Self.send(request, port)
    #expect(refused["api-supported-versions"] == "2023-03-06, 2026-03-12", "\(refused.fields)")
    request = RedirectRequest(authorization: nil)
    request.body = #"{"incomingCallContext":"a","target":{"phoneNumber":{"value":"555"}}}"#
    #expect(try Self.send(request, port).status == 400)
    request.body = String(repeating: " ", count: 1_025)
    #expect(try Self.send(request, port).status == 413)
    #expect(try ControlClient(port: port).call("GET", "/_emulator/health").status == 401)
    process.signal(SIGTERM)
    #expect(try process.wait() == 0)
    #expect(
      process.errors.contains("REDIRECT_EMULATOR_JOURNAL_LIMT")
        && process.errors.contains("did you mean REDIRECT_EMULATOR_JOURNAL_LIMIT?"))
    #expect(!process.errors.contains("  #1  "))
  }

  @Test(
    "one line a request is logged, as text or JSON, and no secret in it",
    arguments: ["text", "json"])
  func log(_ format: String) throws {
    let (process, ready, port) = try EmulatorProcess.serving(["--log-format", format])
    var request = try Self.request(ready)
    request.fields = [("x-ms-client-request-id", #"a"b\c=d"#)]
    #expect(try Self.send(request, port).status == 204)
    let key = try #require(ready["accessKey"].text)
    var signed = RedirectRequest(authorization: nil)
    try signed.sign(accessKey: key, date: "Mon, 23 Nov 2020 10:00:00 GMT")
    #expect(try Self.send(signed, port).status == 401)
    process.signal(SIGTERM)
    #expect(try process.wait() == 0)
    let lines = process.errors.split(separator: "\n").map(String.init)
    #expect(lines.count == 2, "\(lines)")
    let secrets = [
      key, ready["token"].text?.split(separator: ".").last.map(String.init) ?? "",
      signed.authorization?.components(separatedBy: "Signature=").last ?? "",
    ]
    for secret in secrets { #expect(!secret.isEmpty && !process.errors.contains(secret)) }
    let page = try #require(ready["pageEndpoint"].text)
    if format == "json" {
      let first = try JSON(try #require(lines.first))
      #expect(first["level"].text == "info" && first["message"].text == "request")
      #expect(first["clientRequestId"].text == #"a"b\c=d"#)
      #expect(first["status"].number == 204 && first["target"].text == "phoneNumber")
      #expect(first["seq"].number == 1 && first["targetId"].text == "+14255550123")
      #expect(try JSON(try #require(lines.last))["code"].text == "7509")
      let last = try JSON(try #require(lines.last))
      #expect(last["section"].text == "4. Authorization" && last["reason"].text != nil)
      #expect(first["link"].text == page + "#/default/calls/r1")
      #expect(last["link"].text == page + "#/default/calls/r2")
      // Every request's line has the same members.
      #expect(first.names == last.names)
      #expect(
        first.names.isSuperset(of: ["time", "method", "path", "durationMs", "requestId", "end"]))
    } else {
      let first = lines[0].split(separator: "  ").map(String.init)
      #expect(first.count == 5 && first[0].count == 12, "\(lines[0])")
      #expect(first[1...2] == ["#1", "204"] && first[3].hasSuffix(" ms"), "\(lines[0])")
      #expect(first[4] == "+14255550123")
      #expect(lines[1].contains("  #2  401  ") && !lines[1].contains("\u{1B}"))
      #expect(
        lines[1].contains("HMAC-SHA256 validation failed. ")
          && lines[1].hasSuffix(
            #"  (Contract, "4. Authorization")  \#(page)#/default/calls/r2"#)
          && !lines[0].contains("calls/"),
        "\(lines[1])")
    }
  }

  @Test("what is long in a request is cut in its line for people, between characters")
  func longValues() throws {
    let (process, ready, port) = try EmulatorProcess.serving()
    var request = try Self.request(ready)
    let long = String(repeating: "é", count: 3_000)
    request.body = #"{"incomingCallContext":"a","target":{"rawId":"\#(long)"}}"#
    #expect(try Self.send(request, port).status == 204)
    request.body = request.body.replacing("é", with: #"\u00e9"#)
    #expect(try Self.send(request, port).status == 204)
    request.target = "/" + String(repeating: "x", count: 6_000)
    #expect(try Self.send(request, port).status == 404)
    process.signal(SIGTERM)
    #expect(try process.wait() == 0)
    let lines = process.errors.split(separator: "\n")
    #expect(lines.count == 3)
    for line in lines { #expect(line.utf8.count < 800 && line.contains("…"), "\(line)") }
    let cut = String(repeating: "é", count: 100) + "…"
    #expect(lines.prefix(2).allSatisfy { $0.contains(cut) && !$0.contains("\u{FFFD}") })
  }

  @Test("the line of a response that a rule gave has its code, also after the execution")
  func ruledCode() throws {
    let rules = """
      rules:
        - { name: busy, calls: 1, respond: { status: 429, error: { code: C-1, message: Busy. } } }
        - { name: late, calls: 2, after: execution, respond: { status: 500, error: { code: C-2, message: Late. } } }
        - { name: lost, calls: 3, fault: reset }
        - { name: no code, calls: 4, respond: { status: 503, error: { code: C-4, message: No. } }, fault: notJSON }
        - { name: forgiven, match: { valid: false }, respond: { status: 204 } }
      """
    let (process, ready, port) = try EmulatorProcess.serving(
      ["--scenario", "FOLDER/a.yaml", "--log-format", "json"], files: ["a.yaml": rules])
    #expect(try Self.send(try Self.request(ready), port).status == 429)
    #expect(try Self.send(try Self.request(ready), port).status == 500)
    let lost = try RawClient(port: port)
    try lost.send(try Self.request(ready).bytes)
    #expect(try lost.readToEnd().ending == .rst)
    #expect(try Self.send(try Self.request(ready), port).status == 503)
    #expect(try Self.send(RedirectRequest(authorization: nil), port).status == 204)
    process.signal(SIGTERM)
    #expect(try process.wait() == 0)
    let lines = try process.errors.split(separator: "\n").map { try JSON(String($0)) }
      .filter { $0["message"].text == "request" }
    #expect(lines.map { $0["code"].text } == ["C-1", "C-2", nil, nil, nil])
    #expect(lines.map { $0["rule"].text } == ["busy", "late", "lost", "no code", "forgiven"])
  }
}
