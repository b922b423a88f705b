import Core
import Glibc
import Options

/// Why the program ends without having done its work, and with which exit status (from sysexits.h, if it has one).
enum Failure: Error {
  /// A command line or a variable that is wrong: 64.
  case wrongUsage(UsageError)
  /// Wrong usage that shows only when the program runs: 64.
  case usage([String])
  /// A file with wrong content: 65.
  case data([String])
  /// It cannot listen on the address: 69.
  case unavailable(String)
  /// The system refused something: 71.
  case system(String)
  /// A file that cannot be written: 73.
  case cannotCreate(String)
  /// Standard output cannot be written: 74.
  case output(String)
  /// The reader of standard output went away: the program ends without a message, as SIGPIPE ends a filter.
  case readerLeft
  /// Rules that never fired, with `--require-rules`: 1.
  case unusedRules(String)
  /// An emulator that is not ready: 1.
  case notReady(String)
  /// A command that could not be started: 126 or 127, as in shells.
  case command(String, status: Int32)
  /// Everything has been reported: only the status is left.
  case status(Int32)

  var status: Int32 {
    switch self {
    case .wrongUsage, .usage: 64
    case .data: 65
    case .unavailable: 69
    case .system: 71
    case .cannotCreate: 73
    case .output: 74
    case .readerLeft: 128 + SIGPIPE
    case .unusedRules, .notReady: 1
    case .command(_, let status), .status(let status): status
    }
  }

  /// A line for each thing that is wrong, with control characters escaped.
  var lines: [String] {
    let texts =
      switch self {
      case .wrongUsage(let error): error.problems.map(\.message)
      case .usage(let texts), .data(let texts): texts
      case .unavailable(let text), .system(let text), .cannotCreate(let text), .output(let text),
        .unusedRules(let text), .notReady(let text), .command(let text, _):
        [text]
      case .readerLeft, .status: [String]()
      }
    return texts.map { ShownText.line($0) }
  }

  func exit() -> Never {
    switch self {
    case .wrongUsage(let error):
      for line in error.lines { StandardError.write(line + "\n") }
    case .readerLeft:
      signal(SIGPIPE, SIG_DFL)
      raise(SIGPIPE)
    // The first process of a container is not ended by a signal that it does not catch, so it ends below.
    default:
      for line in lines { StandardError.write("error: \(line)\n") }
    }
    Glibc.exit(status)
  }
}
