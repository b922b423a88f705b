import Glibc

/// Random numbers that are a function of a seed, a rule and an ordinal, the same on every machine and run:
/// SplitMix64 (Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators, 2014).
package struct SeededRandom: Sendable, RandomNumberGenerator {
  /// What numbers are drawn for. It is a part of the seed, so a rule's decisions say nothing about its delays.
  package enum Purpose: UInt64, Sendable {
    case chance = 1
    case values = 2
    case connectionChance = 3
    case eventChance = 4
    case eventValues = 5
  }

  private var state: UInt64

  package init(seed: UInt64) {
    state = seed
  }

  /// - Parameters:
  ///   - rule: its index.
  ///   - ordinal: the number of the rule's decision, from 1.
  package init(seed: UInt64, rule: Int, ordinal: Int, purpose: Purpose) {
    state = seed
    mix(purpose.rawValue)
    mix(UInt64(truncatingIfNeeded: rule))
    mix(UInt64(truncatingIfNeeded: ordinal))
  }

  /// - Parameters:
  ///   - rule: its index among those for events.
  ///   - call: its number among the calls that are delivered, from 1.
  ///   - delivery: the number of the delivery of its event, from 1.
  init(seed: UInt64, rule: Int, call: Int, delivery: Int, purpose: Purpose) {
    self.init(seed: seed, rule: rule, ordinal: call, purpose: purpose)
    mix(UInt64(truncatingIfNeeded: delivery))
  }

  private mutating func mix(_ part: UInt64) {
    state = next() ^ part &* 0x9E37_79B9_7F4A_7C15
  }

  package mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// Uniform in 0..<1, of 53 bits.
  package mutating func unit() -> Double {
    Double(next() >> 11) * 0x1p-53
  }

  /// From the standard normal distribution, by Box and Muller's transform.
  package mutating func normal() -> Double {
    // 1 - unit is never 0. The logarithm of 0 would be infinite.
    let radius = (-2 * log(1 - unit())).squareRoot()
    return radius * cos(2 * .pi * unit())
  }
}
