import ArgumentParser
import Glibc
import RedirectEmulator

/// Why the program ends without having done what it was asked for, and with which exit status
/// (sysexits.h, where it has one).
enum Failure: Error {
  /// Wrong usage: 64.
  case usage(String)
  /// A file that does not hold what it should: 65.
  case data(String)
  /// The address cannot be listened on: 69.
  case unavailable(String)
  /// The system refused something: 71.
  case system(String)
  /// Rules that never fired, with `--require-rules`: 1.
  case unusedRules(String)
  /// A command that could not be started: 126 or 127, as shells have it.
  case command(String, status: Int32)

  var status: Int32 {
    switch self {
    case .usage: 64
    case .data: 65
    case .unavailable: 69
    case .system: 71
    case .unusedRules: 1
    case .command(_, let status): status
    }
  }

  var message: String {
    switch self {
    case .usage(let text), .data(let text), .unavailable(let text), .system(let text),
      .unusedRules(let text), .command(let text, _):
      text
    }
  }

  func exit() -> Never {
    StandardError.write("error: \(message)\n")
    Glibc.exit(status)
  }
}
