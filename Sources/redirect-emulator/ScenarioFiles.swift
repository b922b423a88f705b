import Core
import Documents
import Glibc
import Options
import RedirectEmulator
import Scenarios

/// The rules of the command line and the environment, in order, as one scenario. They are from files, folders of files,
/// standard input, and a variable that holds the text.
struct ScenarioFiles: Sendable {
  /// One source of rules.
  enum Source: Sendable {
    /// A file, or a folder with files. Which one it is shows when it is read.
    case path(Path, subject: String)
    /// A text that was read and cannot be read again, and its name for messages.
    case text(String, name: Path)
  }

  let sources: [Source]
  /// The file that this process writes itself. In a folder with scenarios it is skipped.
  private let readyFile: Path?

  /// Standard input, by its name on command lines.
  static let standardInput = Path("-")

  /// The endings of files in a folder.
  private static let endings = [".yaml", ".yml", ".json"]
  static let form = "*.yaml, *.yml or *.json"

  /// - Throws: ``Failure/data(_:)`` if standard input cannot be read.
  init(_ values: Values) throws(Failure) {
    var sources: [Source] = []
    for path in values[ServeOptions.scenario] {
      sources.append(
        try Self.source(
          path, values.subject(of: ServeOptions.scenario, value: Word(path.bytes))))
    }
    // After the files, so that the command line's rules come first.
    if let text = values[ServeOptions.scenarioText] {
      sources.append(
        .text(text, name: Path(Program.redirectEmulator.variable(of: ServeOptions.textVariable))))
    }
    self.sources = sources
    readyFile = values[ServeOptions.readyFile]
  }

  /// The source that an argument names.
  ///
  /// - Throws: ``Failure/data(_:)`` if standard input cannot be read.
  init(_ path: Path) throws(Failure) {
    sources = [try Self.source(path, path.shown)]
    readyFile = nil
  }

  private static func source(_ path: Path, _ subject: String) throws(Failure) -> Source {
    guard path == standardInput else { return .path(path, subject: subject) }
    return .text(try TextFile.readStandardInput(subject), name: path)
  }

  /// The result of reading all sources.
  struct Loaded {
    /// nil if there is nothing to read rules from.
    var scenario: Scenario?
    /// Each file or text, with its rules for requests and for connections.
    var parts: [(name: Path, scenario: Scenario)] = []
    /// The folders without a file to read, by their names for messages.
    var emptyFolders: [String] = []
  }

  /// Reads all of them.
  ///
  /// - Parameter takesPipes: whether a pipe is read. If a pipe replaced a file meanwhile, reading it would wait.
  /// - Throws: ``Failure/data(_:)`` with everything that is wrong, one line for each: `FILE:LINE:COLUMN: MESSAGE`.
  func load(takesPipes: Bool = true) throws(Failure) -> Loaded {
    var loaded = Loaded()
    var wrong: [String] = []
    func read(_ name: Path, _ text: () throws(Failure) -> String) throws(Failure) {
      do throws(Failure) {
        loaded.parts.append((name, try Self.decode(try text(), name)))
      } catch {
        guard case .data(let lines) = error else { throw error }
        wrong += lines
      }
    }
    for source in sources {
      switch source {
      case .text(let text, let name):
        try read(name) { () throws(Failure) in text }
      case .path(let path, let subject):
        guard let files = files(in: path) else {
          try read(path) { () throws(Failure) in
            if !takesPipes, FileStatus(following: path)?.kind == S_IFIFO {
              throw .data(["\(subject): it is a pipe now, and cannot be read again"])
            }
            return try TextFile.read(path, subject)
          }
          continue
        }
        if files.isEmpty { loaded.emptyFolders.append(subject) }
        for file in files {
          try read(file) { () throws(Failure) in
            if let status = FileStatus(following: file), status.kind != S_IFREG {
              throw .data(["\(subject): \(file.shown) is \(status.name), expected a plain file"])
            }
            return try TextFile.read(file, "\(subject): \(file.shown)")
          }
        }
      }
    }
    if !wrong.isEmpty { throw .data(wrong) }
    for (_, scenario) in loaded.parts {
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

  /// The files with scenarios in a folder, in the order of their names; nil if the path is not a folder.
  func files(in folder: Path) -> [Path]? {
    guard let names = folder.names() else { return nil }
    let own = readyFile.flatMap { FileStatus(following: $0) }
    var files: [Path] = []
    for name in names where Self.isOfFolder(name) {
      let file = folder.joined(with: Path(name))
      let status = FileStatus(following: file)
      if let status, status.kind == S_IFDIR || status.isSameFile(as: own) { continue }
      files.append(file)
    }
    return files
  }

  /// Whether a file with this name in a folder has a scenario, by its ending. Hidden files belong to editors and tools.
  static func isOfFolder(_ name: [UInt8]) -> Bool {
    name.first != UInt8(ascii: ".")
      && endings.contains { name.suffix($0.utf8.count) == Array($0.utf8)[...] }
  }

  private static func decode(_ text: String, _ name: Path) throws(Failure) -> Scenario {
    do throws(DocumentErrors) {
      var scenario = try ScenarioDecoder.decode(text)
      scenario.wasRead(from: ShownText.line(name.bytes))
      return scenario
    } catch {
      throw .data(error.issues.map { place(name, $0.line, $0.column) + ": " + $0.message })
    }
  }

  /// A place in the form that compilers use, so that editors find it: the whole path, on one line.
  static func place(_ path: Path, _ line: Int, _ column: Int) -> String {
    "\(ShownText.line(path.bytes)):\(line):\(column)"
  }
}
