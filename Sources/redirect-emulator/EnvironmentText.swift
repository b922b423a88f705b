import Core
import Options

/// Variables as a text that another program reads.
enum EnvironmentText: String, CaseIterable, Sendable {
  /// For `eval` and `.` of a POSIX shell.
  case sh
  /// A line `NAME="VALUE"` for each, for the many programs that read a file `.env`.
  case dotenv

  func text(_ variables: [(name: String, value: Word)]) -> [UInt8] {
    switch self {
    case .sh: Self.sh(variables)
    case .dotenv: Self.dotenv(variables)
    }
  }

  /// In single quotes only the closing quote has a meaning: POSIX, Shell Command Language, 2.2.2.
  static func sh(_ variables: [(name: String, value: Word)]) -> [UInt8] {
    var text: [UInt8] = []
    for (name, value) in variables {
      text.append(contentsOf: "export \(name)='".utf8)
      for byte in value.bytes {
        if byte == UInt8(ascii: "'") {
          text.append(contentsOf: #"'\''"#.utf8)
        } else {
          text.append(byte)
        }
      }
      text.append(contentsOf: "'\n".utf8)
    }
    return text
  }

  /// Readers differ in how they treat a backslash or a dollar sign between quotes. The emulator's own values have
  /// neither; a path may.
  private static func dotenv(_ variables: [(name: String, value: Word)]) -> [UInt8] {
    var text: [UInt8] = []
    for (name, value) in variables {
      text.append(contentsOf: "\(name)=".utf8)
      // Most readers take text between single quotes as it is.
      let needsDouble = value.bytes.contains {
        [UInt8(ascii: "'"), UInt8(ascii: "\n")].contains($0)
      }
      let quote = UInt8(ascii: needsDouble ? "\"" : "'")
      text.append(quote)
      for byte in value.bytes {
        switch byte {
        case UInt8(ascii: "\n"): text.append(contentsOf: "\\n".utf8)
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "$"), UInt8(ascii: "`"):
          if quote == UInt8(ascii: "\"") { text.append(UInt8(ascii: "\\")) }
          text.append(byte)
        default: text.append(byte)
        }
      }
      text.append(quote)
      text.append(UInt8(ascii: "\n"))
    }
    return text
  }
}
