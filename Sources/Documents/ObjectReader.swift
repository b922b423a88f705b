/// An object of a document while it is read.
package struct ObjectReader {
  package let members: [DocumentNode.Member]
  /// The object itself.
  package let value: DocumentValue
  /// The index of each name's first member; empty if there are only a few members, which are then searched one by one.
  private let places: [String: Int]

  /// Up to this many members, a search one by one is as fast.
  private static let few = 16

  init(members: [DocumentNode.Member], value: DocumentValue) {
    self.members = members
    self.value = value
    places =
      members.count <= Self.few
      ? [:]
      : Dictionary(
        zip(members.map(\.name), members.indices), uniquingKeysWith: { first, _ in first })
  }

  /// A member; nil if it is absent or null.
  package subscript(_ name: String) -> DocumentValue? {
    guard let member = withNull(name), !member.node.isNull else { return nil }
    return member
  }

  /// A member, also if it is null.
  ///
  /// - Complexity: O(1), so reading all members of an object takes time in proportion to their number.
  package func withNull(_ name: String) -> DocumentValue? {
    let place =
      members.count <= Self.few ? members.firstIndex { $0.name == name } : places[name]
    return place.map {
      DocumentValue(members[$0].value, target: path(name), issues: value.issues)
    }
  }

  /// A required member. If it is missing, an issue is recorded.
  package func required(_ name: String) -> DocumentValue? {
    if let member = self[name] { return member }
    value.refuse("The member '\(name)' is missing.")
    return nil
  }

  /// Records that two members contradict each other, if the first and any of the others are present.
  package func refuse(_ name: String, with others: [String], because reason: String) {
    guard let member = self[name] else { return }
    for other in others where self[other] != nil {
      member.refuse("'\(name)' and '\(other)' cannot be combined: \(reason).")
    }
  }

  /// The path to a member.
  package func path(_ name: String) -> String {
    value.target.isEmpty ? name : "\(value.target).\(name)"
  }
}
