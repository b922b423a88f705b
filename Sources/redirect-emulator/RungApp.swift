import Core
import EventLoop
import Glibc
import LibCrypto
import Options
import RedirectEmulator

/// An app that this program starts and then sends calls to: where it receives its events, and whether a program listens
/// there.
struct RungApp: Sendable {
  let webhook: Webhook

  /// How long one try to connect may take, in milliseconds.
  private static let limit = 250
  /// The pause between two checks whether the app listens.
  static let pause = Duration.milliseconds(20)

  static let readyTimeout = Option.one(
    "ready-timeout", .duration, default: DurationText(.seconds(30)), valueName: "DURATION",
    environment: .none, group: "The app's webhook",
    help: "How long the app may take until it accepts connections.")

  /// Refuses an app that was there before: its results would say nothing about the one that is to be started.
  ///
  /// - Parameters:
  ///   - subject: the option with the URL, for messages.
  ///   - caller: the command of this program that starts the app.
  /// - Throws: ``Failure/unavailable(_:)``.
  func refuseStranger(_ subject: String, by caller: String) throws(Failure) {
    guard takesConnections else { return }
    throw .unavailable(
      "\(subject): something accepts connections there already; stop it, or choose another port: \(caller) starts the app itself"
    )
  }

  /// Whether a program accepts connections there.
  var takesConnections: Bool {
    addresses.contains { address in
      guard let socket = try? Socket(connectingTo: address) else { return false }
      defer { socket.close() }
      var waiting = pollfd(fd: socket.descriptor, events: Int16(POLLOUT), revents: 0)
      return poll(&waiting, 1, Int32(Self.limit)) > 0 && socket.connectFailure == nil
    }
  }

  /// The URL for messages, without its query, which has secrets.
  var shownURL: String { ShownText.line(Webhook.withoutQuery(webhook.url)) }

  private var addresses: [SocketAddress] {
    if let known = webhook.addresses { return known }
    let host = HTTPAddress(host: webhook.host.text, port: webhook.port, path: "")
    return (try? host.resolved()) ?? []
  }
}
