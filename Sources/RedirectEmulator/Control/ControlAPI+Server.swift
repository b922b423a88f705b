import Core
import Documents
import EventLoop
import RedirectCall

extension ControlAPI {
  func health(_ call: Call) -> ControlResponse {
    .json { writer in
      writer.object { writer in
        writer.member("status", "ready")
        writer.member("version", Emulator.version)
        writer.member("instance", server.instance)
        writer.member(
          "uptimeSeconds", (SystemCall.monotonicNow() - server.startedAt) / 1_000_000_000)
        writer.member("memory") { writer in
          writer.object { writer in
            writer.member("used", server.resources.budget.used)
            writer.member("limit", server.resources.budget.limit)
          }
        }
      }
    }
  }

  func metrics(_ call: Call) -> ControlResponse {
    ControlResponse(
      status: 200, contentType: MetricsSnapshot.contentType,
      body: server.metricsSnapshot().prometheusText)
  }

  func openAPI(_ call: Call) throws(ControlError) -> ControlResponse {
    let resource = server.resources.defaultResource
    let settings = resource.settings
    var version = settings.versions.versions.last ?? .v2026March12
    if let value = call.parameters.last?.value {
      guard let wanted = APIVersion(value), settings.versions.versions.contains(wanted) else {
        throw .invalid(
          "api-version",
          "'\(ShownText.value(value.utf8))' is not served; the served versions are \(settings.versions.versions.map(\.description).joined(separator: ", "))."
        )
      }
      version = wanted
    }
    var document = OpenAPIDocument(
      version: version, servedVersions: settings.versions.versions,
      server: server.addresses.told(to: call.host, on: call.entrance).http)
    document.requiresAuthorization = settings.authorization != .notRequired
    document.onlyRegisteredCalls = settings.calls == .registered
    document.isStrict = settings.strict
    document.hasScenario = resource.hasScenario
    return .document(document.json)
  }

  func openAPIControl(_ call: Call) -> ControlResponse {
    .document(
      ControlDocument(
        server: server.addresses.control(to: call.host, on: call.entrance).http,
        needsKey: server.configuration.controlKey != nil
      ).json)
  }

  func certificateAuthority(_ call: Call) -> ControlResponse {
    .pem(Array(server.tls.caPEM.utf8))
  }

  func certificateBundle(_ call: Call) -> ControlResponse {
    .pem(server.tls.bundle)
  }

  func javaTrustStore(_ call: Call) -> ControlResponse {
    ControlResponse(
      status: 200, contentType: "application/x-java-keystore",
      body: server.tls.javaTrustStore(of: server.tls.trusted()))
  }

  func scenarioSchema(_ call: Call) -> ControlResponse {
    .document(EmbeddedText.scenarioSchema.bytes)
  }
}

extension ControlResponse {
  /// 200 with certificates. RFC 8555 §9.1.
  fileprivate static func pem(_ text: [UInt8]) -> ControlResponse {
    ControlResponse(status: 200, contentType: "application/pem-certificate-chain", body: text)
  }

  /// 200 with JSON text.
  fileprivate static func document(_ json: [UInt8]) -> ControlResponse {
    ControlResponse(status: 200, contentType: "application/json", body: json)
  }
}
