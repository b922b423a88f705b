/// What a request has to look like; parts that are nil or empty fit every request.
package struct RequestMatch: Sendable, Hashable {
  /// Whether the request passed all checks before the operation.
  package enum Validity: String, Sendable, Hashable, CaseIterable {
    case valid = "true"
    case invalid = "false"
    case any
  }

  /// A field line that there has to be.
  package struct Header: Sendable, Hashable {
    /// Compared without case.
    package var name: String
    /// What its value has to look like; nil where there must be no such field line.
    package var value: TextPattern?

    package init(_ name: String, _ value: TextPattern?) {
      self.name = name
      self.value = value
    }
  }

  package var apiVersion: TextPattern?
  package var targetKind: TextPattern?
  package var targetID: TextPattern?
  package var context: TextPattern?
  package var headers: [Header]
  /// The credential's scheme: `userToken`, `accessKey`, `entra`, `other` or `none`.
  package var auth: String?
  package var user: TextPattern?
  /// By default rules leave invalid requests alone, so that a client sees its own mistakes.
  package var validity: Validity

  package init(
    apiVersion: TextPattern? = nil, targetKind: TextPattern? = nil, targetID: TextPattern? = nil,
    context: TextPattern? = nil, headers: [Header] = [], auth: String? = nil,
    user: TextPattern? = nil, validity: Validity = .valid
  ) {
    self.apiVersion = apiVersion
    self.targetKind = targetKind
    self.targetID = targetID
    self.context = context
    self.headers = headers
    self.auth = auth
    self.user = user
    self.validity = validity
  }
}

extension RequestMatch {
  /// Whether nothing but the validity is asked for.
  package var fitsEveryText: Bool {
    var all = RequestMatch()
    all.validity = validity
    return self == all
  }
}
