/// The names that one object has had so far, to find those given twice. RFC 8259 §4 leaves duplicates open;
/// the contract refuses them. Contract guide, "5. Body".
///
/// Names of the contract are bits; others are kept by their text, and only those cost an allocation.
struct MemberNames {
  /// Members of one object that the contract does not name; more are refused, so that the set is bounded.
  static let unknownLimit = 1_000

  private var known: UInt32 = 0
  private var others: Set<[UInt8]> = []

  var isFull: Bool { others.count > Self.unknownLimit }

  /// Adds a name of the contract; false where it was there.
  @inline(__always)
  mutating func insert(_ name: MemberName) -> Bool {
    let bit: UInt32 = 1 << UInt32(name.rawValue)
    defer { known |= bit }
    return known & bit == 0
  }

  /// Adds another name, unescaped; false where it was there.
  mutating func insert(_ name: [UInt8]) -> Bool {
    others.insert(name).inserted
  }
}
