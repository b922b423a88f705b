/// An object of a document while it is read.
package struct ObjectReader {
  package let members: [DocumentNode.Member]
  /// The object itself.
  package let value: DocumentValue

  init(members: [DocumentNode.Member], value: DocumentValue) {
    self.members = members
    self.value = value
  }

  /// A member; nil where it is absent or null.
  package subscript(_ name: String) -> DocumentValue? {
    guard let member = withNull(name), !member.node.isNull else { return nil }
    return member
  }

  /// A member, also where it is null.
  package func withNull(_ name: String) -> DocumentValue? {
    for member in members where member.name == name {
      return DocumentValue(member.value, target: path(name), issues: value.issues)
    }
    return nil
  }

  /// A member that has to be there; its absence is noted.
  package func required(_ name: String) -> DocumentValue? {
    if let member = self[name] { return member }
    value.refuse("The member '\(name)' is missing.")
    return nil
  }

  /// Notes that two members contradict each other, where the first and any of the others are there.
  package func refuse(_ name: String, with others: [String], because reason: String) {
    guard let member = self[name] else { return }
    for other in others where self[other] != nil {
      member.refuse("'\(name)' and '\(other)' do not go together: \(reason).")
    }
  }

  /// The path to a member.
  package func path(_ name: String) -> String {
    value.target.isEmpty ? name : "\(value.target).\(name)"
  }
}
