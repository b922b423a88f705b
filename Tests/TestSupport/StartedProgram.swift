import CSystem
import Core
import Foundation
import Glibc
import Synchronization

/// A program that a test has started. It is killed at the latest when nobody holds this any more.
///
/// Foundation's `Process` is not used: its `run` reads the folder of this process's descriptors and copies 256 bytes for
/// each name, beyond the buffer's end where there are more than some 1,300 of them.
package final class StartedProgram: Sendable {
  /// What a program has for its input.
  package enum Input {
    /// An end of input at once.
    case empty
    /// These bytes, and then the end.
    case bytes([UInt8])
    /// Nothing, and no end before this is gone.
    case open
  }

  /// Where its output is written.
  package enum Output {
    /// Where the tests' own is written.
    case inherited
    /// A pipe, for standard output and standard error together, or for standard output alone.
    case pipe(withErrors: Bool)
    /// Files, so that no pipe can fill or be held open.
    case files(output: String, errors: String)
  }

  /// Its process id.
  package let pid: pid_t
  /// The write end of its input, or -1.
  private let input: Int32
  /// The read end of its output, or -1.
  private let output: Int32
  private let end = End()

  /// How it ended, for the thread that waits for it.
  private final class End: Sendable {
    let status = Guarded<Int32?>(nil)
    let isThere = DispatchSemaphore(value: 0)
  }

  /// - Parameters:
  ///   - path: the program's file.
  ///   - environment: all of it; `nil` for that of the tests.
  /// - Throws: `Failure` where it cannot be started.
  package init(
    _ path: String, _ arguments: [String], environment: [String: String]? = nil,
    input: Input = .empty, output: Output = .inherited
  ) throws {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }

    // A parent may have set signals to be ignored, and a thread of theirs may have inherited
    // a loop's mask: a program would hand both on to its own commands.
    var signals = sigset_t()
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    for number in [SIGHUP, SIGINT, SIGQUIT, SIGPIPE] { sigaddset(&signals, number) }
    posix_spawnattr_setsigdefault(&attributes, &signals)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))

    var childEnds: [Int32] = []
    defer { for end in childEnds { close(end) } }
    var writing: Int32 = -1
    switch input {
    case .empty:
      posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    case .bytes, .open:
      let pipe = try Self.pipe()
      posix_spawn_file_actions_adddup2(&actions, pipe.reading, 0)
      childEnds.append(pipe.reading)
      writing = pipe.writing
    }
    var reading: Int32 = -1
    switch output {
    case .inherited: break
    case .pipe(let withErrors):
      let pipe = try Self.pipe()
      posix_spawn_file_actions_adddup2(&actions, pipe.writing, 1)
      if withErrors { posix_spawn_file_actions_adddup2(&actions, pipe.writing, 2) }
      childEnds.append(pipe.writing)
      reading = pipe.reading
    case .files(let output, let errors):
      let flags = O_WRONLY | O_CREAT | O_TRUNC
      posix_spawn_file_actions_addopen(&actions, 1, output, flags, 0o644)
      posix_spawn_file_actions_addopen(&actions, 2, errors, flags, 0o644)
    }
    // The tests' own connections: one that a program holds, too, would not be closed when a test closes it.
    csystem_close_from(&actions, 3)

    let environment = environment ?? ProcessInfo.processInfo.environment
    var words: [UnsafeMutablePointer<CChar>?] = ([path] + arguments).map { strdup($0) } + [nil]
    var variables: [UnsafeMutablePointer<CChar>?] =
      environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { for text in words + variables { free(text) } }
    var started = pid_t()
    let failed = posix_spawn(&started, path, &actions, &attributes, &words, &variables)
    let pid = started
    self.pid = pid
    self.output = reading
    if case .bytes(let bytes) = input, failed == 0 {
      // Less than a pipe holds: nobody is waited for.
      let count = write(writing, bytes, bytes.count)
      close(writing)
      self.input = -1
      guard count == bytes.count else { throw Failure(what: "\(bytes.count) bytes don't fit") }
    } else {
      self.input = writing
    }
    guard failed == 0 else { throw Failure(what: "\(path): \(String(cString: strerror(failed)))") }
    Thread.detachNewThread { [end] in
      var seen = siginfo_t()
      while waitid(P_PID, id_t(pid), &seen, WEXITED | WNOWAIT) < 0, errno == EINTR {}
      // With the lock, so that nobody sends a signal to a process id that is free again.
      end.status.withLock {
        var code: Int32 = 0
        while waitpid(pid, &code, 0) < 0, errno == EINTR {}
        $0 = code & 0x7F == 0 ? (code >> 8) & 0xFF : 128 + (code & 0x7F)
      }
      end.isThere.signal()
    }
  }

  deinit {
    signal(SIGKILL)
    if input >= 0 { close(input) }
    if output >= 0 { close(output) }
  }

  /// Whether it has not ended.
  package var isRunning: Bool { end.status.withLock { $0 == nil } }

  /// Sends it a signal, unless it has ended.
  package func signal(_ number: Int32) {
    // One that could not be started has no process id, and 0 is the whole group.
    end.status.withLock { if $0 == nil, pid > 0 { kill(pid, number) } }
  }

  /// Waits for its end.
  ///
  /// - Returns: the exit status, 128 and the signal's number where a signal ended it, and `nil` where it has not ended in
  ///   time.
  package func wait(within seconds: Int = 15) -> Int32? {
    guard end.isThere.wait(timeout: .now() + .seconds(seconds)) == .success else { return nil }
    end.isThere.signal()
    return end.status.withLock { $0 }
  }

  /// All that it writes to its pipe, to the end.
  package func readToEnd() -> [UInt8] {
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 16_384)
    while output >= 0 {
      let count = read(output, &chunk, chunk.count)
      if count > 0 {
        bytes += chunk[..<count]
      } else if count == 0 || errno != EINTR {
        break
      }
    }
    return bytes
  }

  /// Why a program was not started.
  package struct Failure: Error, CustomStringConvertible {
    let what: String
    package var description: String { what }
  }

  private static func pipe() throws -> (reading: Int32, writing: Int32) {
    var ends: [Int32] = [-1, -1]
    guard Glibc.pipe(&ends) == 0 else { throw Failure(what: "pipe: errno \(errno)") }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    return (ends[0], ends[1])
  }
}
