import Foundation
import TestSupport
import Testing

@Suite("token: prints a token that any emulator with the development keys takes")
struct TokenCommandTests {
  @Test("its scopes, its user and its time are what was asked for")
  func tokens() throws {
    let (other, _, port) = try EmulatorProcess.serving()
    defer { other.signal(SIGKILL) }
    let cases: [([String], Int)] = [
      ([], 204), (["--scope", "voip"], 204), (["--scope", "chat", "--scope", "voip"], 204),
      (["--scope", "chat"], 403), (["--expires-in", "1ms"], 401),
      (["--expires-in", "2h", "--user", "someone"], 204), (["--resource", "default"], 204),
    ]
    for (options, expected) in cases {
      let (status, process) = try EmulatorProcess.run(["token"] + options)
      #expect(status == 0 && process.errors.isEmpty)
      let lines = process.output.split(separator: "\n")
      #expect(lines.count == 1 && lines[0].split(separator: ".").count == 3)
      let client = try RawClient(port: port)
      try client.send(RedirectRequest(authorization: "Bearer \(lines[0])").bytes)
      let answer = try client.readResponse()
      #expect(answer.status == expected, "\(options): \(answer.text)")
    }
    let control = try ControlClient(port: port)
    let entries = try control.call("GET", "/_emulator/requests?status=204").json()["requests"]
    #expect(entries.items.contains { $0["auth"]["user"].text?.hasSuffix("someone") == true })
  }
}
