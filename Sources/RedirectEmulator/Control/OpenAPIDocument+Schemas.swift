import Documents

/// The schemas of the Contract guide's sections "Body" and "CommunicationErrorResponse".
extension OpenAPIDocument {
  /// One of the objects that a target may have.
  struct Identifier {
    var name: String
    /// The member's name and its schema; all strings that must not be empty.
    var required: [String]
    var flags: [String] = []
    var texts: [String] = []
  }

  /// The objects of this version's model.
  var identifiers: [Identifier] {
    let isNewest = model >= "2026-03-12"
    var all = [
      Identifier(name: "communicationUser", required: ["id"]),
      Identifier(
        name: "phoneNumber", required: ["value"], flags: isNewest ? ["isAnonymous"] : [],
        texts: isNewest ? ["assertedId"] : []),
      Identifier(
        name: "microsoftTeamsUser", required: ["userId"], flags: ["isAnonymous"],
        texts: ["cloud"]),
    ]
    if model > "2023-03-06" {
      all.append(Identifier(name: "microsoftTeamsApp", required: ["appId"], texts: ["cloud"]))
    }
    if model >= "2025-06-15" {
      all.append(
        Identifier(
          name: "teamsExtensionUser", required: ["userId", "tenantId", "resourceId"],
          texts: ["cloud"]))
    }
    return all
  }

  func writeSchemas(to writer: inout JSONWriter) {
    writer.object { writer in
      writer.member("RedirectCallRequest", writeRequest)
      writer.member("CommunicationIdentifier", writeTarget)
      for identifier in identifiers {
        writer.member(identifier.schemaName) { writer in
          write(identifier, to: &writer)
        }
      }
      writer.member("CommunicationErrorResponse") { writer in
        writer.schema(required: ["error"]) { writer in
          writer.member("error") { $0.reference(to: "schemas/CommunicationError") }
        }
      }
      writer.member("CommunicationError") { writer in
        writer.schema(required: ["code", "message"]) { writer in
          writer.member("code") { $0.type("string") }
          writer.member("message") { $0.type("string") }
          writer.member("target") { $0.type("string") }
          writer.member("details") { writer in
            writer.object { writer in
              writer.member("type", "array")
              writer.member("items") { $0.reference(to: "schemas/CommunicationError") }
            }
          }
          writer.member("innererror") { $0.reference(to: "schemas/CommunicationError") }
        }
      }
    }
  }

  private func writeRequest(to writer: inout JSONWriter) {
    writer.schema(
      required: ["incomingCallContext", "target"], isClosed: model >= "2026-03-12"
    ) { writer in
      writer.member("incomingCallContext") { writer in
        writer.object { writer in
          writer.member("type", "string")
          writer.member("minLength", 1)
          writer.member(
            "description",
            onlyRegisteredCalls
              ? "The context of a call that was registered and still rings."
              : "The context of an incoming call; any text.")
        }
      }
      writer.member("target") { $0.reference(to: "schemas/CommunicationIdentifier") }
    }
  }

  /// A raw id alone, or exactly one object, of which each alternative says that the others are absent (null
  /// is the same as absent).
  private func writeTarget(to writer: inout JSONWriter) {
    writer.object { writer in
      writer.member("type", "object")
      writer.member("oneOf") { writer in
        writer.array { writer in
          writer.schema(required: ["rawId"]) { writer in
            writer.member("kind") { $0.nullable("string") }
            writer.member("rawId", Self.writeText)
            for identifier in identifiers {
              writer.member(identifier.name) { $0.type("null") }
            }
          }
          for chosen in identifiers {
            writer.schema(required: [chosen.name]) { writer in
              writer.member("kind") { writeKind(of: chosen, to: &$0) }
              writer.member("rawId") { $0.nullable("string") }
              for identifier in identifiers {
                writer.member(identifier.name) { writer in
                  if identifier.name == chosen.name {
                    writer.reference(to: "schemas/" + chosen.schemaName)
                  } else {
                    writer.type("null")
                  }
                }
              }
            }
          }
        }
      }
    }
  }

  /// A kind beside an object: the list of kinds is open, so all but the names of the other ones are right.
  private func writeKind(of chosen: Identifier, to writer: inout JSONWriter) {
    let others = ["unknown"] + identifiers.map(\.name).filter { $0 != chosen.name }
    writer.object { writer in
      writer.types(["string", "null"])
      writer.member("not") { writer in
        writer.object { writer in
          writer.member("type", "string")
          writer.member("pattern", Self.pattern(withoutCase: others))
        }
      }
    }
  }

  private func write(_ identifier: Identifier, to writer: inout JSONWriter) {
    let isStrictNumber = isStrict && identifier.name == "phoneNumber"
    writer.schema(
      required: identifier.required,
      conditions: { if isStrictNumber { Self.writeAnonymousRule(to: &$0) } }
    ) { writer in
      for name in identifier.required {
        writer.member(name) { writer in
          if isStrictNumber {
            writer.pattern("^(\\+[1-9][0-9]{1,14}|anonymous)$")
          } else {
            Self.writeText(to: &writer)
          }
        }
      }
      for name in identifier.flags { writer.member(name) { $0.nullable("boolean") } }
      for name in identifier.texts { writer.member(name) { $0.nullable("string") } }
    }
  }

  /// Members of a schema: the number of an anonymous caller is the word anonymous.
  private static func writeAnonymousRule(to writer: inout JSONWriter) {
    writer.member("if") { writer in
      writer.schema(required: ["isAnonymous"]) { writer in
        writer.member("isAnonymous") { writer in
          writer.object { $0.member("const", true) }
        }
      }
    }
    writer.member("then") { writer in
      writer.schema(required: ["value"]) { writer in
        writer.member("value") { $0.pattern("^anonymous$") }
      }
    }
  }

  private static func writeText(to writer: inout JSONWriter) {
    writer.object { writer in
      writer.member("type", "string")
      writer.member("minLength", 1)
    }
  }

  /// A regular expression for some words in any case: JSON Schema has no flag for that.
  private static func pattern(withoutCase words: [String]) -> String {
    let patterns = words.map { word in
      word.map { "[\($0.lowercased())\($0.uppercased())]" }.joined()
    }
    return "^(" + patterns.joined(separator: "|") + ")$"
  }
}

extension OpenAPIDocument.Identifier {
  /// The name of the schema: `CommunicationUserIdentifier`.
  var schemaName: String {
    name.prefix(1).uppercased() + name.dropFirst() + "Identifier"
  }
}

extension JSONWriter {
  fileprivate mutating func schema(
    required: [String], isClosed: Bool = false, conditions: (inout JSONWriter) -> Void = { _ in },
    properties: (inout JSONWriter) -> Void
  ) {
    object { writer in
      writer.member("type", "object")
      writer.member("required") { writer in
        writer.array { writer in
          for name in required { writer.value(name) }
        }
      }
      writer.member("properties") { $0.object(properties) }
      if isClosed { writer.member("additionalProperties", false) }
      conditions(&writer)
    }
  }

  fileprivate mutating func type(_ name: String) {
    object { $0.member("type", name) }
  }

  fileprivate mutating func pattern(_ pattern: String) {
    object { writer in
      writer.member("type", "string")
      writer.member("pattern", pattern)
    }
  }

  fileprivate mutating func nullable(_ name: String) {
    object { $0.types([name, "null"]) }
  }

  fileprivate mutating func types(_ names: [String]) {
    member("type") { writer in
      writer.array { writer in
        for name in names { writer.value(name) }
      }
    }
  }
}
