import RedirectCall
import Synchronization

extension ControlAPI {
  func listResources() -> ControlAnswer {
    .json { writer in
      writer.object { writer in
        writer.member("resources") { writer in
          writer.array { writer in
            for resource in server.resources.all { writeResource(resource, to: &writer) }
          }
        }
      }
    }
  }

  func makeResource(_ call: Call) throws(ControlError) -> ControlAnswer {
    let body = try ControlBody(
      call, names: ["name", "auth", "apiVersions", "calls", "strict", "scenario"], isRequired: false
    )
    var settings = server.resources.defaultSettings
    if let auth = try body.choice("auth", of: Configuration.Authorization.self) {
      settings.authorization = auth
    }
    if let calls = try body.choice("calls", of: Configuration.Calls.self) { settings.calls = calls }
    if let strict = try body.flag("strict") { settings.strict = strict }
    if let texts = try body.strings("apiVersions") {
      var versions: [APIVersion] = []
      for text in texts {
        guard let version = APIVersion(text) else {
          throw body.refused("apiVersions", "a list of versions such as 2026-03-12, not '\(text)'")
        }
        versions.append(version)
      }
      guard !versions.isEmpty else {
        throw body.refused("apiVersions", "a list of at least one version")
      }
      settings.versions = ServedVersions(versions, skipsCheck: settings.versions.skipsCheck)
    }
    let name = try body.string("name")
    if let name, !Self.isName(name) {
      throw body.refused(
        "name",
        "1 to 63 letters, digits and hyphens, not beginning or ending with a hyphen, as the label of a host name"
      )
    }
    do {
      let made = try server.resources.make(named: name, settings)
      return describe(made, status: 201)
    } catch {
      throw switch error {
      case .nameTaken:
        ControlError(
          status: 409, code: "NameTaken", message: "There is a resource '\(name ?? "")' already.",
          target: "name")
      case .full(let limit):
        ControlError(
          status: 409, code: "TooManyResources",
          message: "There are \(limit) resources, as many as there may be; remove one first.")
      }
    }
  }

  func removeResource(_ name: String) throws(ControlError) -> ControlAnswer {
    let resource = try resource(name)
    guard server.resources.remove(name) != nil else {
      throw ControlError(
        status: 409, code: "DefaultResource",
        message: "The resource '\(name)' is always there; POST R/reset empties it.", target: "name")
    }
    let page = resource.state.withLock { $0.journal.page() }
    return .json { page.write(to: &$0, resource: resource.name) }
  }

  func describe(_ resource: Resource, status: Int) -> ControlAnswer {
    .json(status) { writeResource(resource, to: &$0) }
  }

  private func writeResource(_ resource: Resource, to writer: inout JSONWriter) {
    let key = resource.accessKey.base64
    writer.object { writer in
      writer.member("name", resource.name)
      writer.member("accessKey", key)
      writer.member("connectionString", "endpoint=\(server.endpoint)/;accesskey=\(key)")
      writer.member("httpsConnectionString", "endpoint=\(server.httpsEndpoint)/;accesskey=\(key)")
      writer.member("token", token(for: resource))
      writer.member("resourceId", resource.id)
      writer.member("auth", resource.settings.authorization.rawValue)
      writer.member("calls", resource.settings.calls.rawValue)
      writer.member("strict", resource.settings.strict)
      writer.member("apiVersions") { writer in
        writer.array { writer in
          for version in resource.settings.versions.versions { writer.value(version.description) }
        }
      }
    }
  }

  private func token(for resource: Resource) -> String? {
    // Signing fails only for names that no resource has.
    try? server.issuer.issue(
      user: nil, resource: resource.id, issuedAt: resource.clock.now(wallClock),
      lifetime: .seconds(3600)
    ).token
  }

  private static func isName(_ text: String) -> Bool {
    let bytes = Array(text.utf8)
    guard (1...63).contains(bytes.count), bytes.first != 0x2D, bytes.last != 0x2D else {
      return false
    }
    return bytes.allSatisfy { byte in
      switch byte {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D: true
      default: false
      }
    }
  }
}
