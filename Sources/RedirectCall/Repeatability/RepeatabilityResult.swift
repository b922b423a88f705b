import HTTP1

/// What an answer's `Repeatability-Result` says. OASIS Repeatable Requests 1.0; Contract guide,
/// "6. Repeatability".
package enum RepeatabilityResult: String, Sendable {
  case accepted
  case rejected

  /// The field line.
  package var field: ResponseField { ResponseField("Repeatability-Result", rawValue) }
}
