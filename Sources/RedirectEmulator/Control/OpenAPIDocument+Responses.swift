import Documents

extension OpenAPIDocument {
  /// A refusal that the operation may answer with.
  private struct Refusal {
    var status: Int
    var description: String
    /// Names of components, and whether every such answer has the field.
    var fields: [(component: String, required: Bool)] = []
  }

  private var refusals: [Refusal] {
    let result = ("Repeatability-Result", false)
    var all = [
      Refusal(
        status: 400,
        description: "The request is malformed: HTTP, api-version, body, repeatability or call.",
        fields: [result, ("api-supported-versions", false)]),
      Refusal(
        status: 401, description: "There is no credential, or it does not verify.",
        fields: [("WWW-Authenticate", true)]),
      Refusal(status: 403, description: "The credential may not redirect calls of this resource."),
      Refusal(
        status: 404, description: "There is no such path, or no such call.", fields: [result]),
      Refusal(
        status: 405, description: "Another method than POST.", fields: [("Allow", true)]),
      Refusal(status: 408, description: "The request came too slowly."),
      Refusal(
        status: 409,
        description: "The same request is still in progress, or the call is being redirected.",
        fields: [result]),
      Refusal(
        status: 412, description: "Repeatability-First-Sent is more than 5 minutes from now.",
        fields: [("Repeatability-Result", true)]),
      Refusal(status: 413, description: "The content is larger than the server takes."),
      Refusal(status: 414, description: "The request target is longer than the server takes."),
      Refusal(status: 415, description: "The content type is not application/json."),
      Refusal(status: 417, description: "An expectation other than 100-continue."),
      Refusal(status: 431, description: "The head is larger than the server takes."),
      Refusal(status: 501, description: "A transfer coding other than chunked."),
      Refusal(status: 503, description: "The server has as many connections as it takes."),
      Refusal(status: 505, description: "A major version of HTTP other than 1."),
    ]
    if authorization == .none { all.removeAll { $0.status == 401 || $0.status == 403 } }
    return all
  }

  func writeResponses(to writer: inout JSONWriter) {
    writer.object { writer in
      writer.member("204") { writer in
        writer.object { writer in
          writer.member("description", "The call is redirected. No content.")
          writer.headers(Self.everyAnswer + [("Repeatability-Result", false)])
        }
      }
      for refusal in refusals {
        writer.member(String(refusal.status)) { writer in
          writer.error(refusal.description, fields: refusal.fields)
        }
      }
      if hasScenario {
        writer.member("default") { writer in
          writer.error(
            "An answer that a scenario's rule stands in.",
            fields: [
              ("Retry-After", false), ("retry-after-ms", false), ("Repeatability-Result", false),
            ])
        }
      }
    }
  }

  fileprivate static let everyAnswer = [
    ("X-Microsoft-Skype-Chain-ID", true), ("x-ms-client-request-id", false),
  ]

  func writeComponents(to writer: inout JSONWriter) {
    writer.object { writer in
      writer.member("securitySchemes") { writer in
        writer.object { writer in
          writer.member("Authorization") { writer in
            writer.object { writer in
              writer.member("type", "apiKey")
              writer.member("in", "header")
              writer.member("name", "Authorization")
              writer.member(
                "description",
                "A user access token with the voip scope (bare, or behind Bearer), a token of Entra "
                  + "ID (Bearer), or HMAC-SHA256 with a signature made with the access key, beside "
                  + "which go x-ms-date and x-ms-content-sha256.")
            }
          }
        }
      }
      writer.member("headers", writeHeaders)
      writer.member("schemas", writeSchemas)
    }
  }

  private func writeHeaders(to writer: inout JSONWriter) {
    writer.object { writer in
      for field in Self.fields {
        for required in [true, false] {
          writer.member(Self.component(field.name, required: required)) { writer in
            writer.object { writer in
              writer.member("description", field.description)
              writer.member("required", required)
              writer.member("schema") { writer in
                writer.object { writer in
                  writer.member("type", field.type)
                  if let format = field.format { writer.member("format", format) }
                  if !field.values.isEmpty {
                    writer.member("enum") { writer in
                      writer.array { writer in
                        for value in field.values { writer.value(value) }
                      }
                    }
                  }
                }
              }
            }
          }
        }
      }
    }
  }

  fileprivate static func component(_ name: String, required: Bool) -> String {
    required ? name + ".always" : name
  }

  private struct Field {
    var name: String
    var description: String
    var type = "string"
    var format: String?
    var values: [String] = []
  }

  private static let fields = [
    Field(
      name: "X-Microsoft-Skype-Chain-ID", description: "The answer's own id.", format: "uuid"),
    Field(name: "x-ms-client-request-id", description: "The client's id, where it sent one."),
    Field(name: "x-ms-error-code", description: "The same as error.code."),
    Field(
      name: "Repeatability-Result",
      description: "Whether the repeatability headers were understood and acted on.",
      values: ["accepted", "rejected"]),
    Field(name: "WWW-Authenticate", description: "The schemes that are understood."),
    Field(name: "Allow", description: "The method that there is.", values: ["POST"]),
    Field(name: "api-supported-versions", description: "The api-versions that are served."),
    Field(
      name: "Retry-After", description: "Seconds to wait before the next attempt, or until when."),
    Field(
      name: "retry-after-ms", description: "Milliseconds to wait before the next attempt.",
      type: "integer"),
  ]
}

extension JSONWriter {
  fileprivate mutating func headers(_ fields: [(component: String, required: Bool)]) {
    member("headers") { writer in
      writer.object { writer in
        for field in fields {
          writer.member(field.component) { writer in
            writer.reference(
              to: "headers/"
                + OpenAPIDocument.component(field.component, required: field.required))
          }
        }
      }
    }
  }

  fileprivate mutating func error(
    _ description: String, fields: [(component: String, required: Bool)]
  ) {
    object { writer in
      writer.member("description", description)
      writer.headers(OpenAPIDocument.everyAnswer + [("x-ms-error-code", true)] + fields)
      writer.member("content") { $0.json(schema: "CommunicationErrorResponse") }
    }
  }
}
