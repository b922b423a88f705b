import RedirectCall

extension DocumentNode {
  /// Appends the value as JSON. RFC 8259.
  package func appendJSON(to output: inout [UInt8]) {
    switch content {
    case .null: output.append(contentsOf: "null".utf8)
    case .bool(let value): output.append(contentsOf: (value ? "true" : "false").utf8)
    case .integer(let value): output.append(contentsOf: String(value).utf8)
    case .number(let value):
      output.append(contentsOf: (value.isFinite ? "\(value)" : "null").utf8)
    case .string(let text): JSONString.append(text, to: &output)
    case .array(let elements):
      output.append(0x5B)
      for (index, element) in elements.enumerated() {
        if index > 0 { output.append(0x2C) }
        element.appendJSON(to: &output)
      }
      output.append(0x5D)
    case .object(let members):
      output.append(0x7B)
      for (index, member) in members.enumerated() {
        if index > 0 { output.append(0x2C) }
        JSONString.append(member.name, to: &output)
        output.append(0x3A)
        member.value.appendJSON(to: &output)
      }
      output.append(0x7D)
    }
  }
}
