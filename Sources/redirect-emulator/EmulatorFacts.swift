import Core
import Options

/// What a program has to know about a running emulator: `exec` and `env` pass it on.
struct EmulatorFacts: Sendable {
  /// The endpoint, with http.
  var endpoint: String
  var httpsEndpoint: String
  var accessKey: String
  var token: String
  /// The connection string, with https.
  var connectionString: String
  var httpConnectionString: String
  /// The URL of the control API; nil if it is off.
  var control: String?
  /// The URL of the live page; nil if the control API is off.
  var page: String? { control.map { $0 + "/" } }
  /// The key that the control API requires; nil for none.
  var controlKey: String?
  /// The managed-identity endpoint; nil if it is off.
  var identity: ManagedIdentity?
  /// The CA's certificate.
  var caFile: Path
  /// The authorities of the system, of the user and of the emulator.
  var caBundleFile: Path
  /// The same for Java.
  var trustStoreFile: Path

  /// The placeholders that a template may have, by name.
  static let placeholders: [(name: String, value: @Sendable (EmulatorFacts) -> Word?)] = [
    ("connectionString", { Word($0.connectionString) }),
    ("httpConnectionString", { Word($0.httpConnectionString) }),
    ("endpoint", { Word($0.endpoint) }), ("httpsEndpoint", { Word($0.httpsEndpoint) }),
    ("key", { Word($0.accessKey) }), ("token", { Word($0.token) }),
    ("ca", { Word($0.caFile.bytes) }), ("caBundle", { Word($0.caBundleFile.bytes) }),
    ("trustStore", { Word($0.trustStoreFile.bytes) }), ("control", { $0.control.map { Word($0) } }),
    ("page", { $0.page.map { Word($0) } }),
  ]
}

/// Where an app's `DefaultAzureCredential` gets its token.
struct ManagedIdentity: Sendable {
  var endpoint: String
  /// The value that authenticates the app there.
  var header: String
}

/// The value of `--set`: a text in which `{name}` stands for a value of the emulator.
struct VariableTemplate: Sendable {
  private enum Part: Sendable, Equatable {
    case text(String)
    case placeholder(String)
  }

  private let parts: [Part]

  /// Reads a template. A brace without a name and a closing brace after it stands for itself, as in JSON.
  init(_ text: String) {
    var parts: [Part] = []
    var rest = text[...]
    while let brace = rest.firstIndex(of: "{") {
      let name = rest[rest.index(after: brace)...].prefix { $0.isASCII && $0.isLetter }
      if name.isEmpty || name.endIndex == rest.endIndex || rest[name.endIndex] != "}" {
        parts.append(.text(String(rest[...brace])))
        rest = rest[rest.index(after: brace)...]
        continue
      }
      parts.append(.text(String(rest[..<brace])))
      parts.append(.placeholder(String(name)))
      rest = rest[rest.index(after: name.endIndex)...]
    }
    parts.append(.text(String(rest)))
    self.parts = parts
  }

  /// The names in it.
  var names: [String] {
    parts.compactMap { if case .placeholder(let name) = $0 { name } else { nil } }
  }

  /// The value. A placeholder for something that the emulator does not have becomes empty.
  func filled(with facts: EmulatorFacts) -> Word {
    Word(
      parts.flatMap { part -> [UInt8] in
        switch part {
        case .text(let text): return Array(text.utf8)
        case .placeholder(let name):
          let known = EmulatorFacts.placeholders.first { $0.name == name }
          return known?.value(facts)?.bytes ?? []
        }
      })
  }
}
