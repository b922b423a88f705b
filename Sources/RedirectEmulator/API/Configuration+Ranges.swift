import Core

extension Configuration {
  /// What ``threads`` may be.
  package static let threadRange = 1...64
  /// What ``journalLimit`` may be.
  package static let journalLimitRange = 0...10_000_000
  /// What ``journalBytes`` may be.
  package static let journalByteRange = 0...MemoryBudget.journalLimit(of: 1 << 40)
  /// What ``maxMemory`` may be.
  package static let maxMemoryRange = (16 << 20)...(1 << 40)
  /// What ``repeatabilityLimit`` may be.
  package static let repeatabilityLimitRange = 1...10_000_000
  /// What ``resourceLimit`` may be; the default resource is one of them.
  package static let resourceLimitRange = 1...1_000_000
  /// What ``Limits/connections`` may be.
  package static let connectionRange = 1...1_000_000
  /// What ``Limits/headerBytes`` may be.
  package static let headerByteRange = 256...(16 << 20)
  /// What ``Limits/bodyBytes`` may be.
  package static let bodyByteRange = 0...(1 << 30)

  /// The form of ``host``, for messages.
  package static let hostForm = "a numeric IPv4 or IPv6 address, or localhost"
  /// The form of ``accessKey``, for messages.
  package static let accessKeyForm = "base64 of at least one byte, with its padding"
  /// The form of each of ``ownNumbers``, for messages.
  package static let ownNumberForm = "a number such as +14255550123"
  /// The form of each of ``apiVersions``, for messages.
  package static let apiVersionForm = "the form 2026-03-12 or 2026-03-12-preview"

  /// The numbers and durations that are out of their ranges.
  var rangeProblems: [ConfigurationError.Problem] {
    let numbers: [(setting: String, option: String?, value: Int, range: ClosedRange<Int>)] = [
      ("threads", "threads", threads, Self.threadRange),
      ("journalLimit", "journal-limit", journalLimit, Self.journalLimitRange),
      ("journalBytes", "journal-bytes", journalBytes, Self.journalByteRange),
      ("maxMemory", "max-memory", maxMemory, Self.maxMemoryRange),
      ("repeatabilityLimit", nil, repeatabilityLimit, Self.repeatabilityLimitRange),
      ("resourceLimit", nil, resourceLimit, Self.resourceLimitRange),
      ("limits.connections", "max-connections", limits.connections, Self.connectionRange),
      ("limits.headerBytes", "max-header", limits.headerBytes, Self.headerByteRange),
      ("limits.bodyBytes", "max-body", limits.bodyBytes, Self.bodyByteRange),
    ]
    let durations = [
      ("limits.idleTimeout", "idle-timeout", limits.idleTimeout),
      ("limits.headerTimeout", "header-timeout", limits.headerTimeout),
    ]
    return numbers.filter { !$0.range.contains($0.value) }.map { number in
      .init(
        number.setting, option: number.option, value: String(number.value),
        "expected a whole number from \(number.range.lowerBound) to \(number.range.upperBound)")
    }
      + durations.filter { $0.2 <= .zero }.map { setting, option, value in
        .init(
          setting, option: option, value: DurationText(value).description,
          "expected a duration longer than 0s")
      }
      + memoryProblems
  }

  /// The sizes that are in their ranges, but more than the memory allows.
  private var memoryProblems: [ConfigurationError.Problem] {
    guard Self.maxMemoryRange.contains(maxMemory) else { return [] }
    var problems: [ConfigurationError.Problem] = []
    // The default is lowered, so a user who sets little memory does not have to set both.
    let journals = MemoryBudget.journalLimit(of: maxMemory)
    if Self.journalByteRange.contains(journalBytes), journalBytes > journals,
      journalBytes != Self.defaultJournalBytes
    {
      problems.append(
        .init(
          "journalBytes", option: "journal-bytes",
          value: ByteCount(bytes: journalBytes).description,
          "expected at most the \(ByteCount(bytes: journals)) that all journals together may take: 5/16 of \(Self.maxMemoryName), which can be larger"
        ))
    }
    // While a request is read its bytes are kept once, and once more when the journal takes it.
    for (setting, option, value, range) in [
      ("limits.headerBytes", "max-header", limits.headerBytes, Self.headerByteRange),
      ("limits.bodyBytes", "max-body", limits.bodyBytes, Self.bodyByteRange),
    ] where range.contains(value) && value > maxMemory / 2 {
      problems.append(
        .init(
          setting, option: option, value: ByteCount(bytes: value).description,
          "expected at most \(ByteCount(bytes: maxMemory / 2)), half of what everything may take (\(Self.maxMemoryName))"
        ))
    }
    return problems
  }

  private static let maxMemoryName = "--max-memory, in Swift Configuration.maxMemory"
}
