import Core
import Options
import Testing

@Suite("Program.parse: what a command line means, and what is said of a wrong one")
struct ParserTests {
  private static func lines(_ arguments: [String], _ environment: [String] = []) -> [String] {
    do throws(UsageError) {
      _ = try Sample.parse(arguments, environment)
      return []
    } catch {
      return error.lines
    }
  }

  @Test("a value comes in the next word or after an equals sign, and the last one wins")
  func values() throws {
    let forms: [([String], UInt16)] = [
      ([], 4010), (["--port", "1"], 1), (["--port=2"], 2), (["--port", "1", "--port=3"], 3),
      (["serve", "--port", "65535"], 65535), (["serve", "--port", "0"], 0),
    ]
    for (arguments, port) in forms { #expect(try Sample.values(arguments)[Sample.port] == port) }
    let values = try Sample.values([
      "--mode", "slow", "--size=1KiB", "--time", "1.5s", "--number", "-5", "--name", "a",
      "--name=b",
      "--name", "--x", "--file", "-", "--key=k=v", "--strict",
    ])
    #expect(values[Sample.mode] == .slow && values[Sample.size].bytes == 1_024)
    #expect(values[Sample.time].nanoseconds == 1_500_000_000 && values[Sample.number] == -5)
    #expect(values[Sample.name] == ["a", "b", "--x"] && values[Sample.file] == Path("-"))
    #expect(values[Sample.key] == "k=v" && values[Sample.strict])
    #expect(values.isGiven(Sample.mode) && !values.isGiven(Sample.host))
  }

  @Test("without options each command has its own defaults")
  func defaults() throws {
    let serve = try Sample.values([])
    #expect(serve[Sample.port] == 4010 && serve[Sample.host] == "127.0.0.1")
    #expect(serve[Sample.mode] == .fast && serve[Sample.size].bytes == 1_024)
    #expect(serve[Sample.time].duration == .seconds(60) && serve[Sample.number] == 1)
    #expect(!serve[Sample.strict] && serve[Sample.key] == nil && serve[Sample.file] == nil)
    #expect(serve[Sample.name].isEmpty && serve[Sample.control] == .on)
    #expect(try Sample.values(["exec", "--", "x"])[Sample.port] == 0)
  }

  @Test(
    "a flag takes true and false in the words that people use",
    arguments: [
      ("true", true), ("TRUE", true), ("1", true), ("on", true), ("Yes", true), ("false", false),
      ("0", false), ("off", false), ("NO", false),
    ])
  func flags(_ word: String, _ expected: Bool) throws {
    #expect(try Sample.values(["--strict=\(word)"])[Sample.strict] == expected)
    #expect(try Sample.values([], ["TOOL_STRICT=\(word)"])[Sample.strict] == expected)
    #expect(try !Sample.values(["--strict=false"], ["TOOL_STRICT=\(word)"])[Sample.strict])
  }

  @Test("pairs are split at their first separator")
  func pairs() throws {
    let set = try Sample.values(["exec", "--set", "A={x}=1", "--set=B=", "--", "x"])[Sample.set]
    #expect(set.map(\.name) == ["A", "B"] && set.map(\.value) == ["{x}=1", ""])
    let header = try Sample.values(["ring", "u", "--header", "x-a: b:c "])[Sample.header]
    #expect(header.map(\.name) == ["x-a"] && header.map(\.value) == ["b:c"])
  }

  @Test("one name may be another option in another command")
  func ownOptions() throws {
    #expect(try Sample.values(["--control", "off"])[Sample.control] == .off)
    #expect(
      try Sample.values(["ring", "u", "--control", "http://x"])[Sample.ringControl] == "http://x")
  }

  @Test("what follows -- is a command's, byte for byte")
  func terminator() throws {
    let words = [Word("--port"), Word([0xFF]), Word("--"), Word("-h")]
    let invocation = try Sample.program.parse(
      [Word("exec"), Word("--port=1"), Word("--")] + words, environment: [])
    guard case .run(let command, let values, _) = invocation else { throw Sample.NotRun() }
    #expect(command.name == "exec" && values[Sample.command] == words)
    #expect(values[Sample.port] == 1)
    #expect(try Sample.values(["check", "--", "--x"])[Sample.files] == [Path("--x")])
  }

  @Test("a path keeps its bytes; any other value that is not UTF-8 is an error")
  func bytes() throws {
    let path = [UInt8]("/a".utf8) + [0xFF]
    let invocation = try Sample.program.parse(
      [Word("--file"), Word(path)], environment: [Word("TOOL_NAME=a".utf8)])
    guard case .run(_, let values, _) = invocation else { throw Sample.NotRun() }
    #expect(values[Sample.file]?.bytes == path)
    let error = #expect(throws: UsageError.self) {
      try Sample.program.parse(
        [Word("--host"), Word([0x61, 0xFF])], environment: [Word("TOOL_MODE=".utf8 + [0xFE])])
    }
    #expect(
      error?.lines.dropLast() == [
        #"error: --host a\xff: expected text in UTF-8"#,
        #"error: TOOL_MODE=\xfe: expected fast or slow"#,
      ])
  }

  @Test("an argument may be left out where an option makes it unnecessary")
  func waived() throws {
    _ = try Sample.values(["exec", "--print-env"])
    _ = try Sample.values(["ring", "--print"])
    #expect(try Sample.values(["ring", "http://x"])[Sample.to] == "http://x")
    #expect(
      Self.lines(["exec", "--print-env=false"]).first?.hasPrefix("error: no command") == true)
    #expect(Self.lines(["ring"]).first == "error: expected URL: The webhook.")
  }

  private static let seen: [(arguments: [String], environment: [String], lines: [String])] = [
    (
      ["--port", "70000"], [],
      ["error: --port 70000: expected a whole number from 0 to 65535", "See 'tool help serve'."]
    ),
    (
      ["--port", "-1"], [],
      ["error: --port -1: expected a whole number from 0 to 65535", "See 'tool help serve'."]
    ),
    (
      ["--port"], [],
      [
        "error: --port needs a value: a whole number from 0 to 65535", "See 'tool help serve'.",
      ]
    ),
    (
      ["--file", "--port=1"], [],
      ["error: --file needs a value: the path of a file", "See 'tool help serve'."]
    ),
    (
      ["--file", "--"], [],
      ["error: --file needs a value: the path of a file", "See 'tool help serve'."]
    ),
    (
      ["--number", "65", "--size", "1", "--time", "0s", "--mode", "x", "--strict=maybe"], [],
      [
        "error: --number 65: expected a whole number from -5 to 64",
        "error: --size 1: expected a size from 256 to 4KiB, in bytes or as 16KiB or 1MiB",
        "error: --time 0s: expected a duration longer than 0s, such as 250ms, 1.5s, 2m or 1h",
        "error: --mode x: expected fast or slow",
        "error: --strict=maybe: expected true or false (or 1, 0, on, off, yes, no)",
        "See 'tool help serve'.",
      ]
    ),
    (
      ["--host", "nowhere", "--prt", "1", "--name=bad", "--number", "x"],
      ["TOOL_SIZE=2", "TOOL_MODE=y"],
      [
        "error: --host nowhere: expected a place", "error: --prt: there is no such option",
        "  did you mean --port?", "error: --name bad: expected a good one",
        "error: --number x: expected a whole number from -5 to 64",
        "error: TOOL_MODE=y: expected fast or slow",
        "error: TOOL_SIZE=2: expected a size from 256 to 4KiB, in bytes or as 16KiB or 1MiB",
        "See 'tool help serve'.",
      ]
    ),
    (
      ["serv"], [],
      [
        "error: serv: expected a command: serve, exec, ring, health, check or help",
        "  did you mean serve?", "See 'tool help'.",
      ]
    ),
    (
      ["ring", "u", "--port", "1"], [],
      [
        "error: --port: there is no such option",
        "  --port is an option of serve, exec and health", "See 'tool help ring'.",
      ]
    ),
    (
      ["exec", "make", "-j", "2"], [],
      [
        "error: make: expected -- before the command",
        "  put -- before the command: tool exec -- make", "See 'tool help exec'.",
      ]
    ),
    (
      ["exec"], [],
      [
        "error: no command: expected -- and a command",
        "  put -- before the command: tool exec -- pytest", "See 'tool help exec'.",
      ]
    ),
    (
      ["exec", "--"], [],
      [
        "error: no command: expected -- and a command",
        "  put -- before the command: tool exec -- pytest", "See 'tool help exec'.",
      ]
    ),
    (
      ["--port", "1", "exec", "--print-env"], [],
      [
        "error: exec: expected no argument here", "  options of exec come after exec",
        "See 'tool help serve'.",
      ]
    ),
    (
      ["--", "make"], [],
      [
        "error: make: expected no argument here",
        "  to run a command beside it: tool exec -- make", "See 'tool help serve'.",
      ]
    ),
    (
      ["health", "more"], [],
      [
        "error: more: expected no argument here", "See 'tool help health'.",
      ]
    ),
    (["-p", "80"], [], ["error: -p: there is no such option", "See 'tool help serve'."]),
    (["check"], [], ["error: expected FILE: A file.", "See 'tool help check'."]),
    (
      ["help", "rng"], [],
      [
        "error: rng: expected a command: serve, exec, ring, health, check or help",
        "  did you mean ring?", "See 'tool help help'.",
      ]
    ),
    (
      ["--set", "x"], [],
      [
        "error: --set: there is no such option", "  --set is an option of exec",
        "See 'tool help serve'.",
      ]
    ),
    (
      ["exec", "--set", "x", "--", "y"], [],
      [
        "error: --set x: expected NAME=VALUE", "See 'tool help exec'.",
      ]
    ),
    (["--host", ""], [], ["error: --host : expected text in UTF-8", "See 'tool help serve'."]),
    (
      [], ["TOOL_KEY="],
      [
        "error: TOOL_KEY is empty: expected a key, or the variable not set",
        "See 'tool help serve'.",
      ]
    ),
  ]

  @Test("a wrong command line is told in one line for each thing", arguments: seen)
  func errors(_ arguments: [String], _ environment: [String], _ expected: [String]) {
    #expect(Self.lines(arguments, environment) == expected)
  }

  @Test(
    "no secret is told, nor the word after an option that does not exist",
    arguments: [
      (["--key", "short"], []), (["--key=short"], []), (["--ky", "short"], []),
      (["--ky=short"], []), (["--ky", "-short"], []), (["-k", "short"], []),
      (["--ky", "--short"], []), (["--prt", "--ky", "short"], []), (["-p", "-ky", "short"], []),
      (["--prt", "-k", "--ky", "short"], []), (["exec", "--key", "short", "--", "x"], []),
      ([], ["TOOL_KEY=short"]),
    ] as [([String], [String])])
  func secrets(_ arguments: [String], _ environment: [String]) {
    let lines = Self.lines(arguments, environment)
    #expect(!lines.isEmpty && !lines.joined().contains("short"), "\(lines)")
  }

  @Test("ten errors are told, and how many more there are")
  func many() {
    let lines = Self.lines((0..<13).map { "--number=x\($0)" })
    #expect(lines.count == 12 && lines[9].hasPrefix("error: --number x9: "))
    #expect(lines[10] == "error: and 3 more like these")
    #expect(lines[11] == "See 'tool help serve'.")
  }

  @Test("a long value is clipped, and what could change a terminal is escaped")
  func shown() {
    let long = String(repeating: "a", count: 300)
    #expect(
      Self.lines(["--mode", long]).first
        == "error: --mode \(String(repeating: "a", count: 200))…: expected fast or slow")
    #expect(
      Self.lines(["--mode", "a\u{1B}[1m\n\u{9B}\u{202E}é"]).first
        == #"error: --mode a\u{1b}[1m\n\u{9b}\u{202e}é: expected fast or slow"#)
  }

  @Test(
    "help wins over every error, before --",
    arguments: [
      (["-h"], nil), (["--help"], nil), (["serv", "--help"], nil), (["--port", "--help"], nil),
      (["ring", "--x", "-h"], "ring"), (["exec", "-h", "--", "x"], "exec"),
    ] as [([String], String?)])
  func help(_ arguments: [String], _ command: String?) throws {
    guard case .help(let shown) = try Sample.parse(arguments) else {
      Issue.record("no help")
      return
    }
    #expect(shown?.name == command)
  }

  @Test("after -- there is no help")
  func helpAfterTerminator() throws {
    #expect(try Sample.values(["exec", "--", "-h"])[Sample.command] == [Word("-h")])
  }

  @Test("--version is asked for in every command")
  func version() throws {
    for arguments in [["--version"], ["serve", "--version"], ["exec", "--version"]] {
      guard case .version = try Sample.parse(arguments) else {
        Issue.record("\(arguments): no version")
        continue
      }
    }
    #expect(Self.lines(["--version", "--x"]).first == "error: --x: there is no such option")
  }

  @Test("names are not abbreviated and files of words are not read")
  func exact() {
    #expect(Self.lines(["--por", "1"]).first == "error: --por: there is no such option")
    #expect(Self.lines(["@file"]).first?.hasPrefix("error: @file: expected a command") == true)
  }
}
