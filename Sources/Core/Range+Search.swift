extension Range<Int> {
  /// The first number of which something holds that holds of all behind it, too; the end where it holds of none.
  ///
  /// - Complexity: O(log count) calls of `holds`.
  @inlinable
  package func first(fromWhich holds: (Int) -> Bool) -> Int {
    var (lower, upper) = (lowerBound, upperBound)
    while lower < upper {
      let middle = lower + (upper - lower) / 2
      if holds(middle) { upper = middle } else { lower = middle + 1 }
    }
    return lower
  }
}
