import Foundation
import RedirectCall

/// What the validator takes is JSON for Foundation too, and its ranges are within the body.
enum FuzzBody {
  @Sendable static func run(_ input: [UInt8]) {
    guard let first = input.first else { return }
    let body = Array(input.dropFirst())
    let version = APIVersion.stable[Int(first) % APIVersion.stable.count]
    for strict in [false, true] {
      guard
        let request = try? RedirectBodyValidator.validate(
          body.span, version: version, strict: strict)
      else { continue }
      _ = request.incomingCallContext.string(in: body.span)
      _ = request.target.id.string(in: body.span)
      precondition(request.target.id.range.upperBound <= body.count, "an id behind the body")
      guard (try? JSONSerialization.jsonObject(with: Data(body))) is [String: Any] else {
        fatalError("accepted what JSONSerialization refuses")
      }
    }
  }
}
