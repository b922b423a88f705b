import Core
import Documents
import EventLoop
import RedirectCall
import Scenarios

extension ControlAPI {
  func makeToken(_ call: Call, _ resource: ResourceCore) throws(ControlError) -> ControlResponse {
    let body = try ControlBody(
      call, names: ["kind", "scopes", "user", "expiresIn"], isRequired: false)
    let now = resource.clock.now(wallClock)
    let lifetime = try body.duration("expiresIn", signed: true) ?? .seconds(3600)
    let user = try body.string("user")
    let scopes = try body.strings("scopes")
    let issued: IssuedToken
    do {
      switch try body.choice("kind", of: TokenKind.self) ?? .user {
      case .user:
        issued = try server.issuer.issue(
          user: user, resource: resource.id, scopes: scopes ?? ["voip"], issuedAt: now,
          lifetime: lifetime)
      case .entra:
        if scopes != nil {
          throw body.refused("scopes", "left out with the kind entra, whose tokens have none")
        }
        issued = try server.issuer.issueEntra(
          resource: resource.id, object: user, issuedAt: now,
          expiresAt: now.advanced(by: lifetime))
      }
    } catch let error as ControlError {
      throw error
    } catch {
      throw ControlError(status: 400, code: "InvalidValue", message: "\(error)")
    }
    return .json { writer in
      writer.object { writer in
        writer.member("token", issued.token)
        writer.member("expiresOn", issued.expiresOn)
        writer.member("user", issued.user)
      }
    }
  }

  func clock(_ call: Call, _ resource: ResourceCore) -> ControlResponse {
    .json { writer in
      writer.object { writer in
        resource.writeClock(to: &writer)
      }
    }
  }

  /// The times that a clock can be set to: 1970 up to 2200. All that is counted from them fits in 64-bit nanoseconds.
  private static let clockTimes = Instant(seconds: 0)..<Instant(seconds: 7_258_118_400)
  private static let clockBounds = "a time from 1970-01-01T00:00:00Z to before 2200-01-01T00:00:00Z"

  func setClock(_ call: Call, _ resource: ResourceCore) throws(ControlError) -> ControlResponse {
    let body = try ControlBody(call, names: ["now", "offset"])
    switch (try body.string("now"), try body.duration("offset", signed: true)) {
    case (let text?, nil):
      guard let instant = Timestamp.parse(text) else {
        throw body.refused("now", "a time such as 2026-11-23T10:00:00Z")
      }
      guard Self.clockTimes.contains(instant) else {
        throw body.refused("now", Self.clockBounds)
      }
      resource.clock.set(now: instant, wallClock: wallClock)
      server.clockMoved(resource)
      resource.clockWasSet()
    case (nil, let offset?):
      let instant = Instant(nanoseconds: Int64(clamping: wallClock)).advanced(by: offset)
      guard Self.clockTimes.contains(instant) else {
        throw body.refused("offset", "a duration that leads to \(Self.clockBounds)")
      }
      resource.clock.set(offset: offset)
      server.clockMoved(resource)
      resource.clockWasSet()
    case (nil, nil):
      throw .invalid("now", "The clock needs 'now', a time, or 'offset', a duration.")
    case (_?, _?): throw .invalid("now", "'now' and 'offset' cannot be combined: give one of them.")
    }
    return clock(call, resource)
  }

  func reset(_ call: Call, _ resource: ResourceCore) throws(ControlError) -> ControlResponse {
    for (name, value) in call.parameters where value != "clear" {
      throw .invalid(
        name, "'\(ShownText.value(value.utf8))' is not allowed; expected clear, or no parameter.")
    }
    resource.reset(clearsScenario: !call.parameters.isEmpty, wallClock: wallClock)
    server.forgetDeliveries(of: resource)
    return .noContent
  }
}

/// The kinds of tokens.
private enum TokenKind: String, CaseIterable {
  /// A user access token, as from the service.
  case user
  /// A token for an application, as from Entra ID.
  case entra
}
