/// Checks values against the schemas of an OpenAPI document: as much of JSON Schema as the control API's document uses.
/// A word that it does not know is a complaint too, so that no schema is taken for checked that was not.
struct SchemaCheck {
  let document: JSONValue
  /// Whether a member that a schema does not name is a complaint, even where it allows them.
  var namesAllMembers = false

  /// What is wrong with `value`, each with its place.
  func complaints(_ value: JSONValue, _ schema: JSONValue, at place: String = "$") -> [String] {
    if schema == .flag(true) { return [] }
    var found: [String] = []
    for (word, expected) in schema.members {
      if let complaint = complaint(value, word, expected) {
        found.append("\(place): \(value) is not \(word) \(expected)\(complaint)")
      }
    }
    if let reference = schema["$ref"]?.text {
      guard let target = resolve(reference) else { return ["\(place): no \(reference)"] }
      found += complaints(value, target, at: place)
    }
    for part in schema["allOf"]?.elements ?? [] {
      var check = self
      check.namesAllMembers = false
      found += check.complaints(value, part, at: place)
    }
    for (index, element) in value.elements.enumerated() {
      if let items = schema["items"] {
        found += complaints(element, items, at: "\(place)[\(index)]")
      }
    }
    let properties = schema["properties"]?.members ?? [:]
    for (name, member) in value.members {
      let inside = "\(place).\(name)"
      if let property = properties[name] {
        found += complaints(member, property, at: inside)
      } else if let others = schema["additionalProperties"] {
        if others == .flag(false) { found.append("\(inside): no such member") }
        if case .object = others { found += complaints(member, others, at: inside) }
      } else if namesAllMembers, !properties.isEmpty {
        found.append("\(inside): not in the schema")
      }
    }
    return found
  }

  /// The target of `#/components/…`.
  func resolve(_ reference: String) -> JSONValue? {
    reference.split(separator: "/").dropFirst().reduce(document) { $0?[String($1)] }
  }

  /// - Returns: nil where the value is as the word says, else more about it.
  private func complaint(_ value: JSONValue, _ word: String, _ expected: JSONValue) -> String? {
    let isRight: Bool
    switch word {
    case "$ref", "allOf", "items", "properties", "additionalProperties", "description", "default",
      "format":
      isRight = true
    case "type":
      let types = expected.text.map { [$0] } ?? expected.elements.compactMap(\.text)
      isRight = !value.types.isDisjoint(with: types)
    case "const": isRight = value == expected
    case "enum": isRight = expected.elements.contains(value)
    case "required":
      let missing = expected.elements.compactMap(\.text).filter { value[$0] == nil }
      return value.types == ["object"] && !missing.isEmpty ? ": \(missing)" : nil
    case "anyOf":
      isRight = expected.elements.contains { complaints(value, $0).isEmpty }
    case "minimum": isRight = (value.number ?? .infinity) >= (expected.number ?? .infinity)
    case "maximum": isRight = (value.number ?? 0) <= (expected.number ?? 0)
    case "minLength", "maxLength":
      let count = value.text.map { Double($0.unicodeScalars.count) }
      let bound = expected.number ?? 0
      isRight = count.map { word == "minLength" ? $0 >= bound : $0 <= bound } ?? true
    case "minItems":
      isRight = value.types != ["array"] || Double(value.elements.count) >= expected.number ?? 0
    case "minProperties":
      isRight = value.types != ["object"] || Double(value.members.count) >= expected.number ?? 0
    case "maxProperties":
      isRight = value.types != ["object"] || Double(value.members.count) <= expected.number ?? 0
    default: return ", a word that is not checked"
    }
    return isRight ? nil : ""
  }
}
