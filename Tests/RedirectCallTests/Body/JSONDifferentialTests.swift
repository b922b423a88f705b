import Documents
import Foundation
import RedirectCall
import TestSupport
import Testing

/// The validator beside ``BodyOracle``: Foundation's parsers and the guide's rules. `scripts/fuzz body` does the same
/// without end.
@Suite struct JSONDifferentialTests {
  static let guid = Bodies.guid

  static let seeds = [
    #"{"incomingCallContext":"H4sIAAAA","target":{"rawId":"r"},"v":[1,-2.5e3,true,null,"ä\u00e4"]}"#,
    #"{"target":{"rawId":"r","x":{"y":[{"z":0},""]}},"incomingCallContext":"\ud834\udd1e€𝄞\\"}"#,
    "{ \"incomingCallContext\" : \"x\" ,\n \"target\" : { \"phoneNumber\" : { \"value\" : \"1\" } } }",
    Bodies.with(
      target: #"{"kind":"phoneNumber","rawId":"4:+14255550123_a","phoneNumber":"#
        + #"{"value":"+14255550123","isAnonymous":false,"assertedId":null,"x":0.5}}"#),
    Bodies.with(
      target: #"{"rawId":"4:anonymous","phoneNumber":{"value":"anonymous","isAnonymous":true}}"#),
    Bodies.with(
      target: #"{"kind":"CommunicationUser","rawId":"\#(Bodies.user)","#
        + #""communicationUser":{"id":"\#(Bodies.user)"},"microsoftTeamsUser":null}"#),
    Bodies.with(
      target: #"{"rawId":"8:orgid:\#(guid)","microsoftTeamsUser":"#
        + #"{"userId":"u","isAnonymous":true,"cloud":"PUBLIC"}}"#),
    Bodies.with(
      target: #"{"rawId":"28:gcch:\#(guid)","microsoftTeamsApp":{"appId":"u","cloud":"dod"}}"#),
    Bodies.with(
      target: #"{"rawId":"8:acs:\#(guid)_\#(guid)_\#(guid)","teamsExtensionUser":"#
        + #"{"userId":"u","tenantId":"t","resourceId":"r","cloud":"c"}}"#, more: #","v":1e999"#),
    Bodies.with(target: #"{"kind":"unknown","rawId":"8:teamsvisitor:x"}"#),
  ]

  /// What is put in: structure, the beginnings and ends of UTF-8 sequences, digits, escapes.
  static let pool =
    Array("{}[]:,\"\"\\\\ \n\t0123456789.eE+-truefalsnud89abcDE/bx_\u{0}\u{1}\u{1F}\u{7F}'".utf8)
    + [0x80, 0xBF, 0xC2, 0xC3, 0xE0, 0xE2, 0xED, 0xEF, 0xF0, 0xF4, 0xFF]

  /// A token that is replaced by another makes faults of the schema, where a byte makes faults of the grammar.
  static let tokens =
    [
      "incomingCallContext", "target", "kind", "rawId", "communicationUser", "phoneNumber",
      "microsoftTeamsUser", "microsoftTeamsApp", "teamsExtensionUser", "id", "value", "isAnonymous",
      "assertedId", "userId", "cloud", "appId", "tenantId", "resourceId", "unknown", "anonymous",
    ].map { "\"\($0)\"" } + ["null", "true", "false", "\"\"", "{}", "[]", "0", "1e999", ",}", ",]"]

  static func mutated(_ generator: inout SplitMix64) -> [UInt8] {
    var bytes = Array(seeds[Int.random(in: 0..<seeds.count, using: &generator)].utf8)
    if Bool.random(using: &generator) {
      let old = Array(tokens[Int.random(in: 0..<tokens.count, using: &generator)].utf8)
      let new = Array(tokens[Int.random(in: 0..<tokens.count, using: &generator)].utf8)
      if let place = bytes.firstRange(of: old) { bytes.replaceSubrange(place, with: new) }
    }
    for _ in 0..<Int.random(in: 0...2, using: &generator) {
      let index = Int.random(in: 0..<bytes.count, using: &generator)
      let byte = pool[Int.random(in: 0..<pool.count, using: &generator)]
      switch Int.random(in: 0..<4, using: &generator) {
      case 0: bytes[index] = byte
      case 1: bytes.insert(byte, at: index)
      case 2: bytes.remove(at: index)
      default: bytes.swapAt(index, Int.random(in: 0..<bytes.count, using: &generator))
      }
    }
    return bytes
  }

  static func answer(_ body: [UInt8], _ version: APIVersion, strict: Bool) -> BodyOracle.Outcome {
    switch Bodies.validate(body, version, strict: strict) {
    case .failure(let rejection): .refused(rejection.error.message)
    case .success(let request):
      .accepted(
        context: request.incomingCallContext.bytes(in: body.span),
        rawID: request.target.rawID?.bytes(in: body.span), kind: request.target.kind.rawValue,
        id: request.target.id.bytes(in: body.span))
    }
  }

  static func compare(_ body: [UInt8], _ version: APIVersion, strict: Bool) -> BodyOracle.Verdict {
    let oracle = BodyOracle(body)
    let text = "\(version)"
    let disagreement = oracle.disagreement(
      with: answer(body, version, strict: strict), version: text, strict: strict)
    #expect(disagreement == nil)
    return oracle.verdict(version: text, strict: strict)
  }

  @Test("damaged bodies are read as Foundation and the guide read them, and refused where they do")
  func agrees() {
    var generator = SplitMix64(seed: 20_260_312)
    var accepted = 0
    var faulty = 0
    let count = 5_000
    for number in 0..<count {
      let version = APIVersion.stable[number % APIVersion.stable.count]
      switch Self.compare(Self.mutated(&generator), version, strict: number % 2 == 0) {
      case .accepted: accepted += 1
      case .faulty: faulty += 1
      case .notJSON: break
      }
    }
    // Each verdict has to be well represented for the comparison to mean something.
    #expect(accepted > count / 6, "\(accepted)")
    #expect(faulty > count / 6, "\(faulty)")
    #expect(count - accepted - faulty > count / 6, "\(count - accepted - faulty)")
  }

  static func members(_ count: Int) -> String {
    (0..<count).map { #","m\#($0)":0"# }.joined()
  }

  static func nested(_ depth: Int) -> String {
    #","v":"# + String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
  }

  struct Edge: CustomTestStringConvertible {
    var testDescription: String
    var body: String
    var isTaken: Bool

    init(_ description: String, _ isTaken: Bool, _ body: String) {
      (testDescription, self.isTaken, self.body) = (description, isTaken, body)
    }

    /// With something behind the target.
    init(_ description: String, _ isTaken: Bool, more: String) {
      self.init(description, isTaken, Bodies.with(target: #"{"rawId":"r"}"#, more: more))
    }

    /// With something behind the target's raw id.
    init(_ description: String, _ isTaken: Bool, inTarget: String) {
      self.init(description, isTaken, Bodies.with(target: #"{"rawId":"r""# + inTarget + "}"))
    }
  }

  /// Where Foundation alone says otherwise, or may, and where the contract sets a limit.
  static let edges = [
    Edge("a comma ends the target", false, inTarget: ","),
    Edge("a comma ends the body", false, more: ","),
    Edge("a comma ends an object", false, more: #","v":{"a":0,}"#),
    Edge("a comma ends an array", false, more: #","v":[0,]"#),
    Edge("a member of the contract twice", false, inTarget: #","rawId":"r""#),
    Edge("a member twice, once with an escape", false, inTarget: #","a":0,"\u0061":0"#),
    Edge("names that are only canonically equivalent", true, inTarget: #","\u00e4":0,"a\u0308":0"#),
    Edge("numbers beyond Double", true, more: #","v":[1e999,-1E+400,1e-400]"#),
    Edge("a number of 400 digits", true, more: ",\"v\":" + String(repeating: "9", count: 400)),
    Edge("no number, but a large one begins it", false, more: #","v":1e999.5"#),
    Edge("32 levels", true, more: nested(31)),
    Edge("33 levels", false, more: nested(32)),
    Edge("1,000 unknown members at the top", true, more: members(1_000)),
    Edge("1,001 unknown members at the top", false, more: members(1_001)),
    Edge("1,000 unknown members of the target", true, inTarget: members(1_000)),
    Edge(
      "1,001 unknown members of the target, one of them a later version's", false,
      inTarget: #","teamsExtensionUser":0"# + members(1_000)),
    Edge("a byte order mark", false, "\u{FEFF}" + Bodies.with(target: #"{"rawId":"r"}"#)),
    Edge("a NUL at the end", false, Bodies.with(target: #"{"rawId":"r"}"#) + "\u{0}"),
  ]

  @Test(
    "where Foundation takes more or less than the contract, the contract holds", arguments: edges)
  func edge(_ edge: Edge) {
    for version in [APIVersion.v2023March6, .v2023October15] {
      let verdict = Self.compare(Array(edge.body.utf8), version, strict: false)
      if case .accepted = verdict {
        #expect(edge.isTaken, "the oracle takes it")
      } else {
        #expect(!edge.isTaken, "the oracle refuses it: \(verdict)")
      }
    }
  }

  @Test("UTF-16 and UTF-32, which Foundation reads, are refused")
  func otherEncodings() throws {
    let body = Bodies.with(target: #"{"rawId":"r"}"#)
    for encoding in [
      String.Encoding.utf16LittleEndian, .utf16BigEndian, .utf32LittleEndian, .utf32BigEndian,
    ] {
      let bytes = Array(try #require(body.data(using: encoding)))
      #expect((try? JSONSerialization.jsonObject(with: Data(bytes))) != nil)
      #expect(Self.compare(bytes, .v2023March6, strict: false) == .notJSON)
    }
  }
}
