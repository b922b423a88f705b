import Core
import LibCrypto
import Options

/// The variables that describe an emulator to a program. The guide CommandLine, "What exec tells its command", lists
/// them.
struct EmulatorVariables: Sendable {
  /// The variables that are set, by name.
  private(set) var values: [String: Word] = [:]
  /// The variables that are removed from the environment that was found.
  private(set) var removed: Set<String> = []

  /// Connection strings. They are set even if the environment has others.
  static let connectionStrings = [
    "COMMUNICATION_SERVICES_CONNECTION_STRING", "AZURE_COMMUNICATION_CONNECTION_STRING",
    "COMMUNICATION_CONNECTION_STRING",
  ]

  /// Connection strings under the names in public samples and apps. They are set only if the environment does not have
  /// them.
  static let connectionStringsOfApps = [
    "ACS_CONNECTION_STRING", "AZURE_ACS_CONNECTION_STRING", "ACS_CONNECTIONSTRING",
    "ACSCONNECTIONSTRING", "AcsConnectionString", "ACSConnectionString",
    "COMMUNICATION_SAMPLES_CONNECTION_STRING", "ACS_ACSCONNECTIONSTRING",
    "ConnectionStrings__ACSConnectionString",
  ]

  /// The variables by which an app's `DefaultAzureCredential` finds a managed identity.
  static let identity = ["IDENTITY_ENDPOINT", "IDENTITY_HEADER"]

  static let bundles = ["REQUESTS_CA_BUNDLE", "SSL_CERT_FILE", "CURL_CA_BUNDLE"]

  /// All variables that may be set. Variables with lists, which keep the user's items, come last.
  static let declared: [Variable] =
    [
      Variable("REDIRECT_EMULATOR_ENDPOINT", "The endpoint, with http."),
      Variable("REDIRECT_EMULATOR_HTTPS_ENDPOINT", "The endpoint, with https."),
      Variable("REDIRECT_EMULATOR_CONTROL", "The address of the control API."),
      Variable("REDIRECT_EMULATOR_PAGE", "The address of the live page, for people."),
      Variable("REDIRECT_EMULATOR_CONTROL_KEY", "The control API's key, if there is one."),
      Variable("REDIRECT_EMULATOR_ACCESS_KEY", "The access key of the default resource."),
      Variable("REDIRECT_EMULATOR_TOKEN", "A user access token."),
      Variable("REDIRECT_EMULATOR_CA_FILE", "The file with the CA's certificate."),
      Variable("REDIRECT_EMULATOR_TRUST_STORE", "A trust store for Java, JKS, with all CAs."),
      Variable("REDIRECT_EMULATOR_DAY", "The name of the day; only drill sets it."),
      Variable(FoundEnvironment.setVariable, "The names of all that is set here."),
      Variable(connectionStrings[0], "The connection string, with https."),
    ] + connectionStrings.dropFirst().map { Variable($0, "The same.") }
    + connectionStringsOfApps.map { Variable($0, "The same, where it is not set.") }
    + [
      Variable(
        identity[0],
        "Where DefaultAzureCredential gets a token; where it, IDENTITY_HEADER and AZURE_CLIENT_SECRET are not set."
      ), Variable(identity[1], "The secret to send there."),
    ]
    + [Variable(bundles[0], "The file with the system's CAs, the user's and the emulator's.")]
    + bundles.dropFirst().map { Variable($0, "The same.") } + [
      Variable(
        "NODE_EXTRA_CA_CERTS",
        "The file with the CA's certificate; where the user has others, the same as above."),
      Variable(JavaOptions.variable, "The trust store, after what the variable has."),
      Variable("NO_PROXY", "The emulator's hosts too, where there is a proxy."),
      Variable("no_proxy", "The same."),
    ]

  /// - Parameters:
  ///   - sets: the variables of `--set`, by name.
  ///   - found: the environment that was found.
  ///   - day: the name of a drill's day.
  init(
    _ facts: EmulatorFacts, sets: [(name: String, template: VariableTemplate)] = [],
    found: FoundEnvironment, day: String? = nil
  ) {
    values = [
      "REDIRECT_EMULATOR_ENDPOINT": Word(facts.endpoint),
      "REDIRECT_EMULATOR_HTTPS_ENDPOINT": Word(facts.httpsEndpoint),
      "REDIRECT_EMULATOR_ACCESS_KEY": Word(facts.accessKey),
      "REDIRECT_EMULATOR_TOKEN": Word(facts.token),
      "REDIRECT_EMULATOR_CA_FILE": Word(facts.caFile.bytes),
      "REDIRECT_EMULATOR_TRUST_STORE": Word(facts.trustStoreFile.bytes),
    ]
    values["REDIRECT_EMULATOR_CONTROL"] = facts.control.map { Word($0) }
    values["REDIRECT_EMULATOR_PAGE"] = facts.page.map { Word($0) }
    values["REDIRECT_EMULATOR_CONTROL_KEY"] = facts.controlKey.map { Word($0) }
    values["REDIRECT_EMULATOR_DAY"] = day.map { Word($0) }
    for name in Self.connectionStrings { values[name] = Word(facts.connectionString) }
    for name in Self.connectionStringsOfApps where found[name] == nil {
      values[name] = Word(facts.connectionString)
    }
    // The user's own credential has priority. Half of one would not be a credential.
    let credentials = Self.identity + ["AZURE_CLIENT_SECRET"]
    if let identity = facts.identity, credentials.allSatisfy({ found[$0] == nil }) {
      values[Self.identity[0]] = Word(identity.endpoint)
      values[Self.identity[1]] = Word(identity.header)
    }
    for name in Self.bundles { values[name] = Word(facts.caBundleFile.bytes) }
    // Node trusts the system's authorities, or its own, in any case.
    values["NODE_EXTRA_CA_CERTS"] = Word(
      found.trustedByNode.isEmpty ? facts.caFile.bytes : facts.caBundleFile.bytes)
    values[JavaOptions.variable] = JavaOptions.adding(
      facts.trustStoreFile, to: found[JavaOptions.variable])
    let proxies = ProxyVariables.change(
      for: ProxyVariables.hosts([facts.endpoint, facts.connectionString]), found: { found[$0] })
    values.merge(proxies.lists) { $1 }
    removed = Set(proxies.removed)
    for (name, template) in sets { values[name] = template.filled(with: facts) }
    nameAll()
    // A variable that is not set here is not passed on: it belongs to another emulator.
    removed.formUnion(
      Self.declared.map(\.name).filter { $0.hasPrefix("REDIRECT_EMULATOR_") && values[$0] == nil })
  }

  /// Leaves out variables.
  mutating func leaveOut(_ names: [String]) {
    for name in names { values[name] = nil }
    nameAll()
  }

  /// Lists the variables that are set, in a variable.
  private mutating func nameAll() {
    let names = Set(values.keys).union([FoundEnvironment.setVariable])
    values[FoundEnvironment.setVariable] = Word(names.sorted().joined(separator: ","))
  }

  /// The names of variables with lists, which keep the user's items.
  static let lists = [JavaOptions.variable] + ProxyVariables.lists

  /// The environment that was found, with these variables in it.
  func environment(from found: FoundEnvironment) -> [Word] {
    let names = removed.union(values.keys)
    let kept = found.entries.filter { entry in
      guard let name = entry.assignment?.name.text else { return true }
      return !names.contains(name)
    }
    return kept + sorted.map { Word("\($0.name)=".utf8 + $0.value.bytes) }
  }

  /// By name.
  var sorted: [(name: String, value: Word)] {
    values.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }
}
