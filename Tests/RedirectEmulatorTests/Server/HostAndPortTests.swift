import RedirectEmulator
import Testing

@Suite struct HostAndPortTests {
  @Test(
    "a host is split from its port, and is written in one form",
    arguments: [
      ("localhost", "localhost", nil), ("LocalHost:4010", "localhost", 4010),
      ("localhost.", "localhost", nil), ("localhost.:80", "localhost", 80),
      ("localhost:", "localhost", nil), ("10.0.0.1:0", "10.0.0.1", 0),
      ("[FD00::2]", "fd00::2", nil), ("[fd00::2]:4010", "fd00::2", 4010),
      ("fd00::2", "fd00::2", nil), ("::1", "::1", nil), ("*", "*", nil), ("*:80", "*", 80),
      ("acs:4010:4010", "acs", 4010), ("acs:65535", "acs", 65535),
    ] as [(String, String, UInt16?)])
  func splits(_ text: String, _ host: String, _ port: UInt16?) {
    let read = HostAndPort(text)
    #expect(read?.host == host && read?.port == port)
  }

  @Test(
    "what has no host, or something else than a port behind it, is refused",
    arguments: [
      "", ":", ":80", ".", "a:b", "a:80x", "a:+80", "a:65536", "a:80:81", "g::", "a:80:80:80",
      "[fd00::2", "[fd00::2]x", "[fd00::2]80", "[a]", "[]", "[127.0.0.1]",
    ])
  func refused(_ text: String) {
    #expect(HostAndPort(text) == nil)
  }

  @Test(
    "people write hosts as URLs, too",
    arguments: [
      ("http://emulator", "emulator", nil), ("HTTPS://Emulator:4010/", "emulator", 4010),
      (" emulator ", "emulator", nil), ("http://[fd00::2]:80/", "fd00::2", 80),
      ("http://emulator./", "emulator", nil),
    ] as [(String, String, UInt16?)])
  func written(_ text: String, _ host: String, _ port: UInt16?) {
    let read = HostAndPort(written: text)
    #expect(read?.host == host && read?.port == port)
  }

  @Test(
    "a URL with more than a host, and one with port 0, are not hosts",
    arguments: [
      "http://", "http:///", "http://a/b", "http://a//", "http://a:0", "a:0", "ftp://a",
      "http://http://a", "http://a?b", "http://a#b", "http://u@a", "a/",
    ])
  func notWritten(_ text: String) {
    #expect(HostAndPort(written: text)?.name(wildcard: true) == nil)
  }
}
