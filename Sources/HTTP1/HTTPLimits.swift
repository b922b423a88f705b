/// What bounds a message. RFC 9110 §17 asks recipients to have limits and to say so by their answers.
package struct HTTPLimits: Sendable, Equatable {
  /// Bytes of a request's head, request line and all: beyond it 431.
  package var maxHeader: Int
  /// Bytes of a request target: beyond it 414.
  package var maxTarget: Int
  /// Field lines: beyond it 431.
  package var maxFields: Int
  /// Bytes of content: beyond it 413.
  package var maxBody: Int

  package init(
    maxHeader: Int = 16 * 1024, maxTarget: Int = 8 * 1024, maxFields: Int = 100,
    maxBody: Int = 1024 * 1024
  ) {
    self.maxHeader = maxHeader
    self.maxTarget = maxTarget
    self.maxFields = maxFields
    self.maxBody = maxBody
  }
}
