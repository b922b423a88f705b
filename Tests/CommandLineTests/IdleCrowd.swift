import Foundation
import TestSupport

/// Many connections that say little or nothing, held by a process of their own: Foundation's `Process.run`, which other
/// tests call meanwhile, reads beyond a buffer's end in a process that has more than 1,300 descriptors or so.
final class IdleCrowd {
  private let process = Process()

  /// Begins to connect; the server's figures tell when all are there.
  ///
  /// - Parameters:
  ///   - request: what each fourth sends before it falls silent.
  ///   - file: where the request is written for the process to read.
  init(count: Int, port: UInt16, request: [UInt8], file: URL) throws {
    try Data(request).write(to: file)
    process.executableURL = URL(filePath: "/bin/bash")
    process.arguments = ["-c", Self.script, "crowd", String(count), String(port), file.path]
    process.standardInput = Pipe()
    try process.run()
  }

  deinit { leave() }

  /// Ends the process, and with it all its connections at once.
  func leave() {
    guard process.isRunning else { return }
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
  }

  /// It stays until its input ends, which is when nobody holds this any more.
  private static let script = """
    ulimit -Sn $(($1 + 100)) || exit
    request=$(<"$3")
    for ((number = 0; number < $1; number++)); do
      exec {connection}<>"/dev/tcp/127.0.0.1/$2" || exit
      ((number % 4)) || printf %s "$request" >&"$connection"
    done
    read -r
    """
}
