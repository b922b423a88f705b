/// What was found about something that holds or does not, with the reason in words.
enum Judgement {
  case holds(String)
  case fails(String)
  /// Nothing happened that would tell.
  case unseen(String)

  var reason: String {
    switch self {
    case .holds(let reason), .fails(let reason), .unseen(let reason): reason
    }
  }
}
