extension Range<Int> {
  /// The first number for which `holds` is true. It must then be true for all later numbers, too. If it is true for
  /// none, the result is the range's end.
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
