import Foundation

/// What the Contract guide, "5. Body", says of a body, written a second time: Foundation's two parsers, and beside
/// them the guide's own rules in the plainest words. The validator and this have no line in common, and have to agree on
/// every body, which the seeded tests and the fuzz target `body` hold them to.
package struct BodyOracle {
  package enum Verdict: Equatable {
    case notJSON
    /// JSON that the schema of the version refuses.
    case faulty
    case accepted(Reading)
  }

  /// What an accepted body says. Compared by bytes: Swift's strings are equal where only their normal forms are.
  package struct Reading: Equatable {
    package var context: [UInt8]
    package var rawID: [UInt8]?
    /// The object that is given, if one is, and what in it names the target.
    package var object: String?
    package var objectID: [UInt8]?
  }

  /// What the validator made of a body.
  package enum Outcome {
    /// Refused, with the error's message.
    case refused(String)
    case accepted(context: [UInt8], rawID: [UInt8]?, kind: String, id: [UInt8])
  }

  /// Levels of nesting, the outermost counted.
  private static let depthLimit = 32
  /// Members of one object that the contract does not name.
  private static let unknownLimit = 1_000

  private let body: [UInt8]
  /// Nil for what is not JSON for Foundation.
  private let outline: JSONOutline?

  package init(_ body: [UInt8]) {
    self.body = body
    outline = Self.isJSON(body) ? JSONOutline(body) : nil
  }

  /// - Parameters:
  ///   - version: an api-version, as its text.
  ///   - strict: whether `--strict` is on.
  package func verdict(version: String, strict: Bool) -> Verdict {
    guard let outline, !outline.hasTrailingComma, outline.depth <= Self.depthLimit else {
      return .notJSON
    }
    let model = BodyModel(version: version, strict: strict)
    for object in outline.objects {
      let unknown = Set(object.names).subtracting(
        model.names(at: object.path).map { Array($0.utf8) })
      if unknown.count > Self.unknownLimit { return .notJSON }
    }
    if outline.objects.contains(where: { Set($0.names).count < $0.names.count }) { return .faulty }
    if model.isClosed, let top = outline.objects.first(where: { $0.path.isEmpty }),
      !Set(top.names).isSubset(of: model.names(at: []).map { Array($0.utf8) })
    {
      return .faulty
    }
    guard let reading = model.read(Data(body)) else { return .faulty }
    return .accepted(reading)
  }

  /// How an outcome differs from the verdict, in words; nil where the two agree.
  package func disagreement(with outcome: Outcome, version: String, strict: Bool) -> String? {
    let verdict = verdict(version: version, strict: strict)
    let agrees =
      switch (outcome, verdict) {
      case (.refused(let message), .notJSON): message.hasPrefix("The body is not JSON")
      case (.refused(let message), .faulty): !message.hasPrefix("The body is not JSON")
      case (.accepted(let context, let rawID, let kind, let id), .accepted(let reading)):
        context == reading.context && rawID == reading.rawID
          // Without an object, kind and id are what the raw id makes of them, which the guide leaves open.
          && (reading.object ?? kind) == kind && (reading.objectID ?? id) == id
      case (.refused, .accepted), (.accepted, _): false
      }
    if agrees { return nil }
    let text = String(decoding: body, as: UTF8.self)
    return
      "\(version)\(strict ? ", strict" : ""): \(verdict) expected, but \(outcome) for \(text) \(body)"
  }

  /// JSON for Foundation, in UTF-8, without a byte order mark. No NUL can be in it, since strings have control
  /// characters escaped; Foundation takes NULs for a sign of UTF-16 or UTF-32.
  private static func isJSON(_ body: [UInt8]) -> Bool {
    guard String(validating: body, as: UTF8.self) != nil, !body.starts(with: [0xEF, 0xBB, 0xBF]),
      !body.contains(0)
    else { return false }
    // Foundation refuses numbers that no type of its own holds. Nothing computes with a body's numbers, and the
    // contract sets them no limit.
    return isFoundationsJSON(body) || isFoundationsJSON(withSmallNumbers(body))
  }

  static func isFoundationsJSON(_ body: [UInt8]) -> Bool {
    (try? JSONSerialization.jsonObject(with: Data(body), options: .fragmentsAllowed)) != nil
  }

  /// The text with 0 for every number outside of strings that is one by the grammar of RFC 8259 §6.
  private static func withSmallNumbers(_ body: [UInt8]) -> [UInt8] {
    var output: [UInt8] = []
    var index = 0
    while index < body.count {
      let start = index
      if body[index] == UInt8(ascii: "\"") {
        index = JSONOutline.endOfString(body, from: index)
        output += body[start..<index]
        continue
      }
      let run = body[index...].prefix { "0123456789+-.eE".utf8.contains($0) }
      index = max(run.endIndex, start + 1)
      if isNumber(run) {
        output.append(UInt8(ascii: "0"))
      } else {
        output += body[start..<index]
      }
    }
    return output
  }

  private static func isNumber(_ text: ArraySlice<UInt8>) -> Bool {
    var rest = text
    func takeDigits() -> Int {
      let digits = rest.prefix { $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }.count
      rest = rest.dropFirst(digits)
      return digits
    }
    if rest.first == UInt8(ascii: "-") { rest = rest.dropFirst() }
    let beginsWithZero = rest.first == UInt8(ascii: "0")
    let whole = takeDigits()
    guard whole == 1 || whole > 1 && !beginsWithZero else { return false }
    if rest.first == UInt8(ascii: ".") {
      rest = rest.dropFirst()
      guard takeDigits() > 0 else { return false }
    }
    if rest.first == UInt8(ascii: "e") || rest.first == UInt8(ascii: "E") {
      rest = rest.dropFirst()
      if rest.first == UInt8(ascii: "+") || rest.first == UInt8(ascii: "-") {
        rest = rest.dropFirst()
      }
      guard takeDigits() > 0 else { return false }
    }
    return rest.isEmpty
  }
}
