import Core
import Testing

@Suite struct TLSAlertTests {
  @Test(
    "an alert is known by its name, and its record is what is sent",
    arguments: [
      ("close_notify", 0, 1), ("handshake_failure", 40, 2), ("protocol_version", 70, 2),
      ("user_canceled", 90, 1), ("unknown_ca", 48, 2), ("no_application_protocol", 120, 2),
    ] as [(String, UInt8, UInt8)])
  func known(name: String, code: UInt8, level: UInt8) throws {
    let alert = try #require(TLSAlert(name: name))
    #expect(alert.rawValue == code)
    #expect(alert.record == [0x15, 0x03, 0x03, 0x00, 0x02, level, code])
  }

  @Test("all 27 alerts of RFC 8446 have names of their own")
  func names() {
    #expect(TLSAlert.allCases.count == 27)
    #expect(Set(TLSAlert.allCases.map(\.name)).count == 27)
    for alert in TLSAlert.allCases { #expect(TLSAlert(name: alert.name) == alert) }
  }

  @Test("other names are rejected", arguments: ["", "handshakeFailure", "HANDSHAKE_FAILURE", "40"])
  func unknown(name: String) {
    #expect(TLSAlert(name: name) == nil)
  }
}
