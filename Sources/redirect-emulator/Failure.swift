import Glibc
import Options

/// Why the program ends without having done what it was asked for, and with which exit status
/// (sysexits.h, where it has one).
enum Failure: Error {
  /// A command line or a variable that is wrong: 64.
  case wrongUsage(UsageError)
  /// Wrong usage that shows only when the program runs: 64.
  case usage(String)
  /// A file that does not hold what it should: 65.
  case data(String)
  /// The address cannot be listened on: 69.
  case unavailable(String)
  /// The system refused something: 71.
  case system(String)
  /// A file that cannot be written: 73.
  case cannotCreate(String)
  /// Rules that never fired, with `--require-rules`: 1.
  case unusedRules(String)
  /// A command that could not be started: 126 or 127, as shells have it.
  case command(String, status: Int32)
  /// All has been said: only the status is left.
  case status(Int32)

  var status: Int32 {
    switch self {
    case .wrongUsage, .usage: 64
    case .data: 65
    case .unavailable: 69
    case .system: 71
    case .cannotCreate: 73
    case .unusedRules: 1
    case .command(_, let status), .status(let status): status
    }
  }

  /// A line for each thing that is wrong.
  var message: String {
    switch self {
    case .wrongUsage(let error): error.problems.map(\.message).joined(separator: "\n")
    case .usage(let text), .data(let text), .unavailable(let text), .system(let text),
      .cannotCreate(let text), .unusedRules(let text), .command(let text, _):
      text
    case .status: ""
    }
  }

  func exit() -> Never {
    if case .wrongUsage(let error) = self {
      for line in error.lines { StandardError.write(line + "\n") }
    } else {
      for line in message.split(separator: "\n") { StandardError.write("error: \(line)\n") }
    }
    Glibc.exit(status)
  }
}
