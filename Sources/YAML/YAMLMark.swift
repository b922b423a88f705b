/// A place in a text.
package struct YAMLMark: Sendable, Hashable {
  /// From 1.
  package var line: Int
  /// From 1, in characters (Unicode scalars).
  package var column: Int

  package init(line: Int, column: Int) {
    self.line = line
    self.column = column
  }
}
