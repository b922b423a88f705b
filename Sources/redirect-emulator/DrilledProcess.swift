import CSystem
import Core
import Glibc
import Options

/// The command that `drill` runs for a day: an app, or a test run. It leads a process group of its own, which is ended
/// as a whole, and what it prints is read here.
final class DrilledProcess {
  private let pid: pid_t
  /// The end of a pipe that all its output comes through; nil when that has ended.
  private(set) var output: Int32?
  /// The end of what it printed.
  private(set) var printed: [UInt8] = []
  /// Whether ``end()`` was called.
  private var hasEnded = false
  /// How it ended; nil while it runs.
  private(set) var status: Int32?

  /// Bytes of its output that are kept.
  private static let mostOutput = 16 << 10
  /// How long its group gets for ending, until it is killed.
  private static let grace = Duration.seconds(3)

  /// - Throws: ``Failure/command(_:status:)``, ``Failure/system(_:)``.
  init(_ command: [Word], environment: [Word], found: FoundSignals) throws(Failure) {
    var pipe: [Int32] = [-1, -1]
    guard Glibc.pipe(&pipe) == 0 else {
      throw .system("pipe: \(String(cString: strerror(errno)))")
    }
    for descriptor in pipe { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
    _ = fcntl(pipe[0], F_SETFL, O_NONBLOCK)
    let input = open("/dev/null", O_RDONLY | O_CLOEXEC)
    defer {
      close(pipe[1])
      if input >= 0 { close(input) }
    }
    do throws(Failure) {
      pid = try ChildProcess.start(
        command, environment: environment, found: found, streams: [input, pipe[1], pipe[1]],
        by: "drill")
    } catch {
      close(pipe[0])
      throw error
    }
    output = pipe[0]
  }

  deinit {
    if let output { close(output) }
  }

  /// The end of what it printed, from the beginning of a line where there is one.
  var text: String {
    let isCut = printed.count >= Self.mostOutput
    let lines = isCut ? printed.drop { $0 != ASCII.lineFeed }.dropFirst() : printed[...]
    return String(decoding: lines, as: UTF8.self)
  }

  /// Forgets what it has printed.
  func forgetOutput() {
    read()
    printed = []
  }

  /// Takes what it printed, without waiting.
  func read() {
    guard let descriptor = output else { return }
    var buffer = [UInt8](repeating: 0, count: 16 << 10)
    // A program that prints without end is left some of its output, so that there is time for others.
    for _ in 0..<16 {
      let count = Glibc.read(descriptor, &buffer, buffer.count)
      if count < 0, errno == EINTR { continue }
      if count < 0, errno == EAGAIN { return }
      guard count > 0 else {
        close(descriptor)
        output = nil
        return
      }
      printed += buffer[..<count]
      if printed.count > Self.mostOutput { printed.removeFirst(printed.count - Self.mostOutput) }
    }
  }

  /// Takes all children that have ended: the first process of a container inherits orphans.
  func reap() {
    while true {
      var status: Int32 = 0
      let ended = waitpid(-1, &status, WNOHANG)
      if ended < 0, errno == EINTR { continue }
      guard ended > 0 else { return }
      if ended == pid {
        let signal = status & 0x7F
        self.status = signal == 0 ? (status >> 8) & 0xFF : 128 + signal
      }
    }
  }

  /// How long others of its group get for what they still print, when the command has ended.
  private static let graceOfOthers = Duration.milliseconds(500)
  /// How long the end of its output is waited for, when all of its group are gone.
  private static let graceOfOutput = Duration.milliseconds(200)

  /// Ends its group: SIGTERM, and SIGKILL where that does not end the command in time. What it left running gets a little
  /// longer, and is killed. The output is read to its end.
  func end() {
    // The number of a group that is gone may be another's.
    guard !hasEnded else { return }
    hasEnded = true
    reap()
    if status == nil {
      kill(-pid, SIGTERM)
      let deadline = ContinuousClock.now.advanced(by: Self.grace)
      while status == nil, ContinuousClock.now < deadline {
        var pause = timespec(tv_sec: 0, tv_nsec: 5_000_000)
        nanosleep(&pause, nil)
        read()
        reap()
      }
    }
    readOutput(within: Self.graceOfOthers) { kill(-self.pid, 0) == 0 }
    kill(-pid, SIGKILL)
    while status == nil {
      var pause = timespec(tv_sec: 0, tv_nsec: 1_000_000)
      nanosleep(&pause, nil)
      reap()
    }
    readOutput(within: Self.graceOfOutput) { true }
  }

  /// Reads until the output has ended, for a time at most.
  private func readOutput(within time: Duration, while isWanted: () -> Bool) {
    let deadline = ContinuousClock.now.advanced(by: time)
    read()
    while output != nil, isWanted(), ContinuousClock.now < deadline {
      var pause = timespec(tv_sec: 0, tv_nsec: 5_000_000)
      nanosleep(&pause, nil)
      read()
      reap()
    }
  }
}
