/// Why a text cannot be read on, and where.
package struct YAMLError: Error, Sendable, Hashable {
  package var problem: String
  package var mark: YAMLMark

  package init(_ problem: String, at mark: YAMLMark) {
    self.problem = problem
    self.mark = mark
  }
}
