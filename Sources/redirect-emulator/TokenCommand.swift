import Core
import EventLoop
import Options
import RedirectCall
import RedirectEmulator

/// `redirect-emulator token`: prints a user access token signed with the development key.
enum TokenCommand {
  private static let group = "The token"

  private static let scope = Option.many(
    "scope", .text("the name of a scope, such as voip"), valueName: "SCOPE",
    defaultNote: "voip", group: group, help: "A scope of the token.")
  private static let user = Option.optional(
    "user", .text("an id"), valueName: "ID", defaultNote: "a new user", group: group,
    help: "The user's id, 8:acs:… or its last part.")
  private static let expiresIn = Option.one(
    "expires-in", .duration, default: DurationText(.seconds(3_600)), valueName: "DURATION",
    group: group, help: "How long the token is valid.")
  private static let resource = Option.one(
    "resource", .text("the name of a resource"), default: Emulator.defaultResourceName,
    valueName: "NAME", group: group, help: "The emulated resource that the token is for.")

  static let declaration = Command(
    "token", summary: "Print a user access token, signed with the well-known development key.",
    options: [
      scope.declaration, user.declaration, expiresIn.declaration, resource.declaration,
    ],
    examples: [
      Example("redirect-emulator token", "Print a token that can redirect calls:"),
      Example("redirect-emulator token --scope chat", "Print one that cannot:"),
      Example("redirect-emulator token --expires-in 1ms", "Print one that is expired:"),
    ],
    judge: { judge($0) })

  private static func judge(_ values: Values) -> [Complaint] {
    var complaints: [Complaint] = []
    let name = values[resource]
    if name != Emulator.defaultResourceName {
      complaints.append(
        Complaint(
          option: "resource",
          "expected \(Emulator.defaultResourceName): ask the control API of a running emulator for another's token"
        ))
    }
    for scope in values[scope] where !TokenIssuer.isValidName(scope) {
      complaints.append(Complaint(option: "scope", value: scope, TokenIssuer.expectedName))
    }
    if let user = values[user], !TokenIssuer.isValidName(user) {
      complaints.append(Complaint(option: "user", TokenIssuer.expectedName))
    }
    return complaints
  }

  @Sendable static func run(_ values: Values) throws(Failure) {
    let scopes = values[scope]
    let token: String
    do {
      token = try DevelopmentKeys.tokenIssuer().issue(
        user: values[user], resource: DevelopmentKeys.resourceID,
        scopes: scopes.isEmpty ? ["voip"] : scopes,
        issuedAt: Instant(nanoseconds: Int64(clamping: SystemCall.realtimeNow())),
        lifetime: values[expiresIn].duration
      ).token
    } catch {
      throw .usage(["token: \(error)"])
    }
    try StandardOutput.write(token + "\n")
  }
}
