import Core
import HTTP1
import RedirectCall

extension Action {
  /// Whether a client can read the head of the response of `respond`: false if the fault sends nothing of it, or cuts
  /// it short. If a fault cuts at a part of the whole, the field lines of every response are assumed to have their
  /// usual length.
  var showsResponse: Bool {
    guard let respond, let fault else { return true }
    let response = DraftResponse(respond, common: Self.usualFields, now: Instant(nanoseconds: 0))
    var random = SeededRandom(seed: 0)
    return fault.plan(response, &random).headLength != nil
  }

  /// These are as long as in the response to an SDK's request.
  static let usualFields = [
    ResponseField("Server", "redirect-emulator"),
    ResponseField("Date", "Sun, 06 Nov 1994 08:49:37 GMT"),
    ResponseField("X-Microsoft-Skype-Chain-ID", "00000000-0000-4000-8000-000000000000"),
    ResponseField("x-ms-client-request-id", "00000000-0000-4000-8000-000000000000"),
    ResponseField("Repeatability-Result", "accepted"),
  ]
}
