import Glibc

/// Why a host name has no addresses, in the C library's words.
package struct LookupError: Error, CustomStringConvertible {
  package let description: String
}

extension SocketAddress {
  /// Looks up a host name by the system's settings. It may take as long as they allow, so it is never done on a loop.
  ///
  /// - Returns: its addresses, in the order in which they are to be tried.
  package static func lookUp(_ name: String, port: UInt16) throws(LookupError) -> [SocketAddress] {
    var hints = addrinfo()
    hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    var list: UnsafeMutablePointer<addrinfo>?
    let result = getaddrinfo(name, nil, &hints, &list)
    guard result == 0 else {
      throw LookupError(description: String(cString: gai_strerror(result)))
    }
    defer { freeaddrinfo(list) }
    var addresses: [SocketAddress] = []
    var next = list
    while let entry = next?.pointee {
      var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
      let status = getnameinfo(
        entry.ai_addr, entry.ai_addrlen, &text, socklen_t(text.count), nil, 0, NI_NUMERICHOST)
      let numeric = String(
        decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
      if status == 0, let address = SocketAddress(host: numeric, port: port) {
        addresses.append(address)
      }
      next = entry.ai_next
    }
    return addresses
  }
}
