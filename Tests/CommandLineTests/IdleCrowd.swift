import Foundation
import Glibc
import TestSupport

/// Many connections that say little or nothing, held by a process of their own, so that all end at once when it does.
final class IdleCrowd {
  private let process: StartedProgram

  /// Begins to connect; the server's figures tell when all are there.
  ///
  /// - Parameters:
  ///   - request: what each fourth sends before it falls silent.
  ///   - file: where the request is written for the process to read.
  init(count: Int, port: UInt16, request: [UInt8], file: URL) throws {
    try Data(request).write(to: file)
    process = try StartedProgram(
      "/bin/bash", ["-c", Self.script, "crowd", String(count), String(port), file.path],
      input: .open)
  }

  deinit { leave() }

  /// Ends the process, and with it all its connections at once.
  func leave() {
    process.signal(SIGKILL)
    _ = process.wait()
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
