extension [UInt8] {
  /// Appends the bytes of `range`, in one copy.
  package mutating func append(copying source: Span<UInt8>, _ range: Range<Int>) {
    // The one place of this module with a pointer: it lives for this call only, and spares a loop over bytes.
    source.extracting(range).withUnsafeBufferPointer { append(contentsOf: $0) }
  }
}
