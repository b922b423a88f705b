import Foundation
import TestSupport
import Testing

@Suite("exec: a command with an emulator beside it")
struct ExecTests {
  @Test(
    "the command's own end is the program's",
    arguments: [
      ("exit 0", 0), ("exit 7", 7), ("exit 255", 255), ("kill -TERM $$", 128 + SIGTERM),
      ("kill -KILL $$", 128 + SIGKILL), ("kill -SEGV $$", 128 + SIGSEGV),
    ] as [(String, Int32)])
  func status(_ script: String, _ expected: Int32) throws {
    let (status, process) = try EmulatorProcess.run(["exec", "--", "/bin/sh", "-c", script])
    #expect(status == expected, "\(process.errors)")
    #expect(
      process.errors.contains(
        "0 requests: 0 executed, 0 repeated, 0 rejected, 0 ruled, 0 unread, 0 faults fired"))
    #expect(process.output.isEmpty && process.temporaryFiles.isEmpty)
  }

  @Test("a command that is not there is 127, and one that cannot be run 126")
  func missing() throws {
    for (command, expected) in [
      ("no-such-command", 127), ("/no/such/command", 127), ("FOLDER/text", 126), ("FOLDER", 126),
    ] as [(String, Int32)] {
      let (status, process) = try EmulatorProcess.run(
        ["exec", "--", command], files: ["text": "nothing"])
      #expect(status == expected, "\(command): \(process.errors)")
      #expect(process.errors.contains("exec: "), "\(process.errors)")
      #expect(process.temporaryFiles.isEmpty)
    }
  }

  @Test("every promised variable is set, and what the environment had stays")
  func variables() throws {
    let (status, process) = try EmulatorProcess.run(
      ["exec", "--", "/bin/sh", "-c", "env; ls \"$REDIRECT_EMULATOR_CA_FILE\" \"$SSL_CERT_FILE\""],
      environment: ["OTHER": "kept", "SSL_CERT_FILE": "/dev/null", "HOME": "/nowhere"])
    #expect(status == 0, "\(process.errors)")
    var found: [String: String] = [:]
    for line in process.output.split(separator: "\n") {
      guard let equals = line.firstIndex(of: "=") else { continue }
      #expect(found[String(line[..<equals])] == nil, "\(line)")
      found[String(line[..<equals])] = String(line[line.index(after: equals)...])
    }
    let endpoint = try #require(found["REDIRECT_EMULATOR_ENDPOINT"])
    let secure = try #require(found["REDIRECT_EMULATOR_HTTPS_ENDPOINT"])
    #expect(endpoint.hasPrefix("http://127.0.0.1:"))
    #expect(secure == endpoint.replacingOccurrences(of: "http:", with: "https:"))
    // On a port of its own.
    let control = try #require(found["REDIRECT_EMULATOR_CONTROL"])
    #expect(control.hasPrefix("http://127.0.0.1:") && control.hasSuffix("/_emulator"))
    #expect(!control.hasPrefix(endpoint + "/"))
    let key = try #require(found["REDIRECT_EMULATOR_ACCESS_KEY"])
    #expect(found["REDIRECT_EMULATOR_TOKEN"]?.split(separator: ".").count == 3)
    for name in [
      "COMMUNICATION_SERVICES_CONNECTION_STRING", "AZURE_COMMUNICATION_CONNECTION_STRING",
      "COMMUNICATION_CONNECTION_STRING",
    ] {
      #expect(found[name] == "endpoint=\(secure)/;accesskey=\(key)", "\(name)")
    }
    let bundle = try #require(found["SSL_CERT_FILE"])
    #expect(found["REQUESTS_CA_BUNDLE"] == bundle && found["CURL_CA_BUNDLE"] == bundle)
    #expect(found["NODE_EXTRA_CA_CERTS"] == found["REDIRECT_EMULATOR_CA_FILE"])
    #expect(found["OTHER"] == "kept" && found["HOME"] == "/nowhere")
  }

  @Test(
    "a signal is passed on to the command, and nothing is left behind",
    arguments: [
      SIGTERM, SIGINT, SIGHUP, SIGUSR1,
    ])
  func signals(_ number: Int32) throws {
    let script = """
      trap 'echo got it; exit 9' TERM INT HUP USR1
      echo ready
      while :; do sleep 0.05; done
      """
    let process = try EmulatorProcess(["exec", "--", "/bin/sh", "-c", script])
    #expect(becomesTrue { process.output.contains("ready") })
    process.signal(number)
    #expect(try process.wait() == 9)
    #expect(process.output == "ready\ngot it\n")
    #expect(process.temporaryFiles.isEmpty)
  }

  @Test("a rule that never fired is an error only where the command succeeded")
  func requireRules() throws {
    let files = ["s.yaml": "rules: [{ name: unmet, respond: { status: 500 } }]"]
    for (script, expected) in [("exit 0", 1), ("exit 7", 7)] as [(String, Int32)] {
      let (status, process) = try EmulatorProcess.run(
        ["exec", "--scenario", "FOLDER/s.yaml", "--require-rules", "--", "/bin/sh", "-c", script],
        files: files)
      #expect(status == expected)
      #expect(process.errors.contains("never fired: unmet"))
    }
  }
}
