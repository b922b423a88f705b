import Core
import EventLoop
import RedirectEmulator

/// The address of an emulator: the host, the port and the path of an http URL.
struct HTTPAddress: Sendable, Equatable {
  /// In lower case, without brackets.
  let host: String
  let port: UInt16
  /// The beginning of the path of each call, without a trailing slash: empty, or `/_emulator`.
  let path: String

  /// What a message says about a wrong one.
  static let expected = "an http URL, such as http://127.0.0.1:4010/_emulator"

  init(host: String, port: UInt16, path: String) {
    (self.host, self.port, self.path) = (host, port, path)
  }

  /// - Returns: nil if it is not an http URL, or has no path, a query, a fragment or a user. A control API is never at the
  ///   root.
  init?(_ text: String) {
    let scheme = "http://"
    guard text.lowercased().hasPrefix(scheme) else { return nil }
    let rest = text.dropFirst(scheme.count)
    let authority = rest.prefix { $0 != "/" }
    var path = rest[authority.endIndex...]
    while path.hasSuffix("/") { path.removeLast() }
    // The characters that may be in a path without encoding: RFC 3986 §3.3.
    let isPath = path.utf8.allSatisfy {
      ASCII.isLetterOrDigit($0) || "/-._~%!$&'()*+,;=:@".utf8.contains($0)
    }
    guard isPath, !path.isEmpty, let found = HostAndPort(authority), found.name() != nil,
      found.port != 0
    else { return nil }
    self.init(host: found.host, port: found.port ?? 80, path: String(path))
  }

  /// As in `Host`.
  var authority: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }

  var description: String { "http://\(authority)\(path)" }

  /// The addresses to connect to, in the order in which they are to be tried. A name is looked up. That may take as
  /// long as the system's settings allow.
  ///
  /// - Throws: the end of a sentence, if the name has no addresses.
  func resolved() throws(HTTPFailure) -> [SocketAddress] {
    if let numeric = SocketAddress(host: host, port: port) { return [numeric] }
    do throws(LookupError) {
      return try SocketAddress.lookUp(host, port: port)
    } catch {
      throw HTTPFailure("\(host): \(error)")
    }
  }
}

/// Why a request got no response.
struct HTTPFailure: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) {
    self.description = description
  }
}
