import Core
import Options
import Testing

@Suite("Program.parse: what the environment gives")
struct EnvironmentTests {
  private static func warnings(_ arguments: [String], _ environment: [Word]) throws -> [String] {
    guard
      case .run(_, _, let warnings) = try Sample.program.parse(
        arguments.map { Word($0) }, environment: environment)
    else { throw Sample.NotRun() }
    return warnings
  }

  @Test("every option reads its variable, and the command line wins")
  func variables() throws {
    let environment = [
      "TOOL_PORT=1", "TOOL_HOST=::1", "TOOL_MODE=slow", "TOOL_SIZE=2KiB", "TOOL_TIME=2m",
      "TOOL_NUMBER=7", "TOOL_STRICT=on", "TOOL_KEY=k", "TOOL_FILE=/x", "TOOL_NAME=a,,b",
      "TOOL_CONTROL=off", "OTHER=1", "TOOL_PORT=2",
    ]
    let values = try Sample.values([], environment)
    #expect(values[Sample.port] == 1 && values[Sample.host] == "::1")
    #expect(values[Sample.mode] == .slow && values[Sample.size].bytes == 2_048)
    #expect(values[Sample.time].duration == .seconds(120) && values[Sample.number] == 7)
    #expect(values[Sample.strict] && values[Sample.key] == "k")
    #expect(values[Sample.file] == Path("/x") && values[Sample.name] == ["a", "b"])
    #expect(values[Sample.control] == .off)
    let overridden = try Sample.values(
      ["--port=9", "--name", "c", "--strict=false"], environment)
    #expect(overridden[Sample.port] == 9 && overridden[Sample.name] == ["c"])
    #expect(!overridden[Sample.strict])
  }

  @Test("a variable that the command line overrides is not judged")
  func overridden() throws {
    #expect(try Sample.values(["--port", "1"], ["TOOL_PORT=x"])[Sample.port] == 1)
  }

  @Test("an empty variable is as if it were not set")
  func empty() throws {
    let values = try Sample.values([], ["TOOL_PORT=", "TOOL_STRICT=", "TOOL_NAME=", "TOOL_FILE="])
    #expect(values[Sample.port] == 4010 && !values[Sample.strict])
    #expect(values[Sample.name].isEmpty && values[Sample.file] == nil)
    #expect(!values.isGiven(Sample.port))
  }

  @Test("what an outer exec set for its command is not a setting")
  func outer() throws {
    #expect(
      try Sample.values([], ["TOOL_CONTROL=http://127.0.0.1:1/_"])[Sample.control] == .on)
  }

  @Test(
    "a variable that two commands read differently: a word of the other command's is not this one's"
  )
  func wordsOfAnother() throws {
    for (value, expected) in [
      ("http://x", "http://x"), ("x:1", "x:1"), ("on", nil), ("off", nil), ("", nil),
    ]
      as [(String, String?)]
    {
      #expect(
        try Sample.values(["health"], ["TOOL_CONTROL=\(value)"])[Sample.healthControl] == expected)
    }
  }

  @Test("a value of the command line is distinguished from one of the environment")
  func byArgument() throws {
    #expect(try Sample.values(["--port", "1"], ["TOOL_PORT=2"]).isGivenByArgument(Sample.port))
    #expect(try !Sample.values([], ["TOOL_PORT=2"]).isGivenByArgument(Sample.port))
    #expect(try !Sample.values([]).isGivenByArgument(Sample.port))
  }

  @Test("what an outer run names counts as not set, for commands that ask for that alone")
  func outerRun() throws {
    let environment = [
      "TOOL_PORT=7", "TOOL_KEY=", "TOOL_HOST=::1", "TOOL_SET=TOOL_PORT,CA,TOOL_KEY",
    ]
    let values = try Sample.values([], environment)
    #expect(values[Sample.port] == 4010 && values[Sample.host] == "::1")
    #expect(!values.isGiven(Sample.port) && values[Sample.key] == nil)
    #expect(try Sample.values(["health"], environment)[Sample.port] == 7)
    #expect(try Sample.values([], ["TOOL_PORT=7", "TOOL_SET="])[Sample.port] == 7)
    #expect(try Self.warnings([], environment.map { Word($0) }).isEmpty)
  }

  @Test("an option that the environment does not give has no variable")
  func none() throws {
    #expect(
      try Sample.values(["exec", "--", "x"], ["TOOL_PRINT_ENV=true"])[Sample.printEnv] == false)
    #expect(try Sample.values(["ring", "u"], ["TOOL_CONTROL=http://x"])[Sample.ringControl] == nil)
  }

  @Test(
    "what Kubernetes sets for a Service is ignored",
    arguments: [
      "TOOL_PORT=tcp://10.0.0.1:4010", "TOOL_PORT=udp://10.0.0.1:4010",
      "TOOL_X_PORT=sctp://10.0.0.1:1", "TOOL_SERVICE_HOST=10.0.0.1", "TOOL_SERVICE_PORT=4010",
      "TOOL_SERVICE_PORT_HTTP=4010", "TOOL_PORT_4010_TCP=tcp://10.0.0.1:4010",
      "TOOL_PORT_4010_TCP_ADDR=10.0.0.1", "TOOL_PORT_4010_TCP_PORT=4010",
      "TOOL_PORT_4010_TCP_PROTO=tcp", "TOOL_PORT_53_UDP=x", "TOOL_PORT_9_SCTP_ADDR=x",
      "TOOL_CONTROL_PORT=tcp://10.0.0.1:4011",
    ])
  func kubernetes(_ entry: String) throws {
    #expect(try Self.warnings([], [Word(entry)]).isEmpty)
    #expect(try Sample.values([], [entry])[Sample.port] == 4010)
  }

  @Test("a name that means nothing is warned of, with the nearest one if one is near")
  func unknown() throws {
    let entries = [
      "TOOL_PROT=1", "TOOL_WEATHER=2", "TOOL_TOKEN=t", "TOOL_BINARY=b", "TOOL_CONTROL_PORT=1",
      "TOOL_PROT=3", "TOOL_PORT_X_TCP=1", "TOOL_TOKE=1",
    ].map { Word($0) }
    #expect(
      try Self.warnings([], entries) == [
        "TOOL_PORT_X_TCP is not a variable of tool",
        "TOOL_PROT is not a variable of tool; did you mean TOOL_PORT?",
        "TOOL_TOKE is not a variable of tool; did you mean TOOL_TOKEN?",
        "TOOL_WEATHER is not a variable of tool",
      ])
    // A command that does not read the environment says nothing of it.
    #expect(try Self.warnings(["check", "x"], entries).isEmpty)
  }

  @Test("a command may read a variable that it has no option for, and judges it as an option's")
  func variableOnly() throws {
    #expect(try Sample.values(["health"], ["TOOL_CONTROL_PORT=7"])[Sample.controlPort] == 7)
    #expect(try Sample.values(["health"])[Sample.controlPort] == nil)
    let error = #expect(throws: UsageError.self) {
      try Sample.parse(["health", "--control-port", "1"], ["TOOL_CONTROL_PORT=x"])
    }
    #expect(
      error?.lines == [
        "error: --control-port: there is no such option",
        "error: TOOL_CONTROL_PORT=x: expected a whole number from 0 to 65535",
        "See 'tool help health'.",
      ])
    #expect(Sample.program.help(Sample.health, width: 80).contains("TOOL_CONTROL_PORT"))
    #expect(Sample.program.manualPage.contains("TOOL_CONTROL_PORT"))
  }

  @Test("names and values that are not UTF-8 trap nothing")
  func bytes() throws {
    let entries = [
      Word("TOOL_".utf8 + [0xFF, 0x3D, 0x31]), Word("TOOL_FILE=".utf8 + [0xFF]),
      Word([0xFF, 0xFE]), Word(""), Word("="), Word("TOOL_"), Word("TOOL_=1"),
    ]
    #expect(
      try Self.warnings([], entries) == [
        "TOOL_ is not a variable of tool", #"TOOL_\xff is not a variable of tool"#,
      ])
  }
}
