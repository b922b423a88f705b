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
        #"error: --host a\xff: it is not UTF-8; expected text"#,
        #"error: TOOL_MODE=\xfe: it is not UTF-8; expected fast or slow"#,
      ])
  }

  @Test("an argument may be left out where an option makes it unnecessary")
  func waived() throws {
    _ = try Sample.values(["exec", "--print-env"])
    _ = try Sample.values(["ring", "--print"])
    #expect(try Sample.values(["ring", "http://x"])[Sample.to] == "http://x")
    #expect(
      Self.lines(["exec", "--print-env=false"]).first?.hasPrefix("error: no command") == true)
    #expect(Self.lines(["ring"]).first == "error: URL is missing: ring needs the webhook")
    for word in ["no", "0", "OFF", "False"] {
      #expect(
        Self.lines(["exec", "--print-env=\(word)"]).first?.hasPrefix("error: no command") == true)
    }
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
        "error: --time 0s: expected a duration longer than 0s and at most 2562047h, such as 250ms, 1.5s, 2m or 1h",
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
        "  put -- before the command: tool exec -- make -j 2", "See 'tool help exec'.",
      ]
    ),
    (
      ["exec"], [],
      [
        "error: no command: expected -- and a command",
        "  for example: tool exec -- make", "See 'tool help exec'.",
      ]
    ),
    (
      ["exec", "--"], [],
      [
        "error: no command: expected one after --",
        "  for example: tool exec -- make", "See 'tool help exec'.",
      ]
    ),
    (
      ["exec", "--", ""], [],
      ["error: COMMAND is empty: expected a command", "See 'tool help exec'."]
    ),
    (
      ["exec", ""], [],
      [
        #"error: "": expected -- before the command"#,
        #"  put -- before the command: tool exec -- """#, "See 'tool help exec'.",
      ]
    ),
    (
      ["serve", "exec"], [],
      ["error: exec: expected no argument here", "See 'tool help serve'."]
    ),
    (
      ["help", "exec", "serve"], [],
      ["error: serve: expected no argument here", "See 'tool help help'."]
    ),
    (
      ["--strict", "true"], [],
      [
        "error: true: expected no argument here", "  write --strict=true", "See 'tool help serve'.",
      ]
    ),
    (
      ["exec", "--strict", "off", "--", "make"], [],
      [
        "error: off: expected no argument here", "  write --strict=off", "See 'tool help exec'.",
      ]
    ),
    (
      ["exec", "make", "--", "all"], [],
      [
        "error: make: expected no argument here",
        "  put the command after --: tool exec -- make", "See 'tool help exec'.",
      ]
    ),
    (
      ["exec", "--strict", "true"], [],
      [
        "error: true: expected -- before the command",
        "  put -- before the command: tool exec --strict -- true", "See 'tool help exec'.",
      ]
    ),
    (
      ["--strict", "make"], [],
      ["error: make: expected no argument here", "See 'tool help serve'."]
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
    (["-p=80"], [], ["error: -p: there is no such option", "See 'tool help serve'."]),
    (["-p80"], [], ["error: -p…: there is no such option", "See 'tool help serve'."]),
    (
      ["-port", "80"], [],
      [
        "error: -port: there is no such option", "  did you mean --port?", "See 'tool help serve'.",
      ]
    ),
    (["--help=true"], [], ["error: --help takes no value", "See 'tool help serve'."]),
    (["check", "--help=", "x"], [], ["error: --help takes no value", "See 'tool help check'."]),
    (["-h=1"], [], ["error: -h takes no value", "See 'tool help serve'."]),
    (["--version=1"], [], ["error: --version takes no value", "See 'tool help serve'."]),
    (
      ["check"], [],
      [
        "error: FILE is missing: check needs a file", "  for example: tool check a.yaml",
        "See 'tool help check'.",
      ]
    ),
    (
      ["check", ""], [],
      ["error: FILE is empty: expected the path of a file", "See 'tool help check'."]
    ),
    (
      [""], [],
      [
        #"error: "": expected a command: serve, exec, ring, health, check or help"#,
        "See 'tool help'.",
      ]
    ),
    (
      ["--depht", "2"], [],
      [
        "error: --depht: there is no such option", "  --depth is an option of check",
        "See 'tool help serve'.",
      ]
    ),
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
    (
      ["--host", "", "--port=", "--strict=", "--key", ""], [],
      [
        "error: --host is empty: expected text",
        "error: --port is empty: expected a whole number from 0 to 65535",
        "error: --strict is empty: expected true or false (or 1, 0, on, off, yes, no)",
        "error: --key is empty: expected a key", "See 'tool help serve'.",
      ]
    ),
    (
      ["--time", "99999999h"], [],
      [
        "error: --time 99999999h: expected a duration longer than 0s and at most 2562047h, such as 250ms, 1.5s, 2m or 1h",
        "See 'tool help serve'.",
      ]
    ),
    // The last value wins, and is the only one that is judged.
    (
      ["--port", "x", "--port", "y", "--key=short", "--key=long", "--mode", "", "--mode", "fast"],
      [],
      ["error: --port y: expected a whole number from 0 to 65535", "See 'tool help serve'."]
    ),
    (
      ["--port", "1", "--port"], ["TOOL_PORT=x"],
      ["error: --port needs a value: a whole number from 0 to 65535", "See 'tool help serve'."]
    ),
    (
      ["--port"], ["TOOL_PORT=x"],
      ["error: --port needs a value: a whole number from 0 to 65535", "See 'tool help serve'."]
    ),
    (
      ["--name", "bad", "--name", "good"], [],
      ["error: --name bad: expected a good one", "See 'tool help serve'."]
    ),
    (
      ["--port", "x"], ["TOOL_PROT=1", "TOOL_MODE=y", "TOOL_=1"],
      [
        "warning: TOOL_ is not a variable of tool",
        "warning: TOOL_PROT is not a variable of tool; did you mean TOOL_PORT?",
        "error: --port x: expected a whole number from 0 to 65535",
        "error: TOOL_MODE=y: expected fast or slow", "See 'tool help serve'.",
      ]
    ),
    (
      ["check"], ["TOOL_PROT=1"],
      [
        "error: FILE is missing: check needs a file", "  for example: tool check a.yaml",
        "See 'tool help check'.",
      ]
    ),
    (
      [], ["TOOL_KEY="],
      [
        "error: TOOL_KEY is empty: expected a key, or the variable not set",
        "See 'tool help serve'.",
      ]
    ),
  ]

  @Test("a wrong command line has one line for each fault", arguments: seen)
  func errors(_ arguments: [String], _ environment: [String], _ expected: [String]) {
    #expect(Self.lines(arguments, environment) == expected)
  }

  @Test(
    "no secret is shown, nor the word after an option that does not exist",
    arguments: [
      (["--key", "short"], []), (["--key=short"], []), (["--ky", "short"], []),
      (["--ky=short"], []), (["--ky", "-short"], []), (["-k", "short"], []),
      (["--ky", "--short"], []), (["--prt", "--ky", "short"], []), (["-p", "-ky", "short"], []),
      (["--prt", "-k", "--ky", "short"], []), (["exec", "--key", "short", "--", "x"], []),
      ([], ["TOOL_KEY=short"]), (["-k=short"], []), (["-kshort"], []), (["--version=short"], []),
      (["-help=short"], []),
    ] as [([String], [String])])
  func secrets(_ arguments: [String], _ environment: [String]) {
    let lines = Self.lines(arguments, environment)
    #expect(!lines.isEmpty && !lines.joined().contains("short"), "\(lines)")
  }

  @Test("ten errors are shown, and how many more there are")
  func many() {
    let lines = Self.lines(["exec"] + (0..<13).map { "--set=x\($0)" } + ["--", "y"])
    #expect(lines.count == 12 && lines[9].hasPrefix("error: --set x9: "))
    #expect(lines[10] == "error: and 3 more like these")
    #expect(lines[11] == "See 'tool help exec'.")
  }

  @Test("a secret that is not UTF-8 is reported and not shown")
  func secretBytes() {
    let error = #expect(throws: UsageError.self) {
      try Sample.program.parse([Word("--key"), Word([0x61, 0xFF])], environment: [])
    }
    #expect(error?.lines.first == "error: --key: it is not UTF-8; expected a key")
  }

  @Test("an earlier value of an option that does not repeat has no effect")
  func earlier() throws {
    #expect(try Sample.values(["--port", "x", "--port", "3"])[Sample.port] == 3)
    #expect(try Sample.values(["--mode=", "--mode=slow"])[Sample.mode] == .slow)
    #expect(try Sample.values(["--host", "nowhere", "--host", "here"])[Sample.host] == "here")
    #expect(try Sample.values(["--strict=x", "--strict"])[Sample.strict])
    #expect(Self.lines(["--port=3", "--port=x"]).first?.hasPrefix("error: --port x: ") == true)
  }

  @Test("messages of a later time name a value by what gave it")
  func subjects() throws {
    let values = try Sample.values(
      ["--file", "/a\nb", "--key", "secret", "--strict", "--name", "a"],
      ["TOOL_MODE=slow", "TOOL_CONTROL=off"])
    #expect(values.subject(of: Sample.file) == #"--file /a\nb"#)
    #expect(values.subject(of: Sample.key) == "--key")
    #expect(values.subject(of: Sample.strict) == "--strict")
    #expect(values.subject(of: Sample.name) == "--name a")
    #expect(values.subject(of: Sample.mode) == "TOOL_MODE=slow")
    #expect(values.subject(of: "control") == "TOOL_CONTROL=off")
    #expect(values.subject(of: Sample.port) == "--port 4010")
    let environment = try Sample.values([], ["TOOL_KEY=k", "TOOL_STRICT=on", "TOOL_NAME=a,b"])
    #expect(environment.subject(of: Sample.key) == "TOOL_KEY")
    #expect(environment.subject(of: Sample.strict) == "TOOL_STRICT=on")
    #expect(environment.subject(of: Sample.name, value: Word("a")) == "TOOL_NAME=a")
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
