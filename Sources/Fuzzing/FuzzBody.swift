import RedirectCall
import TestSupport

/// The validator takes a body where the oracle does, and refuses it where that does; its ranges are within the body.
enum FuzzBody {
  private static let versions = APIVersion.stable.map { version in
    (
      version,
      [false, true].map { BodyOracle(version: version.description, isStrict: $0) }
    )
  }

  /// The first byte chooses the version.
  @Sendable static func run(_ input: [UInt8]) {
    guard let first = input.first else { return }
    let body = Array(input.dropFirst())
    let read = BodyOracle.Body(body)
    let (version, oracles) = versions[Int(first) % versions.count]
    for (strict, oracle) in zip([false, true], oracles) {
      let expected = oracle.accepts(read)
      do {
        let request = try RedirectBodyValidator.validate(
          body.span, version: version, strict: strict)
        _ = request.incomingCallContext.string(in: body.span)
        _ = request.target.id.string(in: body.span)
        precondition(request.target.id.range.upperBound <= body.count, "an id behind the body")
        if !expected { fatalError("accepted, strict: \(strict), what the oracle refuses") }
      } catch {
        if expected {
          fatalError("refused, strict: \(strict), what the oracle accepts: \(error.error.message)")
        }
      }
    }
  }
}
