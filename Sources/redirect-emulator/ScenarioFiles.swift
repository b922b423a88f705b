import Documents
import Core
import RedirectEmulator
import Scenarios

/// The scenario files of the command line, as one scenario with their rules in order.
struct ScenarioFiles: Sendable {
  let paths: [Path]

  init(_ paths: [Path]) {
    self.paths = paths
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
  /// - Throws: ``Failure/data(_:)`` with all that is wrong, a line each: `FILE:LINE:COLUMN: MESSAGE`.
  func loadCounted() throws(Failure) -> Loaded {
    var loaded = Loaded()
    for path in paths {
      let scenario = try Self.load(path, option: "scenario")
      loaded.counts.append((path, scenario.rules.count + scenario.connections.count))
      if loaded.scenario == nil {
        loaded.scenario = scenario
      } else {
        loaded.scenario?.append(scenario)
      }
    }
    return loaded
  }

  /// Reads all files, as ``loadCounted()`` does.
  ///
  /// - Returns: nil where there is none.
  func load() throws(Failure) -> Scenario? { try loadCounted().scenario }

  /// Reads one file.
  ///
  /// - Parameter option: the option that named the file, for the message; nil where an argument did.
  static func load(_ path: Path, option: String? = nil) throws(Failure) -> Scenario {
    let text = try TextFile.read(path, option: option)
    do throws(DocumentErrors) {
      return try ScenarioDecoder.decode(text)
    } catch {
      throw .data(lines(path, error.issues))
    }
  }

  /// Issues as compilers write them, so that editors find their places.
  static func lines(_ path: Path, _ issues: [DocumentIssue]) -> String {
    issues.map { "\(path):\($0.line):\($0.column): \($0.message)" }.joined(separator: "\n")
  }
}
