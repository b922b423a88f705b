/// What an app can do about a call that comes in. A call can be taken once, by one of them.
package enum CallOperation: String, Sendable, CaseIterable {
  /// `POST /calling/callConnections:redirect`: what the emulator is about.
  case redirect
  /// `POST /calling/callConnections:reject`: a neighbour.
  case reject
  /// `POST /calling/callConnections:answer`: a neighbour.
  case answer

  /// What tells its requests from another operation's.
  var number: UInt64 {
    switch self {
    case .redirect: 0
    case .reject: 1
    case .answer: 2
    }
  }
}
