import Glibc
import RedirectEmulator

extension EmulatorSession {
  /// The environment that a command of `exec` gets: this process's own, with the emulator's variables in it.
  /// The guide CommandLine lists them.
  func commandEnvironment() throws(Failure) -> [String] {
    var variables = try emulatorVariables()
    var environment: [String] = []
    var pointer = environ
    while let entry = pointer.pointee {
      let text = String(cString: entry)
      let name = text.prefix { $0 != "=" }
      if variables[String(name)] == nil { environment.append(text) }
      pointer += 1
    }
    for name in variables.keys.sorted() {
      if let value = variables.removeValue(forKey: name) { environment.append("\(name)=\(value)") }
    }
    return environment
  }

  private func emulatorVariables() throws(Failure) -> [String: String] {
    let token: String
    do {
      token = try emulator.defaultResource.makeToken().token
    } catch {
      throw .system("token: \(error)")
    }
    var variables = [
      "REDIRECT_EMULATOR_ENDPOINT": emulator.endpoint,
      "REDIRECT_EMULATOR_HTTPS_ENDPOINT": emulator.httpsEndpoint,
      "REDIRECT_EMULATOR_ACCESS_KEY": emulator.accessKey,
      "REDIRECT_EMULATOR_TOKEN": token,
      "REDIRECT_EMULATOR_CA_FILE": caFile,
      "NODE_EXTRA_CA_CERTS": caFile,
    ]
    let bundle = try bundleFile()
    for name in ["REQUESTS_CA_BUNDLE", "SSL_CERT_FILE", "CURL_CA_BUNDLE"] {
      variables[name] = bundle
    }
    if let control = emulator.controlEndpoint { variables["REDIRECT_EMULATOR_CONTROL"] = control }
    for name in [
      "COMMUNICATION_SERVICES_CONNECTION_STRING", "AZURE_COMMUNICATION_CONNECTION_STRING",
      "COMMUNICATION_CONNECTION_STRING",
    ] {
      variables[name] = emulator.httpsConnectionString
    }
    return variables
  }
}
