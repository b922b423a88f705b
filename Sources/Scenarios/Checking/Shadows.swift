import Core

/// What the rules of a list take from the rules below them: their name, or everything that they would match.
struct Shadows {
  private let names: [String]
  private let conditions: [Conditions]
  /// For each kind of ordinals the rules that have a range of it, in their order.
  private let ranged: [(kind: Kind, places: [Int])]

  /// The first rule with each name.
  private let firstPlaces: [String: Int]

  /// A condition on ordinals.
  private enum Kind: CaseIterable {
    case attempts, calls, connections
  }

  init(_ rules: [(name: String, conditions: Conditions)]) {
    names = rules.map(\.name)
    firstPlaces = Dictionary(
      names.enumerated().map { ($0.element, $0.offset) }, uniquingKeysWith: { first, _ in first })
    let conditions = rules.map(\.conditions)
    self.conditions = conditions
    ranged = Kind.allCases.map { kind in
      (kind, conditions.indices.filter { Self.range(kind, conditions[$0]) != nil })
    }
  }

  /// The place of an earlier rule with the same name.
  func namesake(of index: Int) -> Int? {
    firstPlaces[names[index]].flatMap { $0 < index ? $0 : nil }
  }

  /// The first rule that holds whenever a later one does.
  ///
  /// - Complexity: O(rules above it).
  func one(of index: Int) -> String? {
    for place in 0..<index where conditions[place].holdsWhenever(conditions[index]) {
      return names[place]
    }
    return nil
  }

  /// The names of rules that hold together whenever a later one does, although none of them does alone. Each one holds
  /// whenever the later rule does, except for one condition on ordinals. In that condition they leave no gap.
  ///
  /// - Complexity: O(rules above it that have such a condition).
  func several(of index: Int) -> String? {
    for (kind, places) in ranged {
      var parts: [(name: String, range: OrdinalRange)] = []
      for place in places {
        if place >= index { break }
        guard let range = Self.range(kind, conditions[place]) else { continue }
        if Self.without(kind, conditions[place]).holdsWhenever(conditions[index]) {
          parts.append((names[place], range))
        }
      }
      if let names = Self.names(parts, cover: Self.range(kind, conditions[index])) { return names }
    }
    return nil
  }

  /// The names of the parts that cover a range together; nil if they do not.
  private static func names(
    _ parts: [(name: String, range: OrdinalRange)], cover range: OrdinalRange?
  ) -> String? {
    var next = range?.lower ?? 1
    let last = range.map(\.upper) ?? nil
    var names: [String] = []
    for (name, range) in parts.sorted(by: { $0.range.lower < $1.range.lower }) {
      guard range.lower <= next else { break }
      guard let upper = range.upper, upper < last ?? .max else {
        return (names + ["'\(name)'"]).joined(separator: ", ")
      }
      if upper >= next {
        next = upper + 1
        names.append("'\(name)'")
      }
    }
    return nil
  }

  private static func range(_ kind: Kind, _ conditions: borrowing Conditions) -> OrdinalRange? {
    switch kind {
    case .attempts: conditions.attempts
    case .calls: conditions.calls
    case .connections: conditions.connections
    }
  }

  private static func without(_ kind: Kind, _ conditions: Conditions) -> Conditions {
    var conditions = conditions
    switch kind {
    case .attempts: conditions.attempts = nil
    case .calls: conditions.calls = nil
    case .connections: conditions.connections = nil
    }
    return conditions
  }
}

extension Conditions {
  /// Whether these conditions hold for every request for which `other` hold. Then a rule with `other` that comes after
  /// one with these is never tried.
  func holdsWhenever(_ other: Conditions) -> Bool {
    func covers(_ mine: OrdinalRange?, _ others: OrdinalRange?) -> Bool {
      guard let mine else { return true }
      return others.map(mine.covers) ?? (mine.lower == 1 && mine.upper == nil)
    }
    guard over == nil, every ?? 1 == 1, chance ?? 1 == 1 else { return false }
    // These conditions never hold for a request that is about no registered call, whatever their range is.
    func coversOfCall(_ mine: OrdinalRange?, _ others: OrdinalRange?) -> Bool {
      guard let mine else { return true }
      return others.map(mine.covers) ?? false
    }
    guard coversOfCall(ofCall, other.ofCall), coversOfCall(deliveries, other.deliveries) else {
      return false
    }
    guard covers(attempts, other.attempts), covers(calls, other.calls),
      covers(connections, other.connections)
    else { return false }
    if let state, state != other.state { return false }
    if let during {
      guard let others = other.during, during.covers(others) else { return false }
    }
    return match.fitsWhenever(other.match)
  }
}

extension RequestMatch {
  /// Whether this match fits every request that `other` fits.
  func fitsWhenever(_ other: RequestMatch) -> Bool {
    func covers(_ mine: TextPattern?, _ others: TextPattern?) -> Bool {
      guard let mine else { return true }
      return others.map(mine.covers) ?? false
    }
    return (validity == .any || validity == other.validity)
      && (auth == nil || auth == other.auth)
      && covers(apiVersion, other.apiVersion) && covers(targetKind, other.targetKind)
      && covers(targetID, other.targetID) && covers(context, other.context)
      && covers(user, other.user)
      && headers.allSatisfy { mine in
        other.headers.contains {
          $0.name.equalsIgnoringCase(mine.name)
            && (mine.value == nil
              ? $0.value == nil : $0.value != nil && covers(mine.value, $0.value))
        }
      }
  }
}
