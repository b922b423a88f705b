import Foundation
import TestSupport
import Testing

/// A command line that is refused.
struct WrongUsage: Sendable, CustomStringConvertible {
  var arguments: [String]
  var status: Int32
  /// What the message has to name.
  var names: [String]
  var environment: [String: String] = [:]
  var files: [String: String] = [:]

  init(
    _ arguments: [String], _ status: Int32 = 64, _ names: String...,
    environment: [String: String] = [:], files: [String: String] = [:]
  ) {
    (self.arguments, self.status, self.names) = (arguments, status, names)
    (self.environment, self.files) = (environment, files)
  }

  var description: String {
    (environment.map { "\($0)=\($1)" } + arguments).joined(separator: " ")
  }
}

@Suite("What the command line refuses, by exit status and in which words")
struct UsageTests {
  static let usage: [WrongUsage] = [
    WrongUsage(["--prot", "1"], 64, "--prot", "--port"),
    WrongUsage(["serv"], 64, "serv"),
    WrongUsage(["serve", "more"], 64, "more"),
    WrongUsage(["--port", "70000"], 64, "port", "70000", "0 to 65535"),
    WrongUsage(["--port", "http"], 64, "port", "http", "0 to 65535"),
    WrongUsage(["--port"], 64, "port"),
    WrongUsage(["--host", "example.org"], 64, "--host example.org", "numeric"),
    WrongUsage(["--auth", "maybe"], 64, "auth", "verify", "any", "none"),
    WrongUsage(["--calls", "none"], 64, "calls", "any", "registered"),
    WrongUsage(["--threads", "0"], 64, "--threads 0", "1 to 64"),
    WrongUsage(["--threads", "65"], 64, "--threads 65", "1 to 64"),
    WrongUsage(["--threads", "two"], 64, "threads", "two", "whole number"),
    WrongUsage(["--journal-limit=-1"], 64, "--journal-limit -1", "from 0"),
    WrongUsage(["--journal-bytes", "1TB"], 64, "--journal-bytes 1TB", "16KiB"),
    WrongUsage(["--journal-bytes", "1GiB"], 64, "--journal-bytes 1GiB", "160MiB", "--max-memory"),
    WrongUsage(
      ["--journal-bytes", "64MiB", "--max-memory", "32MiB"], 64, "--journal-bytes 64MiB", "10MiB",
      "--max-memory"),
    WrongUsage(["--max-memory", "1MiB"], 64, "--max-memory 1MiB", "16MiB"),
    WrongUsage(["--max-body", "300MiB"], 64, "--max-body 300MiB", "256MiB", "--max-memory"),
    WrongUsage(["--max-connections=0"], 64, "--max-connections 0", "from 1"),
    WrongUsage(["--max-header", "10"], 64, "--max-header 10", "256"),
    WrongUsage(["--max-header", "1TB"], 64, "max-header", "1TB", "16KiB"),
    WrongUsage(["--max-body", "2GiB"], 64, "--max-body"),
    WrongUsage(["--max-body=-1"], 64, "max-body", "16KiB"),
    WrongUsage(["--idle-timeout", "60"], 64, "idle-timeout", "60", "250ms"),
    WrongUsage(["--idle-timeout", "0s"], 64, "--idle-timeout 0s"),
    WrongUsage(["--header-timeout", "soon"], 64, "header-timeout", "soon", "250ms"),
    WrongUsage(["--header-timeout", "0ms"], 64, "--header-timeout 0ms"),
    WrongUsage(["--control", "maybe"], 64, "control", "on", "off"),
    WrongUsage(["--log-level", "loud"], 64, "log-level", "warning"),
    WrongUsage(["--log-format", "xml"], 64, "log-format", "text", "json"),
    WrongUsage(["--access-key", "***"], 64, "--access-key"),
    WrongUsage(["--api-version", "newest"], 64, "--api-version", "newest", "2026-03-12"),
    WrongUsage(["--tls-cert", "c.pem"], 64, "--tls-key"),
    WrongUsage(["--tls-key", "c.pem"], 64, "--tls-cert"),
    WrongUsage(
      ["--tls-dir", "d", "--tls-cert", "c", "--tls-key", "k"], 64, "--tls-dir", "--tls-cert"),
    WrongUsage(["exec"], 64, "no command", "--"),
    WrongUsage(["tokne"], 64, "tokne", "did you mean token?", "help"),
    WrongUsage(
      ["exec", "pytest"], 64, "put -- before the command: redirect-emulator exec --port 0 -- pytest"
    ),
    WrongUsage(["--threads", "1", "exec", "--", "true"], 64, "options of exec come after exec"),
    WrongUsage(["token", "--threads", "1"], 64, "--threads is an option of serve, exec and drill"),
    WrongUsage(["--ready-file", "--watch"], 64, "--ready-file needs a value"),
    WrongUsage(
      ["--host", "example.org", "--access-key", "*", "--api-version=x", "--threads=0"], 64,
      "error: --host example.org: expected a numeric", "error: --access-key: expected base64",
      "error: --api-version x: expected the form 2026-03-12", "error: --threads 0: expected",
      "See 'redirect-emulator help serve'."),
    WrongUsage(
      [], 64, "REDIRECT_EMULATOR_CONTROL_KEY is empty",
      environment: ["REDIRECT_EMULATOR_CONTROL_KEY": ""]),
    WrongUsage(
      [], 64, "error: REDIRECT_EMULATOR_ACCESS_KEY: expected base64",
      "error: REDIRECT_EMULATOR_HOST=nowhere: expected a numeric",
      environment: [
        "REDIRECT_EMULATOR_ACCESS_KEY": "*", "REDIRECT_EMULATOR_HOST": "nowhere",
      ]),
    WrongUsage(["version", "more"], 64, "more: expected no argument"),
    WrongUsage(["help", "exce"], 64, "did you mean exec?"),
    WrongUsage(["completion", "tcsh"], 64, "tcsh: expected bash, zsh or fish"),
    WrongUsage(["health", "--host", "emulator"], 64, "--host emulator: expected a numeric"),
    WrongUsage(["health", "--port", "0"], 64, "--port 0: expected 1 to 65535"),
    WrongUsage(["health", "--wait", "soon"], 64, "--wait soon: expected a duration"),
    WrongUsage(["env", "--control", "https://x"], 64, "--control https://x: expected an http URL"),
    WrongUsage(["env", "--control", "http://x/?a"], 64, "--control http://x/?a: expected an http"),
    WrongUsage(["env", "--form", "csh"], 64, "--form csh: expected sh or dotenv"),
    WrongUsage(["--ready-fd", "2"], 64, "--ready-fd 2: expected a whole number from 3"),
    WrongUsage(["--ready-fd", "999"], 64, "--ready-fd 999: expected a descriptor that is open"),
    WrongUsage(["completion"], 64, "SHELL is missing: completion needs the shell"),
    WrongUsage(["exec", "true"], 64, "true"),
    WrongUsage(["exec", "--prot=1", "--", "true"], 64, "--port"),
    WrongUsage(["token", "--expires-in", "soon"], 64, "expires-in", "soon", "250ms"),
    WrongUsage(["token", "--resource", "other"], 64, "--resource other", "default"),
    WrongUsage(["token", "--user", "a\"b"], 64, "token"),
    WrongUsage(["check"], 64, "FILE is missing: check needs a scenario file"),
    WrongUsage(["plan"], 64, "FILE is missing: plan needs a scenario file"),
    WrongUsage(["--api-version", ""], 64, "--api-version is empty", "2026-03-12"),
    WrongUsage(["--host="], 64, "--host is empty: expected a numeric"),
    WrongUsage(["--idle-timeout", "99999999h"], 64, "at most 2562047h"),
    WrongUsage(["--strict", "true"], 64, "write --strict=true"),
    WrongUsage(["--rqeuests", "3"], 64, "--requests is an option of plan"),
    WrongUsage(
      ["--threads", "0"], 64, "warning: REDIRECT_EMULATOR_PROT is not", "error: --threads 0: ",
      environment: ["REDIRECT_EMULATOR_PROT": "1"]),
    WrongUsage(
      [], 64, "error: REDIRECT_EMULATOR_TLS_CERT=c.pem: expected --tls-key with it",
      environment: ["REDIRECT_EMULATOR_TLS_CERT": "c.pem"]),
    WrongUsage(
      ["plan", "FOLDER/a.yaml", "--requests", "0"], 64, "--requests 0",
      files: ["a.yaml": "rules: []"]),
    WrongUsage(
      [], 64, "error: REDIRECT_EMULATOR_PORT=x: expected a whole number from 0 to 65535",
      environment: ["REDIRECT_EMULATOR_PORT": "x"]),
    WrongUsage(
      ["serve"], 64, "error: REDIRECT_EMULATOR_STRICT=perhaps: ", "true or false",
      environment: ["REDIRECT_EMULATOR_STRICT": "perhaps"]),
    WrongUsage(
      ["exec", "--", "true"], 64, "error: REDIRECT_EMULATOR_THREADS=0: ", "1 to 64",
      environment: ["REDIRECT_EMULATOR_THREADS": "0"]),
  ]

  private static func largeExpressions(_ numbers: Range<Int>) -> String {
    let headers = numbers.map { "x-\($0): '/(a|b)*a(a|b){1000}\($0)/'" }.joined(separator: ", ")
    return "rules: [{ match: { header: { \(headers) } }, fault: reset }]"
  }

  static let data: [WrongUsage] = [
    WrongUsage(["--token-keys", "FOLDER/none.pem"], 65, "--token-keys", "none.pem"),
    WrongUsage(["--token-keys", "FOLDER"], 65, "--token-keys", "directory"),
    WrongUsage(
      ["--token-keys", "FOLDER/k.pem"], 65, "--token-keys", files: ["k.pem": "no key at all"]),
    WrongUsage(
      ["--token-keys", "FOLDER/k.json"], 65, "--token-keys", files: ["k.json": #"{"keys":1}"#]),
    WrongUsage(["--scenario", "FOLDER/none.yaml"], 65, "none.yaml"),
    WrongUsage(
      ["--scenario", "FOLDER/a.yaml"], 65, "a.yaml:2:", "attempts",
      files: ["a.yaml": "rules:\n  - { name: x, atempts: 1 }\n"]),
    WrongUsage(
      ["check", "FOLDER/a.yaml"], 65, "a.yaml:2:", "attempts",
      files: ["a.yaml": "rules:\n  - { name: x, atempts: 1 }\n"]),
    // Each file alone is within the limit.
    WrongUsage(
      ["--scenario", "FOLDER/a.yaml", "--scenario", "FOLDER/b.yaml"], 65,
      "The regular expressions of the scenario files", "64 MiB",
      files: ["a.yaml": largeExpressions(0..<50), "b.yaml": largeExpressions(50..<100)]),
    WrongUsage(
      [], 65, "error: REDIRECT_EMULATOR_SCENARIO=", "none.yaml: No such file",
      environment: ["REDIRECT_EMULATOR_SCENARIO": "FOLDER/none.yaml"]),
    WrongUsage(
      [], 65, "error: REDIRECT_EMULATOR_TOKEN_KEYS=", "none.pem: No such file",
      environment: ["REDIRECT_EMULATOR_TOKEN_KEYS": "FOLDER/none.pem"]),
    WrongUsage(
      [], 65, "error: REDIRECT_EMULATOR_TOKEN_KEYS=", "k.pem: neither PEM",
      environment: ["REDIRECT_EMULATOR_TOKEN_KEYS": "FOLDER/k.pem"], files: ["k.pem": "none"]),
    WrongUsage(
      [], 65, "error: REDIRECT_EMULATOR_TLS_DIR=", "/ca-key.pem: No such",
      environment: ["REDIRECT_EMULATOR_TLS_DIR": "FOLDER"], files: ["ca.pem": "nothing"]),
    WrongUsage(
      ["--tls-key", "FOLDER/none.pem"], 65, "error: REDIRECT_EMULATOR_TLS_CERT=", "c.pem: No such",
      environment: ["REDIRECT_EMULATOR_TLS_CERT": "FOLDER/c.pem"]),
    WrongUsage(["--scenario", "FOLDER/a\nb"], 65, #"/a\nb: No such file"#),
    WrongUsage(["check", "FOLDER/a\u{1B}\nb"], 65, #"/a\u{1b}\nb: No such file"#),
    WrongUsage(
      ["check", "FOLDER/a\nb"], 65, #"/a\nb:2:"#,
      files: ["a\nb": "rules:\n  - { name: x, atempts: 1 }\n"]),
    WrongUsage(["check", "FOLDER/none.yaml"], 65, "none.yaml"),
    WrongUsage(["env", "--ready-file", "FOLDER/none"], 65, "--ready-file", "none: No such file"),
    WrongUsage(
      ["env", "--ready-file", "FOLDER/r"], 65, "it is not the JSON of a ready file",
      files: ["r": "{"]),
    WrongUsage(
      ["env"], 65, "error: REDIRECT_EMULATOR_READY_FILE=", "no member 'endpoint'",
      environment: ["REDIRECT_EMULATOR_READY_FILE": "FOLDER/r"], files: ["r": "{}"]),
    WrongUsage(["plan", "FOLDER/none.yaml"], 65, "none.yaml"),
    WrongUsage(
      ["--tls-cert", "FOLDER/c.pem", "--tls-key", "FOLDER/k.pem"], 65, "--tls-cert", "c.pem"),
    WrongUsage(
      ["--tls-cert", "FOLDER/c.pem", "--tls-key", "FOLDER/c.pem"], 65, "--tls-cert",
      files: ["c.pem": "nothing"]),
    WrongUsage(
      ["--tls-dir", "FOLDER"], 65, "--tls-dir",
      files: ["ca.pem": "nothing", "ca-key.pem": "nothing"]
    ),
  ]

  @Test("wrong usage is 64, and the message names the place and what is right", arguments: usage)
  func wrongUsage(_ case: WrongUsage) throws { try check(`case`) }

  @Test("a file that does not hold what it should is 65", arguments: data)
  func wrongData(_ case: WrongUsage) throws { try check(`case`) }

  @Test(
    "an address that is taken or not this machine's is 69, and a file that cannot be written is 73")
  func system() throws {
    let (other, _, port) = try EmulatorProcess.serving()
    defer { other.signal(SIGKILL) }
    try check(WrongUsage(["--port", "\(port)"], 69, "127.0.0.1:\(port)", "in use"))
    try check(WrongUsage(["--port", "\(port)", "--threads", "2"], 69, "127.0.0.1:\(port)"))
    try check(WrongUsage(["exec", "--port", "\(port)", "--", "true"], 69, "127.0.0.1:\(port)"))
    // TEST-NET-3, RFC 5737.
    try check(WrongUsage(["--host", "203.0.113.1", "--port", "0"], 69, "203.0.113.1"))
    try check(
      WrongUsage(
        ["--port", "0", "--ready-file", "FOLDER/none/ready.json"], 73, "error: --ready-file ",
        "none/ready.json"))
    for (name, path) in [
      ("READY_FILE", "FOLDER/none/ready.json"), ("READY_FILE", "FOLDER/tmp"),
      ("LOG_FILE", "FOLDER/none/log"), ("TLS_DIR", "FOLDER/none/tls"), ("TLS_DIR", "/dev/null"),
    ] {
      let variable = "REDIRECT_EMULATOR_\(name)"
      try check(
        WrongUsage(
          ["--port", "0"], 73, "error: \(variable)=",
          path.replacingOccurrences(of: "FOLDER", with: "") + ": ",
          environment: [variable: path]))
    }
  }

  @Test("what depends on a value that is wrong itself is not judged by its default")
  func oneError() throws {
    for value in ["1GiB", "64MiB"] {
      let (status, process) = try EmulatorProcess.run(
        ["--port", "0", "--max-memory", "1MiB", "--journal-bytes", value])
      #expect(status == 64)
      let errors = process.errors.split(separator: "\n").filter { $0.hasPrefix("error: ") }
      #expect(errors.count == 1, "\(process.errors)")
      #expect(errors.first?.contains("--max-memory 1MiB") == true, "\(process.errors)")
    }
  }

  private func check(_ example: WrongUsage) throws {
    var arguments = example.arguments
    // No example may serve: where one is not refused, let it be for its own sake and not for a port that is taken.
    if !arguments.contains(where: {
      $0.hasPrefix("--port")
        || ["check", "plan", "token", "tokne", "version", "help", "completion", "health", "env"]
          .contains($0)
    }),
      example.environment["REDIRECT_EMULATOR_PORT"] == nil
    {
      let command = arguments.first.map { ["serve", "exec"].contains($0) } == true ? 1 : 0
      if arguments.first?.hasPrefix("-") != false || command == 1 {
        arguments.insert(contentsOf: ["--port", "0"], at: command)
      }
    }
    let (status, process) = try EmulatorProcess.run(
      arguments, environment: example.environment, files: example.files)
    let seen = "exit \(status): \(process.errors)\(process.output)"
    #expect(status == example.status, "\(seen)")
    for name in example.names {
      #expect(
        (process.errors + process.output).localizedStandardContains(name), "\(name) in \(seen)")
    }
    #expect(process.temporaryFiles.isEmpty)
  }
}
