import Documents

/// The patterns of one scenario while it is read: each text is compiled once, for any number of rules that have it. The
/// memory of all patterns together has a limit.
final class PatternTable {
  private var known: [[UInt8]: TextPattern] = [:]
  private var memory = 0
  private var faults = 0

  /// - Throws: what is wrong with the pattern, or that the ones before it have used up the memory.
  func pattern(_ text: String) throws(PatternError) -> TextPattern {
    // The key is bytes: two equal strings may have different bytes.
    let key = Array(text.utf8)
    if let pattern = known[key] { return pattern }
    guard memory <= Scenario.mostPatternMemory else { throw Self.tooMuch }
    // After this no more faults are reported, and each would take time to find its place.
    guard faults < IssueList.most else { throw PatternError("The pattern was not read.") }
    let pattern: TextPattern
    do {
      pattern = try TextPattern(text)
    } catch {
      faults += 1
      throw error
    }
    memory += pattern.memory
    guard memory <= Scenario.mostPatternMemory else { throw Self.tooMuch }
    known[key] = pattern
    return pattern
  }

  private static var tooMuch: PatternError {
    PatternError(
      "The regular expressions of the scenario need too much memory with this one: together they may need \(Scenario.mostPatternMemory >> 20) MiB. A pattern that several rules share counts once."
    )
  }
}
