import FoundationEssentials
import RedirectCall
import RedirectEmulator
import Testing

@Suite struct OpenAPIDocumentTests {
  /// As much of a document as the tests look at.
  struct Document: Decodable {
    struct Operation: Decodable {
      struct Parameter: Decodable {
        var name: String
        var required: Bool
      }
      struct Response: Decodable {
        struct Reference: Decodable {
          var ref: String
          enum CodingKeys: String, CodingKey { case ref = "$ref" }
        }
        var headers: [String: Reference]
        var content: [String: [String: Reference]]?
      }
      var parameters: [Parameter]
      var responses: [String: Response]
    }
    struct Components: Decodable {
      struct Header: Decodable { var required: Bool }
      struct Schema: Decodable {
        var required: [String]?
        var additionalProperties: Bool?
        var oneOf: [Schema]?
      }
      var headers: [String: Header]
      var schemas: [String: Schema]
    }
    var openapi: String
    var security: [[String: [String]]]
    var paths: [String: [String: Operation]]
    var components: Components
  }

  static func document(
    _ version: String = "2026-03-12", authorization: Bool = true, strict: Bool = false,
    scenario: Bool = false
  ) throws -> (Document, String) {
    let version = try #require(APIVersion(version))
    var document = OpenAPIDocument(
      version: version, servedVersions: [version], server: "http://127.0.0.1:4010")
    document.requiresAuthorization = authorization
    document.isStrict = strict
    document.hasScenario = scenario
    let json = document.json
    let text = String(decoding: json, as: UTF8.self)
    return (try JSONDecoder().decode(Document.self, from: Data(json)), text)
  }

  @Test("the document lists the operation and every response to it")
  func answers() throws {
    let (document, _) = try Self.document()
    #expect(document.openapi == "3.1.0")
    let operation = try #require(
      document.paths["/calling/callConnections:redirect"]?["post"])
    #expect(
      operation.responses.keys.sorted() == [
        "204", "400", "401", "403", "404", "405", "408", "409", "412", "413", "414", "415", "417",
        "431", "501", "503", "505",
      ])
    #expect(
      operation.parameters.map { [$0.name, "\($0.required)"] } == [
        ["api-version", "true"], ["Repeatability-Request-ID", "false"],
        ["Repeatability-First-Sent", "false"], ["x-ms-client-request-id", "false"],
      ])
    #expect(operation.responses["204"]?.content == nil)
    #expect(document.security == [["Authorization": []]])
  }

  @Test("every reference leads to something, and every response has what every response has")
  func references() throws {
    let (document, text) = try Self.document(scenario: true)
    let operation = try #require(
      document.paths["/calling/callConnections:redirect"]?["post"])
    #expect(operation.responses["default"] != nil)
    for (status, response) in operation.responses {
      #expect(response.headers["X-Microsoft-Skype-Chain-ID"] != nil)
      #expect((response.headers["x-ms-error-code"] != nil) == (status != "204"))
      for (name, reference) in response.headers {
        let component = reference.ref.replacing("#/components/headers/", with: "")
        let header = try #require(document.components.headers[component], "\(reference.ref)")
        #expect(component == (header.required ? name + ".always" : name))
      }
    }
    for match in text.matches(of: /#\/components\/schemas\/(\w+)/) {
      #expect(document.components.schemas[String(match.1)] != nil, "\(match.1)")
    }
  }

  @Test(
    "each version has the identifiers of its model, and only strict closes the newest",
    arguments: [
      ("2023-03-06", 3, false), ("2023-10-15", 4, false), ("2025-05-15", 4, false),
      ("2025-06-15", 5, false), ("2026-03-12", 5, true), ("2023-10-03-preview", 3, false),
      ("2024-11-15-preview", 4, false), ("2031-01-01", 5, true),
    ])
  func versions(version: String, identifiers: Int, isClosed: Bool) throws {
    let (document, text) = try Self.document(version)
    let schemas = document.components.schemas
    #expect(schemas["CommunicationIdentifier"]?.oneOf?.count == identifiers + 1)
    #expect(
      schemas.keys.filter { $0.hasSuffix("Identifier") }.count == identifiers + 1)
    #expect(schemas["RedirectCallRequest"]?.additionalProperties == nil)
    let strict = try Self.document(version, strict: true).0.components.schemas
    #expect(strict["RedirectCallRequest"]?.additionalProperties == (isClosed ? false : nil))
    #expect(text.contains("assertedId") == (identifiers == 5))
  }

  @Test("settings of the resource are seen in its document")
  func settings() throws {
    let (open, _) = try Self.document(authorization: false)
    #expect(open.security.isEmpty)
    #expect(open.paths.values.first?["post"]?.responses["401"] == nil)
    let (_, strict) = try Self.document(strict: true)
    #expect(strict.contains("anonymous)$"))
    #expect(strict.contains("-4[0-9a-fA-F]{3}-"))
  }

  @Test("the text has exactly the values and flags that the document fills")
  func placeholders() {
    let document = OpenAPIDocument(
      version: .v2026March12, servedVersions: [.v2026March12], server: "http://127.0.0.1:4010")
    #expect(OpenAPIDocument.template.names.values == Set(document.values.keys))
    #expect(OpenAPIDocument.template.names.flags == Set(document.flags.keys))
  }
}
