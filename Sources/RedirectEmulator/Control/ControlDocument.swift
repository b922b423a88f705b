import Documents
import RedirectCall

/// The control API as an OpenAPI 3.1 document: its calls from ``ControlRoute/all``, their schemas from a text.
package struct ControlDocument: Sendable {
  /// Where the control API is served, e.g. `http://127.0.0.1:4010`.
  package var server: String
  /// Whether the control API asks for a key.
  package var needsKey: Bool

  package init(server: String, needsKey: Bool) {
    self.server = server
    self.needsKey = needsKey
  }

  /// The text that the document is made of.
  package static let template = TextTemplate(EmbeddedText.openAPIControl.bytes)

  /// The document as JSON text.
  package var json: [UInt8] {
    Self.template.filled(values: values, flags: needsKey ? ["needsKey"] : [])
  }

  /// What the template's values are.
  package var values: [String: [UInt8]] {
    [
      "version": Array(Emulator.version.utf8),
      "server": Array(server.utf8),
      "paths": Self.paths,
      "stages": Self.json { writer in
        writer.array { writer in
          for stage in Rejection.Stage.allCases { writer.value(stage.rawValue) }
        }
      },
    ]
  }

  private static let paths = json { writer in
    var routes: [String: [ControlRoute]] = [:]
    var order: [ControlPath] = []
    for route in ControlRoute.all {
      for path in route.paths {
        if routes[path.template] == nil { order.append(path) }
        routes[path.template, default: []].append(route)
      }
    }
    writer.object { writer in
      for path in order {
        writer.member(path.template) { writer in
          writer.object { writer in
            for route in routes[path.template] ?? [] {
              writer.member(route.methodName.lowercased()) { writer in
                writer.object { route.write(at: path, to: &$0) }
              }
            }
          }
        }
      }
    }
  }

  private static func json(_ write: (inout JSONWriter) -> Void) -> [UInt8] {
    var writer = JSONWriter()
    write(&writer)
    return writer.bytes
  }
}

extension ControlRoute {
  /// The call's name at one of its paths; names are unique in a document.
  package func operationID(at path: ControlPath) -> String {
    path == paths.first ? name : name + "OfResource"
  }

  /// Whether the emulator keeps what the call makes or loads. Then there may be no memory for it: 507.
  package var keepsMore: Bool {
    guard let body else { return false }
    return response.statuses.contains(201) || body.content == .scenario
  }

  /// Writes the members of an OpenAPI operation.
  fileprivate func write(at path: ControlPath, to writer: inout JSONWriter) {
    writer.member("operationId", operationID(at: path))
    writer.member("tags") { writer in writer.array { $0.value(group) } }
    writer.member("summary", summary)
    if !access.key {
      writer.member("security") { $0.array { _ in } }
    }
    if !path.parameters.isEmpty || !parameters.isEmpty {
      writer.member("parameters") { writer in
        writer.array { writer in
          for parameter in path.parameters { parameter.write(to: &writer) }
          for parameter in parameters { parameter.write(to: &writer) }
        }
      }
    }
    if let body {
      writer.member("requestBody") { writer in
        writer.object { writer in
          writer.member("required", body.isRequired)
          body.content.write(to: &writer)
        }
      }
    }
    writer.member("responses") { writer in
      writer.object { writer in
        for status in response.statuses {
          writer.member(String(status)) { writer in
            writer.object { writer in
              writer.member("description", summary)
              response.content?.write(to: &writer)
            }
          }
        }
        writer.member("4XX") { writer in
          writer.object { $0.member("$ref", "#/components/responses/Error") }
        }
        if keepsMore {
          writer.member("507") { writer in
            writer.object { $0.member("$ref", "#/components/responses/Error") }
          }
        }
        if work == .long || body != nil {
          writer.member("503") { writer in
            writer.object { $0.member("$ref", "#/components/responses/Error") }
          }
        }
      }
    }
  }
}

extension ControlRoute.Content {
  fileprivate func write(to writer: inout JSONWriter) {
    writer.member("content") { writer in
      writer.object { writer in
        for mediaType in mediaTypes {
          writer.member(mediaType) { writer in
            writer.object { writer in
              writer.member("schema") { writer in
                writer.object { writer in
                  if let schema {
                    writer.member("$ref", "#/components/schemas/" + schema)
                  } else {
                    writer.member("type", "string")
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

extension ControlPath.Parameter {
  fileprivate func write(to writer: inout JSONWriter) {
    writer.object { writer in
      writer.member("name", rawValue.lowercased())
      writer.member("in", "path")
      writer.member("required", true)
      writer.member("schema") { writer in
        writer.object { writer in
          writer.member("type", isNumber ? "integer" : "string")
          if isNumber { writer.member("minimum", 0) }
        }
      }
    }
  }
}

extension ControlParameter {
  fileprivate func write(to writer: inout JSONWriter) {
    writer.object { writer in
      writer.member("name", name)
      writer.member("in", "query")
      writer.member("description", about)
      writer.member("schema") { writer in
        writer.object { writer in
          switch kind {
          case .text: writer.member("type", "string")
          case .integer(let range):
            writer.member("type", "integer")
            writer.member("minimum", range.lowerBound)
            if range.upperBound < .max { writer.member("maximum", range.upperBound) }
          case .choice(let names):
            writer.member("type", "string")
            writer.member("enum") { writer in
              writer.array { writer in
                for name in names { writer.value(name) }
              }
            }
          }
        }
      }
    }
  }
}
