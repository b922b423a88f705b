import Glibc

/// An IPv4 or IPv6 address with a port, for a listener.
package struct SocketAddress: Sendable, Equatable {
  private var storage: Storage
  package let host: String

  private enum Storage: Sendable, Equatable {
    case v4(UInt32)
    case v6([UInt8])
  }

  package var port: UInt16

  /// - Parameters:
  ///   - host: a numeric IPv4 or IPv6 address (brackets allowed), or `localhost`.
  ///   - port: 0 asks for any free port.
  /// - Returns: nil for anything that is not a numeric address: names are not looked up.
  package init?(host: String, port: UInt16) {
    var text = host == "localhost" ? "127.0.0.1" : host
    if text.hasPrefix("["), text.hasSuffix("]") { text = String(text.dropFirst().dropLast()) }
    var four = in_addr()
    var six = in6_addr()
    if inet_pton(AF_INET, text, &four) == 1 {
      storage = .v4(four.s_addr)
    } else if inet_pton(AF_INET6, text, &six) == 1 {
      storage = .v6(withUnsafeBytes(of: six) { Array($0) })
    } else {
      return nil
    }
    self.host = text
    self.port = port
  }

  var family: Int32 {
    switch storage {
    case .v4: AF_INET
    case .v6: AF_INET6
    }
  }

  /// Whether only this machine can reach a listener here.
  package var isLoopback: Bool {
    switch storage {
    case .v4(let address): UInt32(bigEndian: address) >> 24 == 127
    case .v6(let bytes): bytes == [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]
    }
  }

  /// `host:port`, with an IPv6 address in brackets as RFC 3986 §3.2.2 writes it.
  package var authority: String {
    switch storage {
    case .v4: "\(host):\(port)"
    case .v6: "[\(host)]:\(port)"
    }
  }

  /// ``authority`` as a client on this machine writes it. Nobody can connect to the address that means "all addresses",
  /// so it is replaced.
  package var localAuthority: String {
    switch host {
    case "0.0.0.0": "127.0.0.1:\(port)"
    case "::": "[::1]:\(port)"
    default: authority
    }
  }

  func withSockAddr<R>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> R) -> R {
    switch storage {
    case .v4(let bits):
      var address = sockaddr_in()
      address.sin_family = sa_family_t(AF_INET)
      address.sin_port = port.bigEndian
      address.sin_addr.s_addr = bits
      return withUnsafePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
        }
      }
    case .v6(let bytes):
      var address = sockaddr_in6()
      address.sin6_family = sa_family_t(AF_INET6)
      address.sin6_port = port.bigEndian
      withUnsafeMutableBytes(of: &address.sin6_addr) { $0.copyBytes(from: bytes) }
      return withUnsafePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          body($0, socklen_t(MemoryLayout<sockaddr_in6>.size))
        }
      }
    }
  }

  /// The port that the kernel gave a bound socket.
  static func boundPort(of descriptor: Int32) throws(Errno) -> UInt16 {
    var storage = sockaddr_storage()
    var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
    let result = withUnsafeMutablePointer(to: &storage) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        getsockname(descriptor, $0, &length)
      }
    }
    if result < 0 { throw Errno(errno, in: "getsockname") }
    // sin_port and sin6_port are at the same place: bytes 2 and 3.
    return withUnsafeBytes(of: &storage) { UInt16($0[2]) << 8 | UInt16($0[3]) }
  }
}
