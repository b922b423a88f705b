import Foundation
import Glibc
import TestSupport
import Testing

/// The built program, run as a process of its own with nothing of this one's environment but PATH. Its output goes to
/// files, so that no pipe can fill or be held open; it is killed at the latest when nobody holds this any more.
final class EmulatorProcess {
  /// A folder of this process's own, which is also its TMPDIR's parent.
  let folder: URL
  private let process = Process()
  private let ended = DispatchSemaphore(value: 0)

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
    process.executableURL = Self.binary
    let limit = descriptorLimit.map { "-n \($0)" } ?? softDescriptorLimit.map { "-S -n \($0)" }
    if let limit {
      process.executableURL = URL(filePath: "/bin/sh")
      arguments =
        ["-c", "ulimit \(limit) && exec \"$0\" \"$@\"", Self.binary.path] + arguments
    }
    process.arguments = arguments
    // Under a sanitizer the program reports as the tests do.
    let inherited = ProcessInfo.processInfo.environment
      .filter { $0.key == "PATH" || $0.key.hasSuffix("SAN_OPTIONS") }
    process.environment =
      environment.mapValues { $0.replacingOccurrences(of: "FOLDER", with: made.path) }
      .merging(inherited) { own, _ in own }
      .merging(["TMPDIR": made.appending(path: "tmp").path]) { own, _ in own }
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = try Self.file(made.appending(path: "stdout"))
    process.standardError = try Self.file(made.appending(path: "stderr"))
    process.terminationHandler = { [ended] _ in ended.signal() }
    Self.ignoresNoEndingSignal
    try Self.withNoSignalBlocked { try process.run() }
  }

  /// Tests that run in the background may have been told to ignore signals, and the program would ignore them, too.
  private static let ignoresNoEndingSignal: Void = {
    for number in [SIGHUP, SIGINT, SIGQUIT] {
      var action = sigaction()
      sigaction(number, nil, &action)
      // Before its first use a process has either that or the default.
      if unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self) == 1 {
        Glibc.signal(number, SIG_DFL)
      }
    }
  }()

  /// The program hands its mask on to a command, and a thread of the tests may have inherited that of a loop's thread.
  private static func withNoSignalBlocked(_ body: () throws -> Void) rethrows {
    var none = sigset_t()
    var before = sigset_t()
    sigemptyset(&none)
    pthread_sigmask(SIG_SETMASK, &none, &before)
    defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
    try body()
  }

  deinit {
    if process.isRunning { kill(process.processIdentifier, SIGKILL) }
    try? FileManager.default.removeItem(at: folder)
  }

  private static func file(_ url: URL) throws -> FileHandle {
    try Data().write(to: url)
    return try FileHandle(forWritingTo: url)
  }

  var pid: Int32 { process.processIdentifier }
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

  func signal(_ number: Int32) { kill(process.processIdentifier, number) }

  /// Waits for the end.
  ///
  /// - Returns: the exit status; 128 and the signal's number where a signal ended it.
  func wait(within seconds: Int = 15) throws -> Int32 {
    guard ended.wait(timeout: .now() + .seconds(seconds)) == .success else {
      throw RawClient.Failure(description: "still running; it said: \(output)\n\(errors)")
    }
    ended.signal()
    return process.terminationReason == .uncaughtSignal
      ? 128 + process.terminationStatus : process.terminationStatus
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
