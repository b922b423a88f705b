import Core
import Documents
import EventLoop
import RedirectCall
import Scenarios
import Synchronization

extension ControlAPI {
  func listResources(_ call: Call) throws(ControlError) -> ControlResponse {
    var isSummary = false
    for (name, value) in call.parameters {
      guard value == "true" else {
        throw .invalid(
          name, "'\(ShownText.value(value.utf8))' is not allowed; expected true, or no parameter.")
      }
      isSummary = true
    }
    return .json { writer in
      writer.object { writer in
        writer.member("resources") { writer in
          writer.array { writer in
            for resource in server.resources.all {
              if isSummary {
                ResourceSummary(resource).write(to: &writer)
              } else {
                writeResource(resource, call, to: &writer)
              }
            }
          }
        }
      }
    }
  }

  func makeResource(_ call: Call) throws(ControlError) -> ControlResponse {
    let body = try ControlBody(
      call,
      names: [
        "name", "auth", "apiVersions", "calls", "strict", "neighbours", "ownNumbers",
        "expiresAfter", "scenario",
      ],
      isRequired: false)
    var taken = body.has("scenario") ? try server.holdScenario(text: call.body.count) : 0
    var isLoaded = false
    defer { if !isLoaded { server.resources.budget.give(taken, for: .scenario) } }
    let scenario: Scenario?
    do throws(DocumentErrors) {
      scenario = try body.scenario("scenario")
    } catch {
      return Self.refused(error)
    }
    if let scenario { try server.holdPatterns(of: scenario, taken: &taken) }
    let settings = ResourceSettings(
      name: try body.string("name"),
      authorization: try body.choice("auth", of: Configuration.Authorization.self),
      apiVersions: try body.strings("apiVersions"),
      calls: try body.choice("calls", of: Configuration.Calls.self),
      strict: try body.flag("strict"), neighbours: try body.flag("neighbours"),
      ownNumbers: try body.strings("ownNumbers"),
      expiresAfter: try body.duration("expiresAfter"))
    let made: ResourceCore
    do throws(ResourceError) {
      made = try server.makeResource(settings)
    } catch {
      throw ControlError(error)
    }
    if let scenario {
      server.load(scenario, into: made, wallClock, taken: taken)
      isLoaded = true
    }
    return .json(201) { writeResource(made, call, to: &$0) }
  }

  func removeResource(_ call: Call, _ resource: ResourceCore) throws(ControlError)
    -> ControlResponse
  {
    guard let removed = server.resources.remove(resource.name) else {
      throw ControlError(
        status: 409, code: "DefaultResource",
        message: "The resource '\(resource.name)' is always there; POST R/reset empties it.",
        target: "name")
    }
    let page = removed.retire().page()
    server.forgetDeliveries(of: removed)
    return .json { page.write(to: &$0, resource: resource.name) }
  }

  func describe(_ call: Call, _ resource: ResourceCore) -> ControlResponse {
    .json { writeResource(resource, call, to: &$0) }
  }

  private func writeResource(
    _ resource: ResourceCore, _ call: Call, to writer: inout JSONWriter
  ) {
    let key = resource.accessKey.base64
    let address = server.addresses.told(to: call.host, on: call.entrance)
    writer.object { writer in
      writer.member("name", resource.name)
      writer.member("accessKey", key)
      writer.member("connectionString", address.connectionString(key))
      writer.member("httpsConnectionString", address.connectionString(key))
      writer.member("httpConnectionString", address.httpConnectionString(key))
      writer.member("token", token(for: resource))
      writer.member("resourceId", resource.id)
      writer.member(
        "identityHeader", server.configuration.identity ? server.identityHeader : nil)
      writer.member("auth", resource.settings.authorization.rawValue)
      writer.member("calls", resource.settings.calls.rawValue)
      writer.member("strict", resource.settings.strict)
      writer.member("neighbours", resource.settings.neighbours)
      writer.member("ownNumbers") { writer in
        writer.array { writer in
          for number in resource.settings.ownNumbers.sorted() {
            writer.value(String(number.dropFirst(2)))
          }
        }
      }
      writer.member(
        "expiresAfterMs", resource.settings.expiresAfter.map { $0.wholeNanoseconds / 1_000_000 })
      writer.member("apiVersions") { writer in
        writer.array { writer in
          for version in resource.settings.versions.versions { writer.value(version.description) }
        }
      }
      writer.member("totals", resource.state.withLock { $0.totals }.write)
    }
  }

  private func token(for resource: ResourceCore) -> String? {
    // Signing fails only for names that no resource has.
    try? server.issuer.issue(
      user: nil, resource: resource.id, issuedAt: resource.clock.now(wallClock),
      lifetime: .seconds(3600)
    ).token
  }
}

extension ControlError {
  /// How the control API refuses a resource that is not made.
  fileprivate init(_ error: ResourceError) {
    self =
      switch error {
      case .invalidName: .invalid("name", "\(error)")
      case .invalidVersion, .noVersions: .invalid("apiVersions", "\(error)")
      case .invalidNumber: .invalid("ownNumbers", "\(error)")
      case .invalidExpiry: .invalid("expiresAfter", "\(error)")
      case .nameTaken:
        ControlError(status: 409, code: "NameTaken", message: "\(error)", target: "name")
      case .tooMany: ControlError(status: 409, code: "TooManyResources", message: "\(error)")
      case .noMemory: ControlError(status: 507, code: "MemoryLimitReached", message: "\(error)")
      }
  }
}
