import EventLoop
import Glibc
import Testing

@Suite("Socket: connecting without waiting")
struct ConnectingTests {
  private static func waitUntilWritable(_ socket: Socket) -> Bool {
    var waiting = pollfd(fd: socket.descriptor, events: Int16(POLLOUT), revents: 0)
    return poll(&waiting, 1, 10_000) == 1
  }

  @Test("a socket is connected when it can be written, and bytes go both ways")
  func connects() throws {
    let address = try #require(SocketAddress(host: "127.0.0.1", port: 0))
    let listener = try #require(try ListeningSocket.open(address, count: 1).first)
    defer { listener.close() }
    let socket = try Socket(connectingTo: listener.address)
    defer { socket.close() }
    #expect(Self.waitUntilWritable(socket) && socket.connectFailure == nil)
    var buffer = [UInt8](repeating: 0, count: 8)
    #expect(socket.receive(into: &buffer) == .wouldBlock)
    #expect(socket.send([1, 2, 3], from: 1) == .bytes(2))
  }

  @Test("a port on which nobody listens is a failure")
  func refused() throws {
    let address = try #require(SocketAddress(host: "127.0.0.1", port: 0))
    let listener = try #require(try ListeningSocket.open(address, count: 1).first)
    let closed = listener.address
    listener.close()
    do throws(Errno) {
      let socket = try Socket(connectingTo: closed)
      defer { socket.close() }
      #expect(Self.waitUntilWritable(socket))
      #expect(socket.connectFailure?.code == ECONNREFUSED)
    } catch {
      #expect(error.code == ECONNREFUSED)
    }
  }
}
