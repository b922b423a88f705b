import RedirectEmulator
import Testing

@Suite("Which settings an emulator can be started with")
struct CheckedConfigurationTests {
  private static func problems(_ change: (inout Configuration) -> Void)
    -> [ConfigurationError.Problem]
  {
    var configuration = Configuration()
    change(&configuration)
    do throws(ConfigurationError) {
      _ = try CheckedConfiguration(configuration)
      return []
    } catch {
      return error.problems
    }
  }

  @Test("the defaults can be used")
  func defaults() {
    #expect(Self.problems { _ in }.isEmpty)
  }

  struct Number: Sendable {
    let setting: String
    let range: ClosedRange<Int>
    let set: @Sendable (inout Configuration, Int) -> Void
  }

  static let numbers = [
    Number(setting: "threads", range: 1...64) { $0.threads = $1 },
    Number(setting: "journalLimit", range: 0...10_000_000) { $0.journalLimit = $1 },
    Number(setting: "journalBytes", range: 0...343_597_383_680) { $0.journalBytes = $1 },
    Number(setting: "maxMemory", range: 16_777_216...(1 << 40)) { $0.maxMemory = $1 },
    Number(setting: "repeatabilityLimit", range: 1...10_000_000) { $0.repeatabilityLimit = $1 },
    Number(setting: "resourceLimit", range: 1...1_000_000) { $0.resourceLimit = $1 },
    Number(setting: "limits.connections", range: 1...1_000_000) { $0.limits.connections = $1 },
    Number(setting: "limits.headerBytes", range: 256...16_777_216) { $0.limits.headerBytes = $1 },
    Number(setting: "limits.bodyBytes", range: 0...1_073_741_824) { $0.limits.bodyBytes = $1 },
  ]

  @Test("a number can be used up to both ends of its range, and no further", arguments: numbers)
  func number(_ number: Number) {
    let range = number.range
    for value in [range.lowerBound, range.upperBound] {
      let problems = Self.problems {
        // So that it is not in the way of the others.
        $0.maxMemory = 1 << 40
        number.set(&$0, value)
      }
      #expect(problems.isEmpty)
    }
    for value in [range.lowerBound - 1, range.upperBound + 1, .min, .max] {
      let problems = Self.problems { number.set(&$0, value) }
      #expect(problems.map(\.setting) == [number.setting])
      #expect(problems.map(\.value) == [String(value)])
      #expect(
        problems.first?.message
          == "expected a whole number from \(range.lowerBound) to \(range.upperBound)")
    }
  }

  static let contradictions = [
    Number(setting: "journalBytes", range: 0...(20 << 20) / 16 * 5) { $0.journalBytes = $1 },
    Number(setting: "limits.headerBytes", range: 256...(10 << 20)) { $0.limits.headerBytes = $1 },
    Number(setting: "limits.bodyBytes", range: 0...(10 << 20)) { $0.limits.bodyBytes = $1 },
  ]

  @Test("a size that the memory has no room for cannot be used", arguments: contradictions)
  func contradiction(_ number: Number) {
    func problems(_ value: Int) -> [ConfigurationError.Problem] {
      Self.problems {
        $0.maxMemory = 20 << 20
        number.set(&$0, value)
      }
    }
    #expect(problems(number.range.upperBound).isEmpty)
    let found = problems(number.range.upperBound + 1)
    #expect(found.map(\.setting) == [number.setting])
    #expect(found.first?.message.contains("--max-memory") == true)
  }

  @Test("the default of a journal's bytes gives way to less memory")
  func defaultGivesWay() {
    #expect(Self.problems { $0.maxMemory = 32 << 20 }.isEmpty)
  }

  @Test("a time has to be longer than none", arguments: [Duration.zero, .seconds(-1)])
  func times(_ time: Duration) {
    let problems = Self.problems {
      $0.limits.idleTimeout = time
      $0.limits.headerTimeout = time
    }
    #expect(problems.map(\.setting) == ["limits.idleTimeout", "limits.headerTimeout"])
  }

  struct Text: Sendable {
    let setting: String
    let value: String?
    let set: @Sendable (inout Configuration) -> Void
  }

  static let texts = [
    Text(setting: "host", value: "example.org") { $0.host = "example.org" },
    Text(setting: "accessKey", value: nil) { $0.accessKey = "no base64!" },
    Text(setting: "accessKey", value: nil) { $0.accessKey = "" },
    Text(setting: "controlKey", value: nil) { $0.controlKey = "" },
    Text(setting: "apiVersions", value: "newest") { $0.apiVersions = ["2026-03-12", "newest"] },
    Text(setting: "controlHosts", value: "http://a/b") {
      $0.controlHosts = ["emulator", "http://a/b"]
    },
    Text(setting: "controlHosts", value: "") { $0.controlHosts = [""] },
    Text(setting: "publicURL", value: "acs.example") { $0.publicURL = "acs.example" },
    Text(setting: "tls.names", value: "a b") {
      $0.tls.names = ["*.example.com", "fd00::2", "a b"]
    },
    Text(setting: "tls.names", value: nil) {
      $0.tls.names = ["acs.example"]
      $0.tls.certificate = ("", "")
    },
  ]

  @Test("a text that cannot be used is told, a secret one without its value", arguments: texts)
  func text(_ text: Text) {
    let problems = Self.problems(text.set)
    #expect(problems.map(\.setting) == [text.setting])
    #expect(problems.map(\.value) == [text.value])
  }

  @Test("all that is wrong is told at once, by the names of whoever made it")
  func description() {
    var configuration = Configuration()
    configuration.limits.bodyBytes = -1
    configuration.journalBytes = -1
    let error = #expect(throws: ConfigurationError.self) {
      try CheckedConfiguration(configuration)
    }
    #expect(
      error?.description == """
        Configuration.journalBytes -1: expected a whole number from 0 to 343597383680
        Configuration.limits.bodyBytes -1: expected a whole number from 0 to 1073741824
        """)
    #expect(error?.problems.map(\.option) == ["journal-bytes", "max-body"])
  }
}
