import TLS
import TestSupport
import Testing

@Suite struct ClientHelloTests {
  /// What a real client sends first.
  static func hello(_ name: String?) throws -> [UInt8] {
    let session = try TLSClientSession(serverName: name)
    _ = try session.handshake()
    return session.output()
  }

  /// The same message in records of at most this many bytes.
  static func split(_ hello: [UInt8], into length: Int) -> [UInt8] {
    var records: [UInt8] = []
    var rest = hello.dropFirst(5)
    while !rest.isEmpty {
      let part = rest.prefix(length)
      records += [22, 3, 1, UInt8(part.count >> 8), UInt8(part.count & 0xFF)] + part
      rest = rest.dropFirst(length)
    }
    return records
  }

  @Test(
    "the name that a client asks for is found, in lower case and without the root's dot",
    arguments: [
      ("localhost", "localhost"), ("MyTest.LocalHost", "mytest.localhost"),
      ("a.localhost.", "a.localhost"), (nil, nil),
    ] as [(String?, String?)])
  func name(asked: String?, found: String?) throws {
    let hello = try Self.hello(asked)
    for bytes in [hello, Self.split(hello, into: 1), Self.split(hello, into: 100), hello + [1, 2]] {
      #expect(ClientHello.read(bytes.span) == .whole(serverName: found))
    }
  }

  @Test("every beginning of a message is incomplete")
  func beginnings() throws {
    let hello = try Self.hello("localhost")
    for bytes in [hello, Self.split(hello, into: 7)] {
      for count in 0..<bytes.count {
        #expect(ClientHello.read(Array(bytes[..<count]).span) == .incomplete, "\(count)")
      }
    }
  }

  @Test(
    "what is not a ClientHello is left to libssl",
    arguments: [
      Array("\u{16}GET / HTTP/1.1\r\n\r\n".utf8), [22, 3, 1, 0, 0], [22, 3, 1, 0, 1, 2],
      [22, 3, 1, 0, 4, 1, 0xFF, 0xFF, 0xFF], [22, 3, 1, 0x50, 0], [22, 3, 1, 0, 4, 1, 0, 0, 0],
      [22, 3, 1, 0, 1, 1, 23, 3, 3, 0, 0],
    ])
  func others(bytes: [UInt8]) {
    #expect(ClientHello.read(bytes.span) == .unreadable)
  }

  @Test("no damage to a message makes it anything but one of the three")
  func damage() throws {
    let hello = try Self.hello("localhost")
    for index in hello.indices {
      for value: UInt8 in [0, 1, 0x7F, 0xFF] {
        var bytes = hello
        bytes[index] = value
        if case .whole(let name?) = ClientHello.read(bytes.span) {
          #expect(name.utf8.count <= 300)
        }
      }
    }
  }
}
