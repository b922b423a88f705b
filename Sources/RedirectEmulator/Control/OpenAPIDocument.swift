import Documents

/// The operation as served, as an OpenAPI 3.1 document. The models of the api-versions differ, and a schema
/// cannot depend on a query parameter: a document describes one version, and names the others.
package struct OpenAPIDocument: Sendable, Equatable {
  /// Which credentials the resource asks for.
  package enum Authorization: Sendable, Equatable {
    /// One that verifies, or any that is not empty.
    case required
    case none
  }

  /// The api-version described.
  package var version: String
  /// All versions that the resource serves.
  package var servedVersions: [String]
  package var authorization: Authorization
  /// Whether only registered calls ring.
  package var onlyRegisteredCalls: Bool
  /// Whether what the service's documents do not promise is refused.
  package var isStrict: Bool
  /// Whether rules are loaded: they may answer with any status.
  package var hasScenario: Bool
  /// Where the operation is served, e.g. `http://127.0.0.1:4010`.
  package var servers: [String]

  package init(
    version: String, servedVersions: [String], authorization: Authorization = .required,
    onlyRegisteredCalls: Bool = false, isStrict: Bool = false, hasScenario: Bool = false,
    servers: [String]
  ) {
    self.version = version
    self.servedVersions = servedVersions
    self.authorization = authorization
    self.onlyRegisteredCalls = onlyRegisteredCalls
    self.isStrict = isStrict
    self.hasScenario = hasScenario
    self.servers = servers
  }

  /// The document as JSON text.
  package var json: [UInt8] {
    var writer = JSONWriter()
    writer.object { writer in
      writer.member("openapi", "3.1.0")
      writer.member("info") { writer in
        writer.object { writer in
          writer.member("title", "Redirect Call")
          writer.member("version", version)
          writer.member(
            "description",
            "The operation as redirect-emulator serves it for this api-version. Served are: "
              + servedVersions.joined(separator: ", ") + ".")
        }
      }
      writer.member("servers") { writer in
        writer.array { writer in
          for server in servers {
            writer.object { $0.member("url", server) }
          }
        }
      }
      writer.member("security") { writer in
        writer.array { writer in
          guard authorization == .required else { return }
          writer.object { writer in
            writer.member("Authorization") { $0.array { _ in } }
          }
        }
      }
      writer.member("paths") { writer in
        writer.object { writer in
          writer.member("/calling/callConnections:redirect") { writer in
            writer.object { $0.member("post", writeOperation) }
          }
        }
      }
      writer.member("components", writeComponents)
    }
    return writer.bytes
  }

  private func writeOperation(to writer: inout JSONWriter) {
    writer.object { writer in
      writer.member("operationId", "CallAutomation_RedirectCall")
      writer.member("summary", "Redirect an incoming call to a target")
      writer.member("parameters", writeParameters)
      writer.member("requestBody") { writer in
        writer.object { writer in
          writer.member("required", true)
          writer.member("content") { writer in
            writer.json(schema: "RedirectCallRequest")
          }
        }
      }
      writer.member("responses", writeResponses)
    }
  }

  private func writeParameters(to writer: inout JSONWriter) {
    writer.array { writer in
      writer.parameter(
        "api-version", in: "query", required: true, "The version of the operation's contract."
      ) { writer in
        writer.object { writer in
          writer.member("type", "string")
          writer.member("enum") { writer in
            writer.array { $0.value(version) }
          }
        }
      }
      writer.parameter(
        "Repeatability-Request-ID", in: "header", required: false,
        "The same on every attempt of one redirect. With it goes Repeatability-First-Sent."
      ) { writer in
        writer.object { writer in
          writer.member("type", "string")
          writer.member("format", "uuid")
          if isStrict { writer.member("pattern", Self.uuidVersion4) }
        }
      }
      writer.parameter(
        "Repeatability-First-Sent", in: "header", required: false,
        "When the first attempt was sent, as IMF-fixdate; at most 5 minutes from now. With it "
          + "goes Repeatability-Request-ID."
      ) { writer in
        writer.object { writer in
          writer.member("type", "string")
          writer.member("pattern", Self.fixdate)
        }
      }
      writer.parameter(
        "x-ms-client-request-id", in: "header", required: false,
        "Any text; the answer carries it too."
      ) { writer in
        writer.object { $0.member("type", "string") }
      }
    }
  }

  /// The versions whose models are known; any other has the newest one's.
  private static let modelledVersions = [
    "2023-03-06", "2023-10-15", "2024-04-15", "2024-09-15", "2025-05-15", "2025-06-15",
    "2026-03-12",
  ]

  /// The version whose model the schemas are of.
  var model: String {
    Self.modelledVersions.contains(version) ? version : "2026-03-12"
  }

  static let uuidVersion4 =
    "^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-4[0-9a-fA-F]{3}-[89abAB][0-9a-fA-F]{3}-[0-9a-fA-F]{12}$"

  static let fixdate =
    "^(Mon|Tue|Wed|Thu|Fri|Sat|Sun), [0-3][0-9] "
    + "(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) [0-9]{4} "
    + "[0-2][0-9]:[0-5][0-9]:[0-6][0-9] GMT$"
}

extension JSONWriter {
  /// `{"application/json":{"schema":{"$ref":…}}}`
  mutating func json(schema: String) {
    object { writer in
      writer.member("application/json") { writer in
        writer.object { writer in
          writer.member("schema") { $0.reference(to: "schemas/" + schema) }
        }
      }
    }
  }

  mutating func reference(to component: String) {
    object { $0.member("$ref", "#/components/" + component) }
  }

  fileprivate mutating func parameter(
    _ name: String, in place: String, required: Bool, _ description: String,
    schema: (inout JSONWriter) -> Void
  ) {
    object { writer in
      writer.member("name", name)
      writer.member("in", place)
      writer.member("required", required)
      writer.member("description", description)
      writer.member("schema", schema)
    }
  }
}
