import Glibc

/// The numeric addresses that clients connect to: those of this machine, and the one that a connection came to.
/// An address is 4 or 16 bytes in network order.
package enum MachineAddress {
  /// The most addresses that ``all`` lists: a machine with many containers has hundreds of interfaces.
  package static let limit = 64

  /// The addresses of the machine's interfaces, without those of IPv6 that need a zone (link-local, RFC 4291 §2.5.6):
  /// a URL has none. Empty where the system does not say.
  package static var all: [[UInt8]] {
    var first: UnsafeMutablePointer<ifaddrs>?
    guard getifaddrs(&first) == 0 else { return [] }
    defer { freeifaddrs(first) }
    var addresses: [[UInt8]] = []
    var next = first
    while let interface = next?.pointee, addresses.count < limit {
      next = interface.ifa_next
      guard let address = interface.ifa_addr.flatMap({ bytes(of: UnsafePointer($0)) }),
        !isLinkLocal(address), !addresses.contains(address)
      else { continue }
      addresses.append(address)
    }
    return addresses
  }

  /// The address of this machine that a connected socket's peer reached; nil if the socket has none.
  package static func ofConnection(_ descriptor: Int32) -> [UInt8]? {
    var storage = sockaddr_storage()
    var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
    return withUnsafeMutablePointer(to: &storage) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        guard getsockname(descriptor, address, &length) == 0 else { return nil }
        return bytes(of: UnsafePointer(address))
      }
    }
  }

  /// Where a connected socket's peer is, as `127.0.0.1:40112` or `[::1]:40112`; nil if it is gone.
  package static func ofPeer(_ descriptor: Int32) -> String? {
    var storage = sockaddr_storage()
    var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
    return withUnsafeMutablePointer(to: &storage) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        guard getpeername(descriptor, address, &length) == 0,
          let host = bytes(of: UnsafePointer(address))
        else { return nil }
        // sin_port and sin6_port are at the same place: bytes 2 and 3.
        let port = UnsafeRawPointer(address).loadUnaligned(fromByteOffset: 2, as: UInt16.self)
        return text(host) + ":\(UInt16(bigEndian: port))"
      }
    }
  }

  /// - Parameter address: 4 or 16 bytes in network order.
  private static func text(_ address: [UInt8]) -> String {
    let isShort = address.count == 4
    var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
    guard
      inet_ntop(isShort ? AF_INET : AF_INET6, address, &text, socklen_t(INET6_ADDRSTRLEN)) != nil
    else { return "" }
    let name = String(
      decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    return isShort ? name : "[\(name)]"
  }

  /// - Parameter address: as long as its family says, which is what the kernel and getifaddrs(3) give.
  private static func bytes(of address: UnsafePointer<sockaddr>) -> [UInt8]? {
    switch Int32(address.pointee.sa_family) {
    case AF_INET:
      return UnsafeRawPointer(address).withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
        withUnsafeBytes(of: $0.pointee.sin_addr) { Array($0) }
      }
    case AF_INET6:
      let bytes = UnsafeRawPointer(address)
        .withMemoryRebound(to: sockaddr_in6.self, capacity: 1) {
          withUnsafeBytes(of: $0.pointee.sin6_addr) { Array($0) }
        }
      // A listener on `::` sees IPv4 as ::ffff:a.b.c.d (RFC 4291 §2.5.5.2); its client wrote a.b.c.d.
      return bytes.starts(with: mappedPrefix) ? Array(bytes.suffix(4)) : bytes
    default: return nil
    }
  }

  private static let mappedPrefix: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF]

  private static func isLinkLocal(_ address: [UInt8]) -> Bool {
    address.count == 16 && address[0] == 0xFE && address[1] & 0xC0 == 0x80
  }
}
