/// What a client speaks; the emulator serves both on one port.
package enum Scheme: String, Sendable, CaseIterable, CustomStringConvertible {
  case http, https

  package var description: String { rawValue }

  /// How the server says that it ends a connection in good order.
  package var goodEnding: RawClient.Ending { self == .http ? .fin : .closeNotify }
}
