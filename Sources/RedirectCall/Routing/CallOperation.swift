/// What an app can do with an incoming call. A call can be taken once, by one of them.
package enum CallOperation: String, Sendable, CaseIterable {
  /// `POST /calling/callConnections:redirect`: the emulator's purpose.
  case redirect
  /// `POST /calling/callConnections:reject`: a neighbour.
  case reject
  /// `POST /calling/callConnections:answer`: a neighbour.
  case answer

  /// The number that distinguishes its requests from another operation's.
  var number: UInt64 {
    switch self {
    case .redirect: 0
    case .reject: 1
    case .answer: 2
    }
  }
}
