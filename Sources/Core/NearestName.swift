/// Finds the name that somebody meant, if the given name does not exist.
package enum NearestName {
  /// The name nearest to `name`: the fewest edits, at most a third of its length and at least one; nil if
  /// none is that near.
  package static func suggestion(for name: String, among names: [String]) -> String? {
    let limit = max(1, min(name.count, 64) / 3)
    var best: (name: String, distance: Int)?
    for candidate in names {
      let distance = distance(name.lowercased().prefix(64), candidate.lowercased().prefix(64))
      if distance <= limit, distance < best?.distance ?? .max { best = (candidate, distance) }
    }
    return best?.name
  }

  /// A sentence to put after "There is no …": the nearest name, and all of them.
  package static func hint(for name: String, among names: [String]) -> String {
    let allowed =
      switch names.count {
      case 0: " None is allowed here."
      case 1: " Allowed is \(names[0])."
      default: " Allowed are " + names.joined(separator: ", ") + "."
      }
    guard let suggestion = suggestion(for: name, among: names) else { return allowed }
    return " Did you mean '\(suggestion)'?" + allowed
  }

  /// Insertions, deletions, replacements and swaps of neighbours between two texts.
  private static func distance(_ a: Substring, _ b: Substring) -> Int {
    let a = Array(a)
    let b = Array(b)
    var before: [Int] = []
    var previous = Array(0...b.count)
    for row in a.indices {
      var current = [row + 1]
      for column in b.indices {
        let isSame = a[row] == b[column]
        var value = min(
          previous[column + 1] + 1, current[column] + 1, previous[column] + (isSame ? 0 : 1))
        if row > 0, column > 0, a[row] == b[column - 1], a[row - 1] == b[column] {
          value = min(value, before[column - 1] + 1)
        }
        current.append(value)
      }
      before = previous
      previous = current
    }
    return previous[b.count]
  }
}
