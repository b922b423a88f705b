import Foundation
import Glibc
import TestSupport
import Testing

/// The built program, run as a process of its own with nothing of this one's environment but PATH. Its output is written to
/// files, so that no pipe can fill or be held open; it is killed at the latest when nobody holds this any more.
final class EmulatorProcess {
  /// A folder of this process's own, which is also its TMPDIR's parent.
  let folder: URL
  private let process: StartedProgram

  /// The program beside the test bundle, wherever that was built.
  static let binary: URL = {
    let beside = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
      .deletingLastPathComponent().appending(path: "redirect-emulator")
    if FileManager.default.isExecutableFile(atPath: beside.path) { return beside }
    return URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: ".build/debug/redirect-emulator")
  }()

  /// - Parameters:
  ///   - arguments: `FOLDER` in them stands for the process's folder.
  ///   - files: written into the folder before the start.
  ///   - descriptorLimit: RLIMIT_NOFILE, set by a shell that then becomes the program.
  ///   - softDescriptorLimit: the same, and the hard limit stays as it is.
  init(
    _ arguments: [String], environment: [String: String] = [:], files: [String: String] = [:],
    descriptorLimit: Int? = nil, softDescriptorLimit: Int? = nil
  ) throws {
    let made = FileManager.default.temporaryDirectory.appending(path: "emulator-\(UUID())")
    folder = made
    try FileManager.default.createDirectory(
      at: made.appending(path: "tmp"), withIntermediateDirectories: true)
    for (name, text) in files {
      try text.write(to: made.appending(path: name), atomically: true, encoding: .utf8)
    }
    var arguments = arguments.map { $0.replacingOccurrences(of: "FOLDER", with: made.path) }
    var program = Self.binary.path
    let limit = descriptorLimit.map { "-n \($0)" } ?? softDescriptorLimit.map { "-S -n \($0)" }
    if let limit {
      program = "/bin/sh"
      arguments =
        ["-c", "ulimit \(limit) && exec \"$0\" \"$@\"", Self.binary.path] + arguments
    }
    // Under a sanitizer the program reports as the tests do.
    let inherited = ProcessInfo.processInfo.environment
      .filter { $0.key == "PATH" || $0.key.hasSuffix("SAN_OPTIONS") }
    process = try StartedProgram(
      program, arguments,
      environment: environment.mapValues { $0.replacingOccurrences(of: "FOLDER", with: made.path) }
        .merging(inherited) { own, _ in own }
        .merging(["TMPDIR": made.appending(path: "tmp").path]) { own, _ in own },
      output: .files(
        output: made.appending(path: "stdout").path, errors: made.appending(path: "stderr").path))
  }

  deinit {
    process.signal(SIGKILL)
    try? FileManager.default.removeItem(at: folder)
  }

  var pid: Int32 { process.pid }
  var output: String { read("stdout") }
  var errors: String { read("stderr") }

  /// The text of a file in the folder; empty where there is none.
  func read(_ name: String) -> String {
    (try? String(contentsOf: folder.appending(path: name), encoding: .utf8)) ?? ""
  }

  /// What is left in the folder that the program takes for temporary files.
  var temporaryFiles: [String] {
    (try? FileManager.default.subpathsOfDirectory(atPath: folder.appending(path: "tmp").path)) ?? []
  }

  func signal(_ number: Int32) { process.signal(number) }

  /// Waits for the end.
  ///
  /// - Returns: the exit status; 128 and the signal's number where a signal ended it.
  func wait(within seconds: Int = 15) throws -> Int32 {
    guard let status = process.wait(within: seconds) else {
      throw RawClient.Failure(description: "still running; it said: \(output)\n\(errors)")
    }
    return status
  }

  /// Runs to the end.
  static func run(
    _ arguments: [String], environment: [String: String] = [:], files: [String: String] = [:]
  ) throws -> (status: Int32, process: EmulatorProcess) {
    let process = try EmulatorProcess(arguments, environment: environment, files: files)
    return (try process.wait(), process)
  }

  /// Serves on a free port, and is ready on return.
  static func serving(
    _ options: [String] = [], environment: [String: String] = [:], files: [String: String] = [:],
    descriptorLimit: Int? = nil, softDescriptorLimit: Int? = nil
  ) throws -> (process: EmulatorProcess, ready: JSON, port: UInt16) {
    let process = try EmulatorProcess(
      ["serve", "--port", "0", "--ready-file", "FOLDER/ready.json"] + options,
      environment: environment, files: files, descriptorLimit: descriptorLimit,
      softDescriptorLimit: softDescriptorLimit)
    let path = process.folder.appending(path: "ready.json").path
    guard
      becomesTrue({ FileManager.default.fileExists(atPath: path) || !process.process.isRunning }),
      let ready = try? JSON(process.read("ready.json")), let port = ready["port"].number
    else { throw RawClient.Failure(description: "not ready: \(process.errors)") }
    return (process, ready, UInt16(port))
  }
}
