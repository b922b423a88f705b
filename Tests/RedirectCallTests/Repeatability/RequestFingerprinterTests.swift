import HTTP1
import RedirectCall
import Testing

@Suite struct RequestFingerprinterTests {
  let printer = RequestFingerprinter()

  func fingerprint(
    _ body: [UInt8], _ version: APIVersion = .v2026March12, sent: Int64 = 1_000_000
  ) -> RequestFingerprint {
    printer.fingerprint(
      version: version, firstSent: IMFFixdate(secondsSince1970: sent), body: body.span)
  }

  @Test("the same request has the same fingerprint, by the same fingerprinter only")
  func same() {
    let body = [UInt8](repeating: 0x61, count: 1_400)
    #expect(fingerprint(body) == fingerprint(Array(body)))
    #expect(
      RequestFingerprinter().fingerprint(
        version: .v2026March12, firstSent: IMFFixdate(secondsSince1970: 1_000_000), body: body.span)
        != fingerprint(body))
  }

  @Test("bodies of any length that differ in one bit, in length or in order differ")
  func bodies() {
    var seen: Set<RequestFingerprint> = []
    var count = 0
    for length in 0..<80 {
      var body = (0..<length).map { UInt8(truncatingIfNeeded: $0 &* 7) }
      seen.insert(fingerprint(body))
      count += 1
      for bit in 0..<(length * 8) {
        body[bit / 8] ^= 1 << UInt8(bit % 8)
        seen.insert(fingerprint(body))
        body[bit / 8] ^= 1 << UInt8(bit % 8)
        count += 1
      }
    }
    // One byte of 0 was there already.
    for length in 2..<80 {
      seen.insert(fingerprint([UInt8](repeating: 0, count: length)))
      count += 1
    }
    let a = [UInt8](repeating: 1, count: 16)
    let b = [UInt8](repeating: 2, count: 16)
    seen.insert(fingerprint(a + b))
    seen.insert(fingerprint(b + a))
    #expect(seen.count == count + 2)
  }

  @Test("each bit of a fingerprint is set in about half of all requests")
  func bits() {
    let values = (0..<10_000).map { fingerprint(Array("{\"n\":\($0)}".utf8)).value }
    #expect(Set(values).count == values.count)
    for bit in 0..<64 as Range<UInt64> {
      // Eight times the standard deviation either way.
      let set = values.count { $0 >> bit & 1 == 1 }
      #expect(set > 4_600 && set < 5_400, "bit \(bit)")
    }
  }

  @Test("the api-version and the date are part of it")
  func parts() {
    let body = Array("x".utf8)
    var seen = Set(APIVersion.stable.map { fingerprint(body, $0) })
    for offset in 1...600 { seen.insert(fingerprint(body, sent: 1_000_000 + Int64(offset))) }
    #expect(seen.count == APIVersion.stable.count + 600)
  }
}
