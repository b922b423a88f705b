import Foundation
import RedirectCall
import Testing

/// The validator beside Foundation's parser, on bodies that chance has damaged.
@Suite struct JSONDifferentialTests {
  /// SplitMix64, so that each run sees the same bodies.
  struct Generator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var z = state
      z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
      z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
      return z ^ z >> 31
    }
  }

  static let seeds = [
    #"{"incomingCallContext":"H4sIAAAA","target":{"rawId":"r"},"v":[1,-2.5e3,true,null,"ä\u00e4"]}"#,
    #"{"target":{"rawId":"r","x":{"y":[{"z":0},""]}},"incomingCallContext":"\ud834\udd1e€𝄞\\"}"#,
    "{ \"incomingCallContext\" : \"x\" ,\n \"target\" : { \"phoneNumber\" : { \"value\" : \"1\" } } }",
  ]

  /// What is put in: structure, the beginnings and ends of UTF-8 sequences, digits, escapes.
  static let pool =
    Array("{}[]:,\"\"\\\\ \n\t0123456789.eE+-truefalsnud89abcDE/bx\u{1}\u{1F}\u{7F}'".utf8)
    + [0x80, 0xBF, 0xC2, 0xC3, 0xE0, 0xE2, 0xED, 0xEF, 0xF0, 0xF4, 0xFF]

  static func mutated(_ using: inout Generator) -> [UInt8] {
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

  /// The rules that Foundation does not have are not broken here by chance: nothing is nested 33 deep or has
  /// 1,001 members, and members given twice are told as schema faults, not as bytes that are no JSON.
  /// Foundation on Linux lets a comma stand before an object's end, which RFC 8259 does not.
  @Test("damaged bodies are JSON to the validator exactly where they are to Foundation")
  func agrees() {
    var generator = Generator(state: 20_260_312)
    var taken = 0
    for _ in 0..<6_000 {
      let bytes = Self.mutated(&generator)
      let ours = Self.isJSON(bytes)
      let theirs =
        (try? JSONSerialization.jsonObject(with: Data(bytes), options: .fragmentsAllowed)) != nil
      if ours.taken { taken += 1 }
      if ours.message.hasSuffix("expected a member name in quotation marks, but found '}'.") {
        continue
      }
      let comment: Comment = "\(String(decoding: bytes, as: UTF8.self)) \(bytes): \(ours.message)"
      #expect(ours.taken == theirs, comment)
    }
    // Both answers have to be well represented for the comparison to mean something.
    #expect((1_000...5_000).contains(taken), "\(taken)")
  }

  @Test("what is taken means the same to Foundation")
  func sameMeaning() throws {
    var generator = Generator(state: 7)
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
