/// How much of a request is read before it is refused. All sizes are in bytes.
package struct HTTPLimits: Sendable, Equatable {
  /// The method; a longer one gets 501, not implemented. RFC 9112 §3.
  package var maxMethod: Int
  /// The request target: 414 above. RFC 9112 §3.
  package var maxTarget: Int
  /// The whole head, from the request line to its empty line: 431 above. RFC 6585 §5.
  package var maxHeader: Int
  /// Field lines of a head, and of a trailer section: 431 above.
  package var maxFields: Int
  /// The content, after decoding: 413 above. RFC 9110 §15.5.14.
  package var maxBody: Int
  /// The chunk extensions of one message together: 413 above. RFC 9112 §7.1.1.
  package var maxChunkExtensions: Int
  /// The trailer section: 431 above. RFC 9112 §7.1.2.
  package var maxTrailer: Int

  package init(
    maxMethod: Int = 64, maxTarget: Int = 8 << 10, maxHeader: Int = 16 << 10,
    maxFields: Int = 100, maxBody: Int = 1 << 20, maxChunkExtensions: Int = 4 << 10,
    maxTrailer: Int = 8 << 10
  ) {
    self.maxMethod = maxMethod
    self.maxTarget = maxTarget
    self.maxHeader = maxHeader
    self.maxFields = maxFields
    self.maxBody = maxBody
    self.maxChunkExtensions = maxChunkExtensions
    self.maxTrailer = maxTrailer
  }
}
