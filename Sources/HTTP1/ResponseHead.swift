/// What an answer's head says, without what every answer has. RFC 9112 §4.
package struct ResponseHead: Sendable, Equatable {
  /// Three digits, 100 to 999.
  package var status: Int
  /// The version on the status line.
  package var version: HTTPVersion
  /// The value of `Content-Type`; nil where there is no content.
  package var contentType: String?
  /// Further field lines, in their order. Framing and `Connection` are the writer's.
  package var fields: [ResponseField]

  package init(
    status: Int, version: HTTPVersion = HTTPVersion(major: 1, minor: 1),
    contentType: String? = nil, fields: [ResponseField] = []
  ) {
    self.status = status
    self.version = version
    self.contentType = contentType
    self.fields = fields
  }
}
