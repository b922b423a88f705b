/// How the emulator's side of a request ended on the wire.
public enum RequestEnd: String, Sendable, CaseIterable {
  /// The whole response was written. The connection stayed, or ended because the client had asked for that.
  case answered
  /// The emulator closed the connection, with or without a response: a fault did, or the emulator stopped meanwhile.
  case closed
  /// The emulator aborted the connection (TCP RST).
  case reset
  /// The client left before its response was whole.
  case clientLeft
}
