extension [UInt8] {
  /// Appends a span's bytes in one copy.
  package mutating func append(copying bytes: Span<UInt8>) {
    bytes.withUnsafeBufferPointer { append(contentsOf: $0) }
  }
}
