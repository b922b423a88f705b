import RedirectEmulator

/// How log lines look.
enum LogFormat: String, CaseIterable, Sendable {
  case text, json

  /// A line with its end.
  func text(_ line: LogLine) -> String {
    var text: String
    switch self {
    case .text:
      text = "\(line.timestamp) \(line.level) \(line.message)"
      for field in line.fields { text += " \(field.name)=\(Self.word(field.value.description))" }
    case .json:
      text =
        "{\"time\":\"\(line.timestamp)\",\"level\":\"\(line.level)\",\"message\":\(Self.quoted(line.message))"
      for field in line.fields {
        text += ",\(Self.quoted(field.name)):\(Self.quoted(field.value.description))"
      }
      text += "}"
    }
    return text + "\n"
  }

  /// A value as it is, or quoted where it would not read as one word.
  private static func word(_ text: String) -> String {
    let plain =
      !text.isEmpty && text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != 0x22 && $0 != 0x3D }
    return plain ? text : quoted(text)
  }

  private static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      case _ where scalar.value < 0x20 || scalar.value == 0x7F:
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
