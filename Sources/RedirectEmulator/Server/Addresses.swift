import Core
import EventLoop
import LibCrypto

/// Where a client finds the emulator: host and port, as URLs and connection strings have them.
package struct ClientAddress: Sendable, Equatable {
  /// `127.0.0.1:4010`
  package let authority: String

  package init(authority: String) {
    self.authority = authority
  }

  /// - Returns: nil for a host that is neither a name nor an address in standard form.
  package init?(_ host: HostAndPort, port: UInt16?) {
    guard let name = host.name() else { return nil }
    let text =
      if case .ip(let bytes) = name, bytes.count == 16 { "[\(name.text)]" } else { name.text }
    authority = text + (port.map { ":\($0)" } ?? "")
  }

  /// What a message says of a wrong value of `--public-url`.
  package static let expectedPublicURL =
    "expected http:// or https://, a host and perhaps a port, such as https://emulator.example:4010"

  /// The host and the port of a URL: http or https, without user, path, query and fragment.
  package init?(publicURL text: String) {
    let lower = text.lowercased()
    guard lower.hasPrefix("http://") || lower.hasPrefix("https://"),
      let host = HostAndPort(written: text)
    else { return nil }
    self.init(host, port: host.port)
  }

  // Without a slash behind: the Python SDK would sign it as a part of the host's name.
  package var http: String { "http://" + authority }
  package var https: String { "https://" + authority }

  /// What an SDK is made with: over https, which most of them speak whatever they are told.
  /// - Parameter accessKey: in base64.
  package func connectionString(_ accessKey: String) -> String {
    "endpoint=\(https)/;accesskey=\(accessKey)"
  }

  /// The same over http.
  package func httpConnectionString(_ accessKey: String) -> String {
    "endpoint=\(http)/;accesskey=\(accessKey)"
  }
}

/// The addresses that clients are told. Guide CommandLine, "Addresses".
package struct Addresses: Sendable {
  /// Where a client on this machine finds the emulator.
  package let own: ClientAddress
  /// Of `--public-url`.
  private let published: ClientAddress?
  private let port: UInt16

  /// - Parameters:
  ///   - address: where the emulator listens.
  ///   - published: what every client is told instead.
  package init(listeningOn address: SocketAddress, published: ClientAddress?) {
    own = ClientAddress(authority: address.localAuthority)
    self.published = published
    port = address.port
  }

  /// What is told to whoever did not ask over HTTP: files, standard output, the library.
  package var standard: ClientAddress { published ?? own }

  /// What a client is told that asked over HTTP: the host that it reached the emulator by, and its port, since a
  /// published port may differ.
  /// - Parameter host: the request's; nil where it has none (HTTP/1.0).
  package func told(to host: HostAndPort?) -> ClientAddress {
    if let published { return published }
    return host.flatMap { ClientAddress($0, port: $0.port ?? port) } ?? own
  }
}
