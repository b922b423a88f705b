/// The required form of a request. Parts that are nil or empty fit every request.
public struct RequestMatch: Sendable, Hashable {
  /// Whether the request passed all checks before the operation.
  public enum Validity: String, Sendable, Hashable, CaseIterable {
    /// It passed.
    case valid = "true"
    /// It did not.
    case invalid = "false"
    /// Either.
    case any
  }

  /// A field line that must be there.
  public struct Header: Sendable, Hashable {
    /// Compared without case.
    public var name: String
    /// The required form of its value; nil if there must be no such field line.
    public var value: TextPattern?

    /// - Parameter value: nil if there must be no such field line.
    public init(_ name: String, _ value: TextPattern?) {
      self.name = name
      self.value = value
    }
  }

  /// The api-version.
  public var apiVersion: TextPattern?
  /// `phoneNumber`, `communicationUser`, …
  public var targetKind: TextPattern?
  /// The phone number, user id, app id or raw id.
  public var targetID: TextPattern?
  /// `incomingCallContext`.
  public var context: TextPattern?
  /// Field lines; all have to fit.
  public var headers: [Header]
  /// The credential's scheme: `userToken`, `accessKey`, `entra`, `other` or `none`.
  public var auth: String?
  /// The token's user.
  public var user: TextPattern?
  /// By default rules do not apply to invalid requests, so a client sees its own mistakes.
  public var validity: Validity

  /// Parts that must fit; without any, every valid request fits.
  public init(
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
  /// All patterns of the match.
  package var patterns: [TextPattern] {
    [apiVersion, targetKind, targetID, context, user].compactMap { $0 }
      + headers.compactMap(\.value)
  }

  /// Whether there is no condition except the validity.
  package var fitsEveryText: Bool {
    var all = RequestMatch()
    all.validity = validity
    return self == all
  }
}
