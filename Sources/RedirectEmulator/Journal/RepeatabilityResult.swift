/// What the answer's `Repeatability-Result` said. Contract guide, "Repeatability".
public enum RepeatabilityResult: String, Sendable, CaseIterable {
  case accepted, rejected
}
