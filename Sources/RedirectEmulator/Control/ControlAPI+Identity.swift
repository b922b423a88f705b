import Core
import Documents
import EventLoop
import LibCrypto
import RedirectCall

extension ControlAPI {
  /// The managed-identity endpoint, in the form of App Service, so that an app's own `DefaultAzureCredential` gets a token
  /// from the emulator. Guide ControlAPI, "Managed identity".
  ///
  /// Every refusal is 400 or 401: clients retry after a 404, a 429 and a 5xx for half a minute before they report
  /// anything.
  func identity(_ call: Call) throws(ControlError) -> ControlResponse {
    guard server.configuration.identity else {
      return .identityError(
        400, "IdentityOff",
        "The managed-identity endpoint is off: the emulator was started with --identity off. Leave the option out, or give the client a credential of another kind."
      )
    }
    guard let given = call.identityHeader,
      constantTimeEquals(given.span, Array(server.identityHeader.utf8).span)
    else {
      return .identityError(
        401, "IdentityHeaderRequired",
        "\(call.identityHeader == nil ? "The header X-IDENTITY-HEADER is missing, or there more than once" : "X-IDENTITY-HEADER is not this emulator's"). Send the value of IDENTITY_HEADER, as exec sets it and the ready file has it in identityHeader: each run of the emulator has another."
      )
    }
    let query: IdentityQuery
    do throws(ControlError) {
      query = try IdentityQuery(call.parameters)
    } catch {
      return .identityError(error.status, error.code, error.message)
    }
    let named = query.clientID.flatMap { server.resources.identified(by: $0.lowercased()) }
    guard let resource = named ?? server.resources.named(call.values.name) else {
      return .identityError(
        400, "NoSuchResource",
        "There is no resource '\(ShownText.value(call.values.name.utf8))'. Make it with POST /_emulator/resources."
      )
    }
    let issued: IssuedToken
    do {
      issued = try server.issuer.entraToken(for: resource, wallClock: wallClock)
    } catch {
      return .identityError(400, "TokenNotSigned", "\(error)")
    }
    return .json { writer in
      writer.object { writer in
        writer.member("access_token", issued.token)
        writer.member("expires_on", String(issued.expiresOn.seconds))
        writer.member("resource", query.resource)
        writer.member("token_type", "Bearer")
        writer.member("client_id", resource.id)
      }
    }
  }
}

/// The query of a client to the managed-identity endpoint.
struct IdentityQuery: Equatable {
  /// The resource that the token is for, as it was sent.
  let resource: String
  /// The identity that is meant; nil means the resource of the path.
  let clientID: String?

  /// Other names of an identity, which are not used here: an emulator has one identity for each of its resources.
  static let otherNames = ["principal_id", "object_id", "mi_res_id", "msi_res_id"]

  /// - Throws: 400 if a parameter is missing, given twice, or for another audience.
  init(_ parameters: [(name: String, value: String)]) throws(ControlError) {
    var values: [String: String] = [:]
    for (name, value) in parameters {
      guard values.updateValue(value, forKey: name) == nil else { throw .givenTwice(name) }
    }
    let version = values["api-version"] ?? ""
    guard version == "2019-08-01" else {
      throw .invalid(
        "api-version",
        "The api-version is '\(ShownText.value(version.utf8))'; expected 2019-08-01, the one of App Service."
      )
    }
    let audience = values["resource"] ?? ""
    guard TokenClaims.isAudience(audience) else {
      throw .invalid(
        "resource",
        "The resource is '\(ShownText.value(audience.utf8))'; expected \(TokenClaims.audience), the only one that the emulator has tokens for. Where the app needs tokens for others too, start the emulator with --identity off, and give its Communication Services client a credential of its own."
      )
    }
    resource = audience
    clientID = values["client_id"]
  }
}

extension ControlParameter {
  /// The query parameters of the managed-identity endpoint.
  static let identity =
    [
      ControlParameter("resource", .text, "Whom the token is for: \(TokenClaims.audience)."),
      ControlParameter("api-version", .text, "2019-08-01."),
      ControlParameter("client_id", .text, "The resourceId of the resource that is meant."),
    ] + IdentityQuery.otherNames.map { ControlParameter($0, .text, "Accepted, and ignored.") }
}

extension TokenIssuer {
  /// A day, like App Service's tokens.
  private static let identityLifetime: Int64 = 24 * 3600

  /// A token for the emulator's own resource, valid by its clock and by the machine's: a client keeps a token for as
  /// long as it is valid by the client's own clock.
  ///
  /// - Parameter wallClock: nanoseconds since 1970.
  func entraToken(for resource: ResourceCore, wallClock: UInt64) throws(Fault) -> IssuedToken {
    let clocks = [
      resource.clock.now(wallClock).seconds,
      Instant(nanoseconds: Int64(clamping: wallClock)).seconds,
    ].sorted()
    return try issueEntra(
      resource: resource.id, issuedAt: Instant(seconds: clocks[0]),
      expiresAt: Instant(seconds: clocks[1] + Self.identityLifetime))
  }
}

extension ControlResponse {
  /// A refusal in App Service's form. It also has a code and a message where clients of the control API look for them.
  fileprivate static func identityError(_ status: Int, _ code: String, _ message: String)
    -> ControlResponse
  {
    .json(status) { writer in
      writer.object { writer in
        writer.member("error") { writer in
          writer.object { writer in
            writer.member("code", code)
            writer.member("message", message)
          }
        }
        writer.member("statusCode", status)
        writer.member("message", message)
      }
    }
  }
}
