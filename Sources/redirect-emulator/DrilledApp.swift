import Core
import EventLoop
import Glibc
import LibCrypto
import RedirectEmulator

/// Where the app of a drill takes its events, and whether somebody does there.
struct DrilledApp {
  let webhook: Webhook

  /// How long one try to connect may take.
  private static let limit = 250

  /// Whether somebody accepts connections there.
  var takesConnections: Bool {
    addresses.contains { address in
      guard let socket = try? Socket(connectingTo: address) else { return false }
      defer { socket.close() }
      var waiting = pollfd(fd: socket.descriptor, events: Int16(POLLOUT), revents: 0)
      return poll(&waiting, 1, Int32(Self.limit)) > 0 && socket.connectFailure == nil
    }
  }

  private var addresses: [SocketAddress] {
    if let known = webhook.addresses { return known }
    let host = HTTPAddress(host: webhook.host.text, port: webhook.port, path: "")
    return (try? host.resolved()) ?? []
  }
}
