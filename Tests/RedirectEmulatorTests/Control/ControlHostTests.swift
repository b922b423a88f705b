import RedirectEmulator
import Testing

@Suite("--control-host: what it accepts, and which hosts it means")
struct ControlHostTests {
  @Test(
    "hosts are accepted as people write them",
    arguments: [
      ("emulator.test", "emulator.test"), ("Emulator.Test", "emulator.TEST:9"),
      ("emulator.test:4010", "emulator.test"), ("http://emulator.test", "emulator.test:4010"),
      ("https://emulator.test:4010/", "emulator.test"), ("emulator.test.", "emulator.test"),
      ("emulator.test", "emulator.test."), ("a.test,emulator.test", "emulator.test"),
      (" a.test , emulator.test ", "emulator.test"), ("my_host.test", "my_host.test"),
      ("*", "anything.example:1"), ("*:4010", "anything.example"), ("*", nil),
      ("*.test", "emulator.test"), ("*.Test:80", "a.b.test"), ("http://*.test/", "a.test"),
      ("[fd00::2]", "[FD00:0:0::2]:4010"), ("fd00::2", "[fd00::2]"), ("[fd00::2]:80", "[fd00::2]"),
      ("192.0.2.7:4010", "192.0.2.7"),
    ] as [(String, String?)])
  func meant(_ text: String, _ host: String?) throws {
    let hosts = try #require(ControlHost.list(text))
    let name = host.flatMap { HostAndPort($0)?.name() }
    #expect(hosts.contains { $0.matches(name) })
  }

  @Test(
    "no other host is meant",
    arguments: [
      ("emulator.test", "a.emulator.test"), ("emulator.test", "emulator.test.example"),
      ("emulator.test", "emulator-test"), ("emulator.test", nil), ("*.test", "test"),
      ("*.test", "atest"), ("*.test", "a.test.example"), ("*.test", nil), ("*.test", "192.0.2.7"),
      ("[fd00::2]", "[fd00::3]"), ("192.0.2.7", "192.0.2.8"),
    ] as [(String, String?)])
  func notMeant(_ text: String, _ host: String?) throws {
    let hosts = try #require(ControlHost.list(text))
    let name = host.flatMap { HostAndPort($0)?.name() }
    #expect(!hosts.contains { $0.matches(name) })
  }

  @Test(
    "what is not a host is refused",
    arguments: [
      "", " ", ",", "a,,b", "a,", "http://", "http://a/b", "ftp://a", "a b", "a:port", "a:0",
      "a:99999", "*a", "a*.test", "*.*", "*.", "**", "a..b", "-a", "300.1.1.1", "1.2.3", "[fd00::2",
      "fd00:::2", "[a]", "bücher.example", "a@b", "a/b", "a%20b", "fe80::1%eth0",
    ])
  func refused(_ text: String) {
    #expect(ControlHost.list(text) == nil)
  }
}
