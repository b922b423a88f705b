/// How the emulator's side of a request ended on the wire.
public enum RequestEnd: String, Sendable, CaseIterable {
  /// The whole answer was written, and the connection stayed.
  case answered
  /// The emulator closed the connection, with or without an answer.
  case closed
  /// The emulator aborted the connection (TCP RST).
  case reset
  /// The client left before its answer was whole.
  case clientLeft
}
