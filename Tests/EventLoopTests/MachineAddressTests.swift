import EventLoop
import Glibc
import Testing

@Suite struct MachineAddressTests {
  @Test("the machine has loopback, each address once, and none that needs a zone")
  func all() {
    let all = MachineAddress.all
    #expect(all.contains([127, 0, 0, 1]))
    #expect(Set(all).count == all.count && all.count <= MachineAddress.limit)
    for address in all {
      #expect(address.count == 4 || address.count == 16)
      #expect(!(address.count == 16 && address[0] == 0xFE && address[1] & 0xC0 == 0x80))
    }
  }

  @Test(
    "a connection came to the address that its peer connected to, in the form that the peer wrote",
    arguments: [
      ("127.0.0.1", "127.0.0.1", [127, 0, 0, 1]), ("0.0.0.0", "127.0.0.2", [127, 0, 0, 2]),
      ("::", "127.0.0.3", [127, 0, 0, 3]),
      ("::", "::1", [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]),
    ] as [(String, String, [UInt8])])
  func connection(listening: String, connecting: String, expected: [UInt8]) throws {
    let listener = try Self.open(listening, port: 0, bind)
    defer { close(listener) }
    try #require(listen(listener, 1) == 0)
    let client = try Self.open(connecting, port: try Self.port(of: listener), connect)
    defer { close(client) }
    var entry = pollfd(fd: listener, events: Int16(POLLIN), revents: 0)
    try #require(poll(&entry, 1, 10_000) == 1)
    let accepted = accept(listener, nil, nil)
    try #require(accepted >= 0)
    defer { close(accepted) }
    #expect(MachineAddress.ofConnection(accepted) == expected)
  }

  @Test("what is not a connection of the internet has no address")
  func others() throws {
    var ends: [Int32] = [0, 0]
    try #require(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends) == 0)
    defer { for end in ends { close(end) } }
    #expect(MachineAddress.ofConnection(ends[0]) == nil)
    #expect(MachineAddress.ofConnection(-1) == nil)
  }

  /// A socket that was bound, or connected, to a numeric address.
  private static func open(
    _ host: String, port: UInt16, _ call: (Int32, UnsafePointer<sockaddr>, socklen_t) -> Int32
  ) throws -> Int32 {
    var hints = addrinfo()
    hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    hints.ai_flags = AI_NUMERICHOST
    var found: UnsafeMutablePointer<addrinfo>?
    try #require(getaddrinfo(host, String(port), &hints, &found) == 0)
    defer { freeaddrinfo(found) }
    let info = try #require(found?.pointee)
    let address = try #require(info.ai_addr)
    let made = socket(info.ai_family, info.ai_socktype, 0)
    try #require(call(made, address, info.ai_addrlen) == 0)
    return made
  }

  private static func port(of descriptor: Int32) throws -> UInt16 {
    var storage = sockaddr_storage()
    var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
    let result = withUnsafeMutablePointer(to: &storage) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &length) }
    }
    try #require(result == 0)
    // The port is at the same place for both families.
    return withUnsafeBytes(of: storage) { UInt16($0[2]) << 8 | UInt16($0[3]) }
  }
}
