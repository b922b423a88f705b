import Core
import EventLoop
import LibCrypto

/// Where a client finds the emulator: host and port, as in URLs and connection strings.
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

  /// What a message says about a wrong value of `--public-url`.
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

  // Without a slash at the end, because the Python SDK would sign it as a part of the host's name.
  package var http: String { "http://" + authority }
  package var https: String { "https://" + authority }

  /// The URL of the live page, if the control API is at this address; the name of a resource follows.
  var page: String { http + "/_emulator/#/" }

  /// The connection string for SDKs: with https, which most of them always use.
  /// - Parameter accessKey: in base64.
  package func connectionString(_ accessKey: String) -> String {
    "endpoint=\(https)/;accesskey=\(accessKey)"
  }

  /// The same over http.
  package func httpConnectionString(_ accessKey: String) -> String {
    "endpoint=\(http)/;accesskey=\(accessKey)"
  }
}

/// The addresses that clients get. Guide CommandLine, "Addresses".
package struct Addresses: Sendable {
  /// Where a client on this machine finds the emulator.
  package let own: ClientAddress
  /// Where a client on this machine finds the control API: on its own port, if it has one.
  package let ownControl: ClientAddress
  /// The address of `--public-url`.
  private let published: ClientAddress?
  private let port: UInt16
  private let controlPort: UInt16?

  /// - Parameters:
  ///   - address: where the emulator listens.
  ///   - published: the address that every client gets instead.
  ///   - controlPort: the control API's own port, if it has one.
  package init(
    listeningOn address: SocketAddress, published: ClientAddress?, controlPort: UInt16? = nil
  ) {
    self.controlPort = controlPort
    var control = address
    control.port = controlPort ?? address.port
    ownControl = ClientAddress(authority: control.localAuthority)
    own = ClientAddress(authority: address.localAuthority)
    self.published = published
    port = address.port
  }

  /// The addresses outside of HTTP responses: in files, on standard output, in the library.
  package var standard: ClientAddress { published ?? own }

  /// The addresses in an HTTP response: the host of the request and, if it came in on the
  /// service's port, the port of the request, because a published port may differ.
  ///
  /// - Parameters:
  ///   - host: the request's host; nil if it has none (HTTP/1.0).
  ///   - entrance: where the request came in.
  package func told(to host: HostAndPort?, on entrance: Entrance = .service) -> ClientAddress {
    if let published { return published }
    guard let host else { return own }
    // The control API's port does not say how the service's port is published.
    let told = entrance == .service ? host.port ?? port : port
    return ClientAddress(host, port: told) ?? own
  }

  /// Where the client of an HTTP request finds the control API: at the address of the request.
  package func control(to host: HostAndPort?, on entrance: Entrance) -> ClientAddress {
    if entrance == .service { return told(to: host) }
    return host.flatMap { ClientAddress($0, port: $0.port ?? controlPort) } ?? ownControl
  }
}

/// The port that a connection came to.
package enum Entrance: Sendable, Hashable {
  /// The port of `--port`, which serves everything.
  case service
  /// The port of `--control-port`, which serves the control API only. Rules for connections do not apply to it, and
  /// nothing on it is counted or kept as a request.
  case control
}
