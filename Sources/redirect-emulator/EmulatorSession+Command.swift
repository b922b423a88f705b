import Core
import Options
import RedirectEmulator

extension EmulatorSession {
  /// The environment that a command of `exec` gets: this process's own, with the emulator's variables in it.
  /// The guide CommandLine lists them.
  ///
  /// - Parameter declared: all that may be set. What has such a name now is not handed on, also where nothing is set in
  ///   its place: it is an outer emulator's.
  func commandEnvironment(setting declared: [Variable]) throws(Failure) -> [Word] {
    let variables = try emulatorVariables()
    let names = Set(declared.map(\.name)).union(variables.keys)
    let kept = ProcessWords.environment.filter { entry in
      guard let name = entry.assignment?.name.text else { return true }
      return !names.contains(name)
    }
    return kept
      + variables.sorted { $0.key < $1.key }.map { Word("\($0.key)=".utf8 + $0.value.bytes) }
  }

  private func emulatorVariables() throws(Failure) -> [String: Word] {
    let token: String
    do {
      token = try emulator.token()
    } catch {
      throw .system("token: \(error)")
    }
    var variables = [
      "REDIRECT_EMULATOR_ENDPOINT": Word(emulator.endpoint),
      "REDIRECT_EMULATOR_HTTPS_ENDPOINT": Word(emulator.httpsEndpoint),
      "REDIRECT_EMULATOR_ACCESS_KEY": Word(emulator.accessKey),
      "REDIRECT_EMULATOR_TOKEN": Word(token),
      "REDIRECT_EMULATOR_CA_FILE": Word(caFile.bytes),
      "NODE_EXTRA_CA_CERTS": Word(caFile.bytes),
    ]
    let bundle = try bundleFile()
    for name in ["REQUESTS_CA_BUNDLE", "SSL_CERT_FILE", "CURL_CA_BUNDLE"] {
      variables[name] = Word(bundle.bytes)
    }
    if let control = emulator.controlEndpoint {
      variables["REDIRECT_EMULATOR_CONTROL"] = Word(control)
    }
    for name in [
      "COMMUNICATION_SERVICES_CONNECTION_STRING", "AZURE_COMMUNICATION_CONNECTION_STRING",
      "COMMUNICATION_CONNECTION_STRING",
    ] {
      variables[name] = Word(emulator.httpsConnectionString)
    }
    return variables
  }
}
