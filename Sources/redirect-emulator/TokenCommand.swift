import Core
import ArgumentParser
import RedirectEmulator
import Scenarios

/// `redirect-emulator token`: prints a user access token signed with the development key.
struct TokenCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "token",
    abstract: "Print a user access token, signed with the well-known development key.")

  @Option(
    help: ArgumentHelp("A scope of the token (repeatable; default: voip).", valueName: "scope"))
  var scope: [String] = []

  @Option(
    help: ArgumentHelp(
      "The user's id, 8:acs:… or its last part (default: a new one).", valueName: "id"))
  var user: String?

  @Option(
    help: ArgumentHelp("How long the token is valid (default: 1h).", valueName: "duration"),
    transform: OptionValue.duration)
  var expiresIn = DurationText(.seconds(3600))

  @Option(help: ArgumentHelp("The emulated resource that the token is for.", valueName: "name"))
  var resource = RedirectEmulator.defaultResourceName

  func run() throws {
    guard resource == RedirectEmulator.defaultResourceName else {
      throw Failure.usage(
        "--resource \(resource): only \(RedirectEmulator.defaultResourceName) is there without a running emulator; ask the control API for a token of another"
      )
    }
    do {
      let token = try AccessToken.development(
        scopes: scope.isEmpty ? ["voip"] : scope, user: user, lifetime: expiresIn.duration)
      StandardOutput.write(token.token + "\n")
    } catch {
      throw Failure.usage("token: \(error)")
    }
  }
}
