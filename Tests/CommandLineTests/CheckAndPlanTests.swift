import Foundation
import Testing

@Suite("check and plan, as programs use them")
struct CheckAndPlanTests {
  private static let files = [
    "good.yaml": "rules: [{ name: a, attempts: 1, respond: { status: 503 } }]\n",
    "more.yaml": "rules: [{ name: b, attempts: 2, after: execution, fault: reset }]\n",
    "warned.yaml":
      "rules:\n  - { name: a, match: { auth: accessKey, user: x }, fault: reset }\n",
    "tls.yaml": "connections:\n  - { name: t, fault: { tls: { stall: true } } }\n",
    "wrong.yaml": "rules:\n  - { name: a, atempts: 1 }\n",
  ]

  private static func run(_ arguments: [String]) throws -> (
    status: Int32, output: String, errors: String
  ) {
    let (status, process) = try EmulatorProcess.run(arguments, files: files)
    return (status, process.output, process.errors)
  }

  @Test(
    "check exits with 65 where a file has an error, with --strict also where there is a warning",
    arguments: [
      (["good.yaml"], 0 as Int32, "good.yaml: 1 rule and 0 for connections, nothing wrong"),
      (["good.yaml", "--strict"], 0, "nothing wrong"),
      (
        ["warned.yaml"], 0,
        "warned.yaml:2:5: warning: The rule 'a' can never match: an access key has no user"
      ),
      (["--strict", "good.yaml", "warned.yaml"], 65, "warned.yaml:2:5: warning: "),
      (
        ["--strict", "tls.yaml"], 0,
        "tls.yaml:2:5: note: a resource of its own decides only about connections over https to its host name"
      ),
      (["wrong.yaml"], 65, "wrong.yaml:2:16: There is no member 'atempts'"),
    ])
  func check(arguments: [String], status: Int32, says: String) throws {
    let ended = try Self.run(
      ["check"] + arguments.map { $0.hasPrefix("--") ? $0 : "FOLDER/" + $0 })
    #expect(ended.status == status)
    #expect(ended.output.contains(says), "\(ended.output)")
    #expect(ended.errors.isEmpty, "\(ended.errors)")
  }

  @Test(
    "the bad days are scenario files as any other: check finds nothing in them, and plan tells of them"
  )
  func days() throws {
    let folder = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../../fixtures/days").standardizedFileURL
    let checked = try Self.run(["check", "--strict", folder.path])
    #expect(checked.status == 0 && checked.errors.isEmpty, "\(checked.errors)")
    // A note says which connections a rule sees.
    let lines = checked.output.split(separator: "\n").filter { !$0.contains(": note: ") }
    #expect(lines.count == 30 && lines.allSatisfy { $0.hasSuffix(", nothing wrong") })
    #expect(lines.contains { $0.contains("0 rules, 0 for connections and 1 for events") })
    let twice = folder.appending(path: "event-delivered-twice.yaml").path
    let plan = try Self.run(["plan", "--requests", "1", twice])
    #expect(
      plan.output.hasPrefix(
        """
        Events, the first delivery of each call:
          1  delivered twice: sent 2 times

        """), "\(plan.output)")
  }

  @Test("plan takes several files, whose rules apply in their order, and tells of one call's tries")
  func plan() throws {
    let files = ["FOLDER/good.yaml", "FOLDER/more.yaml"]
    let requests = try Self.run(["plan", "--requests", "2"] + files)
    #expect(requests.status == 0 && requests.errors.isEmpty)
    #expect(requests.output.contains("  1–2  a: 503 Service Unavailable"), "\(requests.output)")
    let tries = try Self.run(["plan", "--attempts", "3"] + files)
    #expect(
      tries.output.hasPrefix(
        """
        Tries of one call:
          1  a: 503 Service Unavailable, not executed
          2  b: reset, executed
          3  204, repeated

        """), "\(tries.output)")
  }
}
