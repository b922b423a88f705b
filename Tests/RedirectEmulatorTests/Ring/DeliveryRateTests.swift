import RedirectEmulator
import Testing

@Suite("DeliveryRate: 30 deliveries a second to one port")
struct DeliveryRateTests {
  private static let second: UInt64 = 1_000_000_000

  @Test(
    "deliveries that are due together go one after the other, 30 in a second, and other ports do not wait"
  )
  func spread() throws {
    let rate = DeliveryRate()
    let now = 5 * Self.second
    var waits: [Duration] = []
    for _ in 0...DeliveryRate.perSecond {
      waits.append(try #require(rate.wait(for: 8_080, at: now)))
    }
    #expect(waits[0] == .zero && waits == waits.sorted())
    #expect(waits[29] < .seconds(1) && waits[30] >= .milliseconds(999))
    #expect(rate.wait(for: 8_081, at: now) == .zero)
    // Whoever comes when all have gone does not wait.
    #expect(rate.wait(for: 8_080, at: now + 2 * Self.second) == .zero)
  }

  @Test("turns are given for 30 seconds ahead, and then no more until some are over")
  func horizon() {
    let rate = DeliveryRate()
    var given = 0
    while rate.wait(for: 443, at: 0) != nil { given += 1 }
    #expect((900...902).contains(given))
    #expect(rate.wait(for: 443, at: 0) == nil)
    #expect(rate.wait(for: 443, at: Self.second) != nil)
  }

  @Test("a port that got nothing lately does not wait, however many there were")
  func manyPorts() {
    let rate = DeliveryRate()
    for port in UInt16(1)...UInt16(2_000) {
      #expect(rate.wait(for: port, at: UInt64(port) * Self.second) == .zero)
    }
  }
}
