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

  /// Reads all files.
  ///
  /// - Returns: nil where there is none.
  /// - Throws: ``Failure/data(_:)`` with all that is wrong, a line each: `FILE:LINE:COLUMN: MESSAGE`.
  func load() throws(Failure) -> Scenario? {
    var joined: Scenario?
    for path in paths {
      let scenario = try Self.load(path, option: "scenario")
      if joined == nil { joined = scenario } else { joined?.append(scenario) }
    }
    if let memory = joined?.patternMemory, memory > Scenario.mostPatternMemory {
      throw .data(
        "The regular expressions of the scenario files may need \(Scenario.mostPatternMemory >> 20) MiB of memory together; they need more."
      )
    }
    return joined
  }

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
