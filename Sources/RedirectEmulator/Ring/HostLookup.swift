import Core
import EventLoop
import Glibc

/// Looks up host names, as the system's settings say. It may take as long as they say, so that it is never done on a loop.
enum HostLookup {
  /// The addresses of a name, in the order in which they are to be tried.
  static func addresses(of name: String, port: UInt16) throws(OutboundFailure) -> [SocketAddress] {
    var hints = addrinfo()
    hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    var list: UnsafeMutablePointer<addrinfo>?
    let result = getaddrinfo(name, nil, &hints, &list)
    guard result == 0 else {
      throw OutboundFailure(
        "the host \(name) was not found: \(String(cString: gai_strerror(result)))")
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
    guard !addresses.isEmpty else { throw OutboundFailure("the host \(name) has no address") }
    return addresses
  }
}
