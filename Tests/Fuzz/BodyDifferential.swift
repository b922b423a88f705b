import Foundation
import HTTP1
import RedirectCall

/// The body validator beside Foundation's parser: what one takes for JSON the other has to as well, but for the rules
/// that the Contract guide adds (no member twice, no depth over 32, no lone surrogate, no byte order mark) and for the
/// comma before a closing bracket that Foundation lets pass.
enum BodyDifferential {
  static func check(_ bytes: [UInt8]) {
    var isJSON = true
    do {
      _ = try RedirectBodyValidator.validate(bytes.span, version: .v2026March12)
    } catch {
      isJSON = !error.error.isAboutJSON
    }
    guard isJSON else { return }
    let theirs =
      (try? JSONSerialization.jsonObject(with: Data(bytes), options: [.fragmentsAllowed])) != nil
    precondition(theirs, "taken for JSON, which Foundation does not")
  }
}

extension CommunicationError {
  /// A fault of the text itself stands at `$`; those of the schema have a member's path.
  fileprivate var isAboutJSON: Bool { target == "$" || details.contains { $0.target == "$" } }
}
