import FoundationEssentials
import HTTP1
import RedirectEmulator
import Testing

@Suite struct ControlDocumentTests {
  static func document(needsKey: Bool = false) throws -> JSONValue {
    let document = ControlDocument(server: "http://127.0.0.1:4010", needsKey: needsKey)
    return try JSONDecoder().decode(JSONValue.self, from: Data(document.json))
  }

  @Test("each row of the table is in the document, and nothing else")
  func rows() throws {
    let document = try Self.document()
    var expected: [String: String] = [:]
    for route in ControlRoute.all {
      for path in route.paths {
        let call = route.methodName.lowercased() + " " + path.template
        #expect(expected.updateValue(route.operationID(at: path), forKey: call) == nil, "\(call)")
      }
    }
    var found: [String: String] = [:]
    for (path, operations) in document["paths"]?.members ?? [:] {
      for (method, operation) in operations.members {
        found[method + " " + path] = operation["operationId"]?.text
      }
    }
    #expect(found == expected)
    #expect(Set(expected.values).count == expected.count, "names of calls are unique")
  }

  @Test("an operation says what its row says")
  func operations() throws {
    let document = try Self.document()
    for route in ControlRoute.all {
      for path in route.paths {
        let operation = try #require(
          document["paths"]?[path.template]?[route.methodName.lowercased()])
        let parameters = operation["parameters"]?.elements ?? []
        let named = { (place: String) in
          parameters.filter { $0["in"]?.text == place }.compactMap { $0["name"]?.text }
        }
        #expect(named("query") == route.parameters.map(\.name), "\(route.call)")
        #expect(named("path") == path.parameters.map { $0.rawValue.lowercased() })
        for name in named("path") { #expect(path.template.contains("{\(name)}")) }
        #expect(operation["summary"] == .text(route.summary))
        #expect(operation["tags"] == .array([.text(route.group)]))
        #expect((operation["requestBody"] != nil) == (route.body != nil), "\(route.call)")
        let responses = try #require(operation["responses"]?.members)
        let refusals = route.work == .long || route.body != nil ? ["4XX", "503"] : ["4XX"]
        #expect(Set(responses.keys) == Set(route.response.statuses.map(String.init) + refusals))
        for status in route.response.statuses {
          let content = responses[String(status)]?["content"]?.members ?? [:]
          #expect(content.keys.sorted() == (route.response.content?.mediaTypes ?? []).sorted())
        }
      }
    }
  }

  @Test("the document has the parts that OpenAPI 3.1 asks for")
  func structure() throws {
    let document = try Self.document()
    #expect(document["openapi"]?.text?.hasPrefix("3.1.") == true)
    #expect(document["info"]?["title"]?.text?.isEmpty == false)
    #expect(document["info"]?["version"] == .text(Emulator.version))
    #expect(document["servers"]?.elements.first?["url"] == .text("http://127.0.0.1:4010"))
    for (path, operations) in document["paths"]?.members ?? [:] {
      #expect(path.hasPrefix("/"))
      for (method, operation) in operations.members {
        #expect(["get", "post", "put", "patch", "delete"].contains(method))
        #expect(operation["operationId"]?.text?.isEmpty == false)
        for parameter in operation["parameters"]?.elements ?? [] {
          #expect(parameter["name"]?.text != nil && parameter["schema"] != nil)
          #expect(
            parameter["in"]?.text == "query" || parameter["required"] == .flag(true), "\(path)")
        }
        for response in (operation["responses"]?.members ?? [:]).values {
          #expect(response["description"]?.text?.isEmpty == false || response["$ref"] != nil)
        }
      }
    }
  }

  @Test("every reference leads to something, and every schema is used")
  func references() throws {
    let document = try Self.document()
    let check = SchemaCheck(document: document)
    let references = Set(document.all.compactMap { $0["$ref"]?.text })
    for reference in references { #expect(check.resolve(reference) != nil, "\(reference)") }
    for name in (document["components"]?["schemas"]?.members ?? [:]).keys {
      #expect(references.contains("#/components/schemas/" + name), "\(name)")
    }
  }

  @Test("the key is asked for where one is set")
  func key() throws {
    #expect(try Self.document(needsKey: false)["security"] == .array([]))
    #expect(
      try Self.document(needsKey: true)["security"]
        == .array([.object(["controlKey": .array([])])]))
    #expect(try Self.document()["components"]?["securitySchemes"]?["controlKey"] != nil)
  }

  @Test("the text has exactly the values and flags that the document fills")
  func placeholders() {
    let names = ControlDocument.template.names
    #expect(names.values == Set(ControlDocument(server: "", needsKey: true).values.keys))
    #expect(names.flags == ["needsKey"])
  }
}
