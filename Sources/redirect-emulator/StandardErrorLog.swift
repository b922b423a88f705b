import ArgumentParser
import Glibc
import HTTP1
import Logging

/// How log lines look.
enum LogFormat: String, ExpressibleByArgument, CaseIterable {
  case text, json
}

/// Log lines on standard error, one write each, so that lines of several threads never mix.
struct StandardErrorLog: LogHandler {
  var metadata: Logger.Metadata = [:]
  var logLevel = Logger.Level.info

  private let format: LogFormat

  init(format: LogFormat) {
    self.format = format
  }

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    var members = metadata
    if let own = event.metadata { members.merge(own) { $1 } }
    let sorted = members.sorted { $0.key < $1.key }
    let time = Timestamp.now()
    var line: String
    switch format {
    case .text:
      line = "\(time) \(event.level) \(event.message)"
      for (name, value) in sorted { line += " \(name)=\(Self.word("\(value)"))" }
    case .json:
      line =
        "{\"time\":\"\(time)\",\"level\":\"\(event.level)\",\"message\":\(Self.quoted("\(event.message)"))"
      for (name, value) in sorted { line += ",\(Self.quoted(name)):\(Self.quoted("\(value)"))" }
      line += "}"
    }
    StandardError.write(line + "\n")
  }

  /// A value as it stands, or quoted where it would not read as one word.
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
