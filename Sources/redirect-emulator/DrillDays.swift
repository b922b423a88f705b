import Core
import Documents
import Options
import RedirectEmulator
import Scenarios

/// The days of a drill: those that come with the program, and those of files.
struct DrillDays {
  /// A day with its rules.
  struct Entry: Sendable {
    let day: Day
    let scenario: Scenario
    /// Whether it is of a file, and does not come with the program.
    let isOfFile: Bool
  }

  /// Those that are to be run, in order.
  let chosen: [Entry]

  /// - Parameters:
  ///   - names: of `--day`, each with what messages call it; none chooses all.
  ///   - files: of `--days`; none means those that come with the program.
  ///   - seed: that each day gets; nil leaves it its own.
  /// - Throws: ``Failure/usage(_:)`` for a name that no day has; ``Failure/data(_:)`` for a file that is not a day.
  init(
    names: [(name: String, subject: String)], files: [(path: Path, subject: String)], seed: Int?
  ) throws(Failure) {
    var ofFiles: [Entry] = []
    for (path, subject) in files {
      let loaded = try ScenarioFiles(path).load(takesPipes: false)
      if loaded.parts.isEmpty { throw .data(["\(subject): no day is in this folder"]) }
      for (name, scenario) in loaded.parts {
        guard let day = scenario.day else {
          throw .data([
            "\(ScenarioFiles.place(name, 1, 1)): the file has no section 'day', which says what is expected of an app"
          ])
        }
        ofFiles.append(Entry(day: day, scenario: scenario, isOfFile: true))
      }
    }
    let own = try Self.embedded()
    let all = ofFiles + own
    var chosen: [Entry] = []
    var wrong: [String] = []
    for (name, subject) in names {
      if let entry = all.first(where: { $0.day.isNamed(name) }) {
        chosen.append(entry)
      } else {
        let hint = Self.hint(for: name, among: all.map(\.day.name))
        wrong.append("\(subject): no day has this name\(hint); drill --list shows them all")
      }
    }
    if !wrong.isEmpty { throw .usage(wrong) }
    if names.isEmpty { chosen = files.isEmpty ? own : ofFiles }
    self.chosen = chosen.map { entry in
      guard let seed else { return entry }
      var scenario = entry.scenario
      scenario.seed = UInt64(clamping: seed)
      return Entry(day: entry.day, scenario: scenario, isOfFile: entry.isOfFile)
    }
  }

  /// The days that somebody may have meant: the nearest name, or those that have what was typed as a part; empty where there
  /// is none.
  private static func hint(for name: String, among names: [String]) -> String {
    // Blanks and hyphens are the same in a day's name.
    let words = name.lowercased().map { $0.isLetter || $0.isNumber ? $0 : " " }
    let typed = String(words)
    if let nearest = NearestName.suggestion(for: typed, among: names) {
      return "; did you mean '\(nearest)'?"
    }
    let parts = typed.split(separator: " ")
    let meant = names.filter { day in
      let words = day.lowercased().split(separator: " ")
      return !parts.isEmpty
        && parts.allSatisfy { part in
          words.contains { NearestName.suggestion(for: String(part), among: [String($0)]) != nil }
        }
    }
    guard let last = meant.last else { return "" }
    let quoted = meant.dropLast().map { "'\($0)'" }.joined(separator: ", ")
    return "; did you mean \(quoted.isEmpty ? "" : quoted + " or ")'\(last)'?"
  }

  private static func embedded() throws(Failure) -> [Entry] {
    var entries: [Entry] = []
    for embedded in EmbeddedDay.all {
      do throws(DocumentErrors) {
        let scenario = try embedded.scenario()
        if let day = scenario.day {
          entries.append(Entry(day: day, scenario: scenario, isOfFile: false))
        }
      } catch {
        throw .system("day \(embedded.file): \(error)")
      }
    }
    return entries
  }

  /// A line for each of them: name, kind, and what happens.
  var list: String {
    let width = chosen.map { $0.day.name.count }.max() ?? 0
    return chosen.map { entry in
      let blanks = String(repeating: " ", count: width - entry.day.name.count)
      let kind = entry.day.kind.rawValue
      let kindBlanks = String(repeating: " ", count: max(0, 9 - kind.count))
      let line = "\(entry.day.name)\(blanks)  \(kind)\(kindBlanks)  \(entry.day.about)"
      return ShownText.line(line) + "\n"
    }.joined()
  }
}
