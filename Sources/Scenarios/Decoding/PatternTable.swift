import Documents

/// The patterns of one scenario while it is read: each text is compiled once, however many rules have it, and the memory of
/// all together has a limit.
final class PatternTable {
  private var known: [[UInt8]: TextPattern] = [:]
  private var memory = 0
  private var faults = 0

  /// - Throws: what is wrong with the pattern, or that the ones before it have used up the memory.
  func pattern(_ text: String) throws(PatternError) -> TextPattern {
    // Bytes: two strings may be equal and have other ones.
    let key = Array(text.utf8)
    if let pattern = known[key] { return pattern }
    guard memory <= Scenario.mostPatternMemory else { throw Self.tooMuch }
    // No more faults are told, and each takes time to find its place.
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
