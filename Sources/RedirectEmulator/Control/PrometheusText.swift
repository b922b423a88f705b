/// Writes families of samples. Names and label values are the emulator's own words. Names of faults are checked when a
/// scenario is read, but are escaped too.
struct PrometheusText {
  enum Kind: String {
    case counter, gauge, histogram
  }

  private(set) var bytes: [UInt8] = []
  private var name = ""

  mutating func family(
    _ name: String, _ kind: Kind, _ help: String, _ samples: (inout PrometheusText) -> Void
  ) {
    self.name = "redirect_emulator_" + name
    append("# HELP \(self.name) \(help)\n# TYPE \(self.name) \(kind.rawValue)\n")
    samples(&self)
  }

  mutating func single(
    _ name: String, _ kind: Kind, _ help: String, _ value: some CustomStringConvertible
  ) {
    family(name, kind, help) { $0.sample(nil, value) }
  }

  mutating func sample(
    suffix: String = "", _ label: (name: String, value: String)?,
    _ value: some CustomStringConvertible
  ) {
    let labels = label.map { "{\($0.name)=\"\(Self.escaped($0.value))\"}" } ?? ""
    append("\(name)\(suffix)\(labels) \(value)\n")
  }

  /// Nanoseconds as a decimal number of seconds.
  static func seconds(_ nanoseconds: Int64) -> String {
    let magnitude = nanoseconds.magnitude
    let fraction = String(magnitude % 1_000_000_000)
    var text = String(repeating: "0", count: 9 - fraction.count) + fraction
    while text.hasSuffix("0"), text.count > 1 { text.removeLast() }
    return "\(nanoseconds < 0 ? "-" : "")\(magnitude / 1_000_000_000).\(text)"
  }

  private mutating func append(_ text: String) {
    bytes.append(contentsOf: text.utf8)
  }

  private static func escaped(_ value: String) -> String {
    var text = ""
    for character in value.unicodeScalars {
      switch character {
      case "\\": text += "\\\\"
      case "\"": text += "\\\""
      case "\n": text += "\\n"
      default: text.unicodeScalars.append(character)
      }
    }
    return text
  }
}
