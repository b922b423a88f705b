import Core
import Documents
import Options
import RedirectEmulator
import Scenarios

/// The scenario files of the command line, as one scenario with their rules in order.
struct ScenarioFiles: Sendable {
  let paths: [Path]
  /// How messages name each of them.
  private let subjects: [String]

  init(_ values: Values) {
    paths = values[ServeOptions.scenario]
    subjects = paths.map { values.subject(of: ServeOptions.scenario, value: Word($0.bytes)) }
  }

  /// All files together.
  struct Loaded {
    /// nil where there is no file.
    var scenario: Scenario?
    /// How many rules each file has, for requests and for connections.
    var counts: [(path: Path, rules: Int)] = []
  }

  /// Reads all files.
  ///
  /// - Parameter takesPipes: whether a pipe is read. One that comes into the place of a file would be waited for.
  /// - Throws: ``Failure/data(_:)`` with all that is wrong, a line each: `FILE:LINE:COLUMN: MESSAGE`.
  func load(takesPipes: Bool = true) throws(Failure) -> Loaded {
    var loaded = Loaded()
    for (path, subject) in zip(paths, subjects) {
      if !takesPipes, TextFile.isPipe(path) {
        throw .data(["\(subject): it is a pipe now, and cannot be read again"])
      }
      let scenario = try Self.load(path, subject)
      loaded.counts.append((path, scenario.rules.count + scenario.connections.count))
      if loaded.scenario == nil {
        loaded.scenario = scenario
      } else {
        loaded.scenario?.append(scenario)
      }
    }
    if let memory = loaded.scenario?.patternMemory, memory > Scenario.mostPatternMemory {
      throw .data([
        "The regular expressions of the scenario files may need \(Scenario.mostPatternMemory >> 20) MiB of memory together; they need more."
      ])
    }
    return loaded
  }

  /// Reads one file.
  ///
  /// - Parameter subject: how the message names a file that cannot be read.
  static func load(_ path: Path, _ subject: String) throws(Failure) -> Scenario {
    let text = try TextFile.read(path, subject)
    do throws(DocumentErrors) {
      return try ScenarioDecoder.decode(text)
    } catch {
      throw .data(error.issues.map { place(path, $0.line, $0.column) + ": " + $0.message })
    }
  }

  /// A place as compilers write it, so that editors find it: the whole path, on one line.
  static func place(_ path: Path, _ line: Int, _ column: Int) -> String {
    "\(ShownText.line(path.bytes)):\(line):\(column)"
  }
}
