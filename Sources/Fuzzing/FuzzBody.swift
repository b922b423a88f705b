import Documents
import RedirectCall
import TestSupport

/// The validator accepts what Foundation's parsers and the guide's rules accept, and nothing else, and reads the same
/// from it.
enum FuzzBody {
  /// The first byte chooses the version, the rest is the body.
  @Sendable static func run(_ input: [UInt8]) {
    guard let first = input.first else { return }
    let body = Array(input.dropFirst())
    let version = APIVersion.stable[Int(first) % APIVersion.stable.count]
    let oracle = BodyOracle(body)
    for strict in [false, true] {
      if let disagreement = oracle.disagreement(
        with: answer(body, version, strict: strict), version: "\(version)", strict: strict)
      {
        fatalError(disagreement)
      }
    }
  }

  private static func answer(_ body: [UInt8], _ version: APIVersion, strict: Bool)
    -> BodyOracle.Outcome
  {
    do {
      let request = try RedirectBodyValidator.validate(body.span, version: version, strict: strict)
      let target = request.target
      precondition(target.id.range.upperBound <= body.count, "an id behind the body")
      return .accepted(
        context: request.incomingCallContext.bytes(in: body.span),
        rawID: target.rawID?.bytes(in: body.span), kind: target.kind.rawValue,
        id: target.id.bytes(in: body.span))
    } catch {
      return .refused(error.error.message)
    }
  }
}
