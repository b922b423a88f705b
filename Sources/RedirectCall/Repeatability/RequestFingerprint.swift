/// 128 bits that stand for all that must be the same in a repeated request. Contract guide,
/// "6. Repeatability".
package struct RequestFingerprint: Sendable, Hashable {
  package let high: UInt64
  package let low: UInt64
}
