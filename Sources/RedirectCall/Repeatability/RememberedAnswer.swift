/// What an executed operation was answered with, kept for its repeats. Contract guide, "6. Repeatability".
package struct RememberedAnswer: Sendable, Equatable {
  /// The HTTP status. 2xx and 4xx are answered again; after another the operation runs again.
  package var status: Int
  /// Why it was refused; nil for a success, which has no content.
  package var rejection: Rejection?

  package init(status: Int, rejection: Rejection? = nil) {
    self.status = status
    self.rejection = rejection
  }

  package init(_ rejection: Rejection) {
    self.init(status: rejection.status, rejection: rejection)
  }

  /// 204 No Content.
  package static let success = RememberedAnswer(status: 204)

  /// Whether a repeat gets this again.
  package var isReplayed: Bool { (200..<300).contains(status) || (400..<500).contains(status) }
}
