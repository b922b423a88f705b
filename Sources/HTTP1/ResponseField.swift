/// One field line of an answer. Both parts are made by the emulator or checked when they are read from a
/// scenario, so that neither holds CR, LF or NUL.
package struct ResponseField: Sendable, Equatable {
  package var name: String
  package var value: String

  package init(_ name: String, _ value: String) {
    self.name = name
    self.value = value
  }
}
