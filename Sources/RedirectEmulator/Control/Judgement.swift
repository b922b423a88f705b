/// A judgement about a condition, with the reason in words.
enum Judgement {
  case holds(String)
  /// - Parameter at: the id of the call in which it does not hold.
  case fails(String, at: String?)
  /// Nothing happened that could be judged.
  case unseen(String)

  var reason: String {
    switch self {
    case .holds(let reason), .fails(let reason, _), .unseen(let reason): reason
    }
  }
}
