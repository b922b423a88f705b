import Core

/// How a document is written.
package enum DocumentFormat: Sendable, Hashable {
  /// RFC 8259.
  case json
  /// YAML 1.1, as libyaml reads it.
  case yaml

  /// The format that a media type names: `application/json`, `application/yaml`, `text/x-yaml`, `…+json`; nil for
  /// any other type, and for none. RFC 6839 §3.1, RFC 9512.
  ///
  /// - Parameter contentType: a `Content-Type`'s value, perhaps with parameters.
  package init?(contentType: String?) {
    let type = contentType?.prefix { $0 != ";" }.filter { $0 != " " && $0 != "\t" }.lowercased()
    guard let subtype = type?.split(separator: "/", maxSplits: 1).last, subtype != type ?? ""
    else { return nil }
    switch subtype.split(separator: "+").last {
    case "json": self = .json
    case "yaml", "x-yaml": self = .yaml
    default: return nil
    }
  }
}

/// A document in YAML or JSON.
package enum Document {
  /// Largest text that is read, in bytes; also the most bytes that a document's aliases may stand for.
  package static let longest = 1 << 20
  /// Deepest nesting, counting what aliases stand for.
  package static let deepest = 64
  /// Most values that are written in a document.
  package static let mostValues = 100_000

  /// Reads a document. In YAML, one without content is null.
  ///
  /// - Parameter format: nil if it is not known: what is JSON is then read as JSON, anything else as YAML.
  /// - Throws: the place where reading stopped.
  package static func parse(
    _ text: String, as format: DocumentFormat? = nil
  ) throws(DocumentErrors) -> DocumentNode {
    guard text.utf8.count <= longest else {
      throw failure(
        "The document has \(text.utf8.count) bytes; \(longest) are the most.",
        DocumentPlace(line: 1, column: 1))
    }
    do {
      switch format {
      case .json: return try json(text)
      case .yaml: return try yaml(text)
      case nil: return try jsonOrYAML(text)
      }
    } catch {
      let kind = format == .json ? "JSON" : format == .yaml ? "YAML" : "YAML or JSON"
      throw failure("This is not \(kind) that can be read: \(error.problem).", error.place)
    }
  }

  /// If both formats fail, YAML's fault is reported. For a text that begins like a JSON object and could be read
  /// further as JSON, JSON's fault is reported.
  private static func jsonOrYAML(_ text: String) throws(DocumentFault) -> DocumentNode {
    let fault: DocumentFault
    do throws(DocumentFault) { return try json(text) } catch { fault = error }
    do throws(DocumentFault) {
      return try yaml(text)
    } catch {
      let isLikeJSON = text.utf8.first { $0 > ASCII.space } == ASCII.leftBrace
      throw isLikeJSON && error.place < fault.place ? fault : error
    }
  }

  private static func json(_ text: String) throws(DocumentFault) -> DocumentNode {
    // RFC 8259 §8.1: a reader may ignore a byte order mark, which some editors write.
    let text = text.utf8.starts(with: [0xEF, 0xBB, 0xBF]) ? text.utf8.dropFirst(3) : text.utf8[...]
    return try JSONReader.read(
      Array(text).span, limits: JSONReader.Limits(depth: deepest, values: mostValues))
  }

  private static func yaml(_ text: String) throws(DocumentFault) -> DocumentNode {
    var composer = try YAMLComposer(text)
    return try composer.document()
  }

  private static func failure(_ message: String, _ place: DocumentPlace) -> DocumentErrors {
    DocumentErrors([
      DocumentIssue(message: message, line: place.line, column: place.column, target: "")
    ])
  }
}
