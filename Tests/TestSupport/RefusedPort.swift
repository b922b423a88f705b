import Glibc

/// A port of 127.0.0.1 where nobody listens, and where nobody else can while this is there: a port that was let go may be
/// given to another test's server at once.
package final class RefusedPort: Sendable {
  package let number: UInt16
  private let descriptor: Int32

  /// - Throws: `RawClient.Failure` where no port is had.
  package init() throws {
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var count = socklen_t(MemoryLayout<sockaddr_in>.size)
    let descriptor = descriptor
    let isBound = withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, count) == 0 && getsockname(descriptor, $0, &count) == 0
      }
    }
    number = UInt16(bigEndian: address.sin_port)
    guard isBound else { throw RawClient.Failure(description: "no port: errno \(errno)") }
  }

  deinit { close(descriptor) }
}
