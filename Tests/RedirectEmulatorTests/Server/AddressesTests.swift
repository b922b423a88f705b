import EventLoop
import RedirectEmulator
import Testing

@Suite("Addresses: where clients find the emulator")
struct AddressesTests {
  private static func addresses(_ host: String = "127.0.0.1", published: String? = nil) throws
    -> Addresses
  {
    Addresses(
      listeningOn: try #require(SocketAddress(host: host, port: 4010)),
      published: try published.map { try #require(ClientAddress(publicURL: $0)) })
  }

  @Test(
    "whoever asks over HTTP gets the host and the port of its request",
    arguments: [
      ("localhost:4010", "localhost:4010"), ("acs:80", "acs:80"), ("acs", "acs:4010"),
      ("ACS.:9", "acs:9"), ("10.0.0.7:14010", "10.0.0.7:14010"), ("[FD00:0::2]:9", "[fd00::2]:9"),
      ("[fd00::2]", "[fd00::2]:4010"), ("acs:4010:4010", "acs:4010"),
      // Not a host that a connection string could have.
      ("a;accesskey=b", "127.0.0.1:4010"), ("a%20b", "127.0.0.1:4010"), (nil, "127.0.0.1:4010"),
    ] as [(String?, String)])
  func asked(_ host: String?, _ expected: String) throws {
    #expect(try Self.addresses().told(to: host.flatMap { HostAndPort($0) }).authority == expected)
  }

  @Test(
    "whoever asks on the control API's port gets the service's, and finds the control API where it asked",
    arguments: [
      ("localhost:5010", "localhost:4010", "localhost:5010"),
      ("acs:80", "acs:4010", "acs:80"), ("acs", "acs:4010", "acs:5010"),
      (nil, "127.0.0.1:4010", "127.0.0.1:5010"),
    ] as [(String?, String, String)])
  func askedOnControlPort(_ host: String?, _ service: String, _ control: String) throws {
    let addresses = Addresses(
      listeningOn: try #require(SocketAddress(host: "127.0.0.1", port: 4010)), published: nil,
      controlPort: 5010)
    let host = host.flatMap { HostAndPort($0) }
    #expect(addresses.told(to: host, on: .control).authority == service)
    #expect(addresses.control(to: host, on: .control).authority == control)
    #expect(addresses.control(to: host, on: .service) == addresses.told(to: host))
    #expect(addresses.ownControl.authority == "127.0.0.1:5010")
  }

  @Test(
    "others get the address that the emulator listens on, as this machine reaches it",
    arguments: [
      ("127.0.0.1", "127.0.0.1:4010"), ("0.0.0.0", "127.0.0.1:4010"), ("::", "[::1]:4010"),
      ("192.0.2.7", "192.0.2.7:4010"), ("fd00::2", "[fd00::2]:4010"),
    ])
  func others(_ host: String, _ expected: String) throws {
    let addresses = try Self.addresses(host)
    #expect(addresses.standard.authority == expected && addresses.own.authority == expected)
    #expect(addresses.told(to: nil).authority == expected)
  }

  @Test(
    "a public URL stands for both, with its own port or none",
    arguments: [
      ("https://acs.example:8443", "acs.example:8443"), ("http://acs.example/", "acs.example"),
      ("http://[fd00::2]:9", "[fd00::2]:9"), ("HTTPS://ACS.example", "acs.example"),
    ])
  func published(_ url: String, _ expected: String) throws {
    let addresses = try Self.addresses(published: url)
    #expect(addresses.standard.authority == expected)
    #expect(addresses.told(to: HostAndPort("localhost:4010")).authority == expected)
    #expect(addresses.own.authority == "127.0.0.1:4010")
  }

  @Test(
    "a public URL has a scheme, a host and perhaps a port, and nothing else",
    arguments: [
      "", "acs.example", "acs.example:80", "ftp://acs.example", "http://", "http://acs.example/a",
      "http://acs.example?a", "http://u:p@acs.example", "http://*.example", "http://acs.example:0",
      "http://a b", "http://acs.example:99999", "http://300.1.1.1",
    ])
  func wrongURL(_ url: String) {
    #expect(ClientAddress(publicURL: url) == nil)
  }

  @Test("a connection string has https, and another one http, without a slash that would be signed")
  func connectionStrings() {
    let address = ClientAddress(authority: "acs:4010")
    #expect(address.connectionString("a2V5") == "endpoint=https://acs:4010/;accesskey=a2V5")
    #expect(address.httpConnectionString("a2V5") == "endpoint=http://acs:4010/;accesskey=a2V5")
    #expect(address.http == "http://acs:4010" && address.https == "https://acs:4010")
  }
}
