/// A place in a text.
package struct DocumentPlace: Sendable, Hashable, Comparable {
  /// From 1.
  package var line: Int
  /// From 1, in characters (Unicode scalars).
  package var column: Int

  package init(line: Int, column: Int) {
    self.line = line
    self.column = column
  }

  package static func < (a: DocumentPlace, b: DocumentPlace) -> Bool {
    (a.line, a.column) < (b.line, b.column)
  }
}

/// Why the reading of a text stopped, and where.
package struct DocumentFault: Error, Sendable, Hashable {
  package var problem: String
  package var place: DocumentPlace

  package init(_ problem: String, at place: DocumentPlace) {
    self.problem = problem
    self.place = place
  }
}

extension DocumentFault: CustomStringConvertible {
  package var description: String { "line \(place.line), column \(place.column): \(problem)" }
}
