import Foundation
import RedirectCall
import TestSupport
import Testing

/// The validator beside an oracle over Foundation's parser, on bodies that chance has damaged. scripts/fuzz goes on
/// from here.
@Suite struct JSONDifferentialTests {
  static let seeds = [
    #"{"incomingCallContext":"H4sIAAAA","target":{"rawId":"r"},"v":[1,-2.5e3,true,null,"ä\u00e4"]}"#,
    #"{"target":{"rawId":"r","x":{"y":[{"z":0},""]}},"incomingCallContext":"\ud834\udd1e€𝄞\\"}"#,
    "{ \"incomingCallContext\" : \"x\" ,\n \"target\" : { \"phoneNumber\" : { \"value\" : \"1\" } } }",
  ]

  /// What is put in: structure, the beginnings and ends of UTF-8 sequences, digits, escapes.
  static let pool =
    Array("{}[]:,\"\"\\\\ \n\t0123456789.eE+-truefalsnud89abcDE/bx\u{1}\u{1F}\u{7F}'".utf8)
    + [0x80, 0xBF, 0xC2, 0xC3, 0xE0, 0xE2, 0xED, 0xEF, 0xF0, 0xF4, 0xFF]

  static func mutated(_ using: inout SplitMix64) -> [UInt8] {
    var bytes = Array(seeds[Int.random(in: 0..<seeds.count, using: &using)].utf8)
    for _ in 0..<Int.random(in: 0...3, using: &using) {
      // The first four bytes stay: Foundation guesses UTF-16 and UTF-32 from them.
      let index = Int.random(in: 4..<bytes.count, using: &using)
      let byte = pool[Int.random(in: 0..<pool.count, using: &using)]
      switch Int.random(in: 0..<4, using: &using) {
      case 0: bytes[index] = byte
      case 1: bytes.insert(byte, at: index)
      case 2: bytes.remove(at: index)
      default: bytes.swapAt(index, Int.random(in: 4..<bytes.count, using: &using))
      }
    }
    return bytes
  }

  /// Whether the validator takes these bytes for JSON, whatever their schema.
  static func isJSON(_ bytes: [UInt8]) -> (taken: Bool, message: String) {
    switch Bodies.validate(bytes, .v2023March6, strict: false) {
    case .success: return (true, "")
    case .failure(let rejection):
      let message = rejection.error.message
      return (!message.hasPrefix("The body is not JSON"), message)
    }
  }

  /// What is nested too deep or has too many members is told as no JSON too, but nothing is so here by chance; members
  /// given twice are told as schema faults.
  @Test("damaged bodies are JSON to the validator exactly where they are to Foundation")
  func agrees() {
    var generator = SplitMix64(seed: 20_260_312)
    var taken = 0
    for _ in 0..<6_000 {
      let bytes = Self.mutated(&generator)
      let ours = Self.isJSON(bytes)
      if ours.taken { taken += 1 }
      let comment: Comment = "\(String(decoding: bytes, as: UTF8.self)) \(bytes): \(ours.message)"
      #expect(ours.taken == BodyOracle.Body(bytes).isJSONObject, comment)
    }
    // Both answers have to be well represented for the comparison to mean something.
    #expect((1_000...5_000).contains(taken), "\(taken)")
  }

  @Test(
    "bodies of all kinds, whole and damaged, are taken exactly where the oracle takes them",
    arguments: APIVersion.stable, [false, true])
  func oracle(_ version: APIVersion, _ strict: Bool) {
    let oracle = BodyOracle(version: "\(version)", isStrict: strict)
    var generator = SplitMix64(seed: strict ? 1 : 2)
    var taken = 0
    for target in Self.targets {
      let whole = Array(#"{"incomingCallContext":"x","target":\#(target)}"#.utf8)
      for number in 0..<60 {
        var bytes = whole
        if number > 0 {
          let index = Int.random(in: 4..<bytes.count, using: &generator)
          let word = Self.words.randomElement(using: &generator) ?? ""
          bytes.replaceSubrange(
            index..<min(index + Int.random(in: 0...4, using: &generator), bytes.count),
            with: Array(word.utf8))
        }
        let ours = (try? Bodies.validate(bytes, version, strict: strict).get()) != nil
        if ours { taken += 1 }
        #expect(
          ours == oracle.accepts(BodyOracle.Body(bytes)),
          "\(String(decoding: bytes, as: UTF8.self))")
      }
    }
    #expect((10...1_000).contains(taken), "\(taken)")
  }

  static let targets = [
    #"{"rawId":"4:+14255550123","kind":"phoneNumber","phoneNumber":{"value":"+14255550123"}}"#,
    #"{"phoneNumber":{"value":"anonymous","isAnonymous":true,"assertedId":null}}"#,
    #"{"rawId":"8:acs:00000000-0000-4000-8000-000000000001_00000000-0000-4000-8000-000000000002"}"#,
    #"{"kind":"COMMUNICATIONUSER","communicationUser":{"id":"8:acs:x_y"}}"#,
    #"{"microsoftTeamsUser":{"userId":"00000000-0000-4000-8000-000000000001","cloud":"dod"}}"#,
    #"{"microsoftTeamsApp":{"appId":"a"},"microsoftTeamsUser":null}"#,
    #"{"teamsExtensionUser":{"userId":"u","tenantId":"t","resourceId":"r"}}"#,
    #"{"kind":"unknown","rawId":"28:orgid:x","more":{"a":[1,{"b":1e999}]}}"#,
  ]

  static let words = [
    "", "\"", "null", "true", "1", "[]", "{}", ",", ":", "\"kind\":\"unknown\",", "\"rawId\":\"\",",
    "\"rawId\":\"4:+1425\",", "\"isAnonymous\":false,", "\"isAnonymous\":1,", "\"more\":{},",
    "\"phoneNumber\":{\"value\":\"+12\"},", "\"teamsExtensionUser\":null,", "\\u0041", "\\ud800",
    "é",
    "\"phoneNumber\":[],", " ", "-0.5e+7", "01", "\"cloud\":5,", "_", "+", "9",
  ]

  @Test("what is taken means the same to Foundation")
  func sameMeaning() throws {
    var generator = SplitMix64(seed: 7)
    var compared = 0
    for _ in 0..<4_000 {
      let bytes = Self.mutated(&generator)
      guard
        let request = try? Bodies.validate(bytes, .v2023March6, strict: false).get(),
        let object = try? JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any]
      else { continue }
      compared += 1
      let context = request.incomingCallContext.string(in: bytes.span)
      #expect(object["incomingCallContext"] as? String == context)
      let target = object["target"] as? [String: Any]
      #expect(target?["rawId"] as? String == request.target.rawID?.string(in: bytes.span))
    }
    #expect(compared > 500)
  }
}
