/// The kind of credential that a request carried. Contract guide, "Authorization".
public enum AuthenticationScheme: String, Sendable, CaseIterable {
  /// A user access token, sent as `Bearer <jwt>` or bare.
  case userToken
  /// A signature made with the access key (`HMAC-SHA256`).
  case accessKey
  /// A token of Entra ID.
  case entra
  /// Something that is not one of these, accepted because of `--auth any`.
  case other
}
