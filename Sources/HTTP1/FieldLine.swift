/// One field line. RFC 9112 §5.
package struct FieldLine: Sendable, Equatable {
  package var name: Range<Int>
  /// The value without leading and trailing white space.
  package var value: Range<Int>
  /// The name, where it is one that the emulator reads.
  package var known: KnownFieldName?

  package init(name: Range<Int>, value: Range<Int>, known: KnownFieldName?) {
    self.name = name
    self.value = value
    self.known = known
  }
}
