import Core
import EventLoop
import Glibc
import LibCrypto
import Options
import RedirectEmulator

/// An app that this program starts and then rings: where it takes its events, and whether somebody does there.
struct RungApp: Sendable {
  let webhook: Webhook

  /// How long one try to connect may take, in milliseconds.
  private static let limit = 250
  /// How often it is looked whether the app listens.
  static let pause = Duration.milliseconds(20)

  static let readyTimeout = Option.one(
    "ready-timeout", .duration, default: DurationText(.seconds(30)), valueName: "DURATION",
    environment: .none, group: "The app's webhook",
    help: "How long the app may take until it accepts connections.")

  /// Refuses an app that was there before: what it does says nothing of the one that is to be started.
  ///
  /// - Parameters:
  ///   - subject: how messages name the option that has the URL.
  ///   - caller: the command of this program that starts the app.
  /// - Throws: ``Failure/unavailable(_:)``.
  func refuseStranger(_ subject: String, by caller: String) throws(Failure) {
    guard takesConnections else { return }
    throw .unavailable(
      "\(subject): something accepts connections there already; stop it, or choose another port: \(caller) starts the app itself"
    )
  }

  /// Whether somebody accepts connections there.
  var takesConnections: Bool {
    addresses.contains { address in
      guard let socket = try? Socket(connectingTo: address) else { return false }
      defer { socket.close() }
      var waiting = pollfd(fd: socket.descriptor, events: Int16(POLLOUT), revents: 0)
      return poll(&waiting, 1, Int32(Self.limit)) > 0 && socket.connectFailure == nil
    }
  }

  /// The URL as messages have it, without its query, where secrets are.
  var shownURL: String { ShownText.line(Webhook.withoutQuery(webhook.url)) }

  private var addresses: [SocketAddress] {
    if let known = webhook.addresses { return known }
    let host = HTTPAddress(host: webhook.host.text, port: webhook.port, path: "")
    return (try? host.resolved()) ?? []
  }
}
