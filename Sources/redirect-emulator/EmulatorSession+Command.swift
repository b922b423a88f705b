import Core
import Options
import RedirectEmulator

extension EmulatorSession {
  /// The facts for a command that runs beside the emulator.
  ///
  /// - Throws: ``Failure/cannotCreate(_:)`` if a file cannot be written anywhere.
  func facts() throws(Failure) -> EmulatorFacts {
    let token: String
    do {
      token = try emulator.token()
    } catch {
      throw .system("token: \(error)")
    }
    let trust = try trustFiles()
    return EmulatorFacts(
      endpoint: emulator.endpoint, httpsEndpoint: emulator.httpsEndpoint,
      accessKey: emulator.accessKey, token: token,
      connectionString: emulator.httpsConnectionString,
      httpConnectionString: emulator.httpConnectionString, control: emulator.controlEndpoint,
      controlKey: emulator.controlEndpoint == nil ? nil : controlKey,
      identity: emulator.managedIdentity.map {
        ManagedIdentity(endpoint: $0.endpoint, header: $0.header)
      },
      caFile: caFile,
      caBundleFile: trust.bundle, trustStoreFile: trust.trustStore)
  }
}
