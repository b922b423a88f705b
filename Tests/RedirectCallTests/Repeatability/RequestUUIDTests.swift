import RedirectCall
import Testing

@Suite struct RequestUUIDTests {
  @Test(
    "36 characters in five groups are a UUID, of either case, written in lower case",
    arguments: [
      "2f0b6dc4-5f3c-4b0e-9d8b-0c6a1f6f1c11", "00000000-0000-0000-0000-000000000000",
      "FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF", "0aB1c2D3-e4F5-1678-8abc-DEF012345678",
    ])
  func reads(text: String) throws {
    let uuid = try #require(RequestUUID(text))
    #expect(uuid.description == text.lowercased())
    #expect(RequestUUID(text.uppercased()) == uuid)
  }

  @Test(
    "anything else is rejected",
    arguments: [
      "", "2f0b6dc4", "2f0b6dc45f3c4b0e9d8b0c6a1f6f1c11", "2f0b6dc4-5f3c-4b0e-9d8b-0c6a1f6f1c1",
      "2f0b6dc4-5f3c-4b0e-9d8b-0c6a1f6f1c111", "{2f0b6dc4-5f3c-4b0e-9d8b-0c6a1f6f1c1}",
      "2f0b6dc4-5f3c-4b0e-9d8b-0c6a1f6f1c1g", "2f0b6dc45-f3c-4b0e-9d8b-0c6a1f6f1c11",
      "2f0b6dc4_5f3c_4b0e_9d8b_0c6a1f6f1c11", " 2f0b6dc4-5f3c-4b0e-9d8b-0c6a1f6f1c1",
      "２f0b6dc4-5f3c-4b0e-9d8b-0c6a1f6f",
    ])
  func refuses(text: String) {
    #expect(RequestUUID(text) == nil)
  }

  @Test("any 128 bits make a UUID of version 4 that keeps the others of them")
  func version4() throws {
    for bits in [UInt64.min, .max, 0x0123_4567_89AB_CDEF] {
      let uuid = RequestUUID.version4(high: bits, low: bits)
      #expect(uuid.isVersion4)
      #expect(uuid.high ^ bits == (uuid.high ^ bits) & 0xF000)
      #expect((uuid.low ^ bits) & 0x3FFF_FFFF_FFFF_FFFF == 0)
      var bytes = Array("id: ".utf8)
      uuid.append(to: &bytes)
      #expect(RequestUUID(String(decoding: bytes.dropFirst(4), as: UTF8.self)) == uuid)
    }
  }

  @Test(
    "the version and variant are read from their places",
    arguments: [
      ("2f0b6dc4-5f3c-4b0e-9d8b-0c6a1f6f1c11", 4, true),
      ("2f0b6dc4-5f3c-4b0e-bd8b-0c6a1f6f1c11", 4, true),
      ("2f0b6dc4-5f3c-4b0e-cd8b-0c6a1f6f1c11", 4, false),
      ("2f0b6dc4-5f3c-4b0e-7d8b-0c6a1f6f1c11", 4, false),
      ("2f0b6dc4-5f3c-1b0e-9d8b-0c6a1f6f1c11", 1, false),
      ("2f0b6dc4-5f3c-7b0e-9d8b-0c6a1f6f1c11", 7, false),
      ("00000000-0000-0000-0000-000000000000", 0, false),
    ])
  func version(text: String, version: Int, isVersion4: Bool) throws {
    let uuid = try #require(RequestUUID(text))
    #expect(uuid.version == version)
    #expect(uuid.isVersion4 == isVersion4)
  }
}
