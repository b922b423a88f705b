/// What was found about something that holds or does not, with the reason in words.
enum Judgement {
  case holds(String)
  /// - Parameter in: the operation in which it does not.
  case fails(String, in: RedirectOperation)
  /// Nothing happened that would tell.
  case unseen(String)

  var reason: String {
    switch self {
    case .holds(let reason), .fails(let reason, _), .unseen(let reason): reason
    }
  }
}
