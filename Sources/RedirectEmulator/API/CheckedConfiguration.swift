import EventLoop
import LibCrypto
import RedirectCall

/// Settings that were checked and can be used: a value of this type proves it. It is made once for each emulator, for
/// every ``Configuration``. Certificates and keys are not read here, but when the emulator starts.
package struct CheckedConfiguration: Sendable {
  package let settings: Configuration
  /// Where to listen.
  let address: SocketAddress
  /// Where to listen for the control API alone; nil if it has no port of its own.
  let controlAddress: SocketAddress?
  /// The default resource's.
  let accessKey: AccessKey
  let versions: ServedVersions
  /// The further hosts that the control API is served to.
  let controlHosts: [ControlHost]
  /// The address that clients get instead of the one that they reached.
  let publicAddress: ClientAddress?
  /// The hosts besides loopback that webhooks may be at.
  let webhookHosts: [ControlHost]
  /// The authorities that the emulator trusts besides the system's.
  let webhookAuthorities: TrustedCertificates
  /// Raw ids of the default resource's numbers.
  let ownNumbers: Set<String>
  /// What certificates are valid for besides the usual names.
  let certificateNames: [CertificateName]

  /// - Throws: ``ConfigurationError`` with everything that cannot be used.
  package init(_ settings: Configuration) throws(ConfigurationError) {
    var problems: [ConfigurationError.Problem] = []
    let address = SocketAddress(host: settings.host, port: settings.port)
    if address == nil {
      problems.append(
        .init(
          "host", option: "host", value: settings.host,
          "expected \(Configuration.hostForm)"))
    }
    problems += settings.rangeProblems
    var accessKey: AccessKey?
    do throws(CryptoError) {
      accessKey = try AccessKey(base64: settings.accessKey ?? DevelopmentKeys.accessKey)
    } catch {
      problems.append(
        .init(
          "accessKey", option: "access-key",
          "expected \(Configuration.accessKeyForm)"))
    }
    if settings.controlKey == "" {
      problems.append(
        .init("controlKey", option: "control-key", "expected a key that is not empty"))
    }
    if let port = settings.controlPort, port != 0, port == settings.port {
      problems.append(
        .init(
          "controlPort", option: "control-port", value: String(port),
          "expected another port than --port"))
    }
    var versions: [APIVersion] = []
    for text in settings.apiVersions {
      if let version = APIVersion(text) {
        versions.append(version)
      } else {
        problems.append(
          .init(
            "apiVersions", option: "api-version", value: text,
            "expected \(Configuration.apiVersionForm)"))
      }
    }
    let hosts = CheckedHosts(settings)
    problems += hosts.problems
    var authorities = TrustedCertificates()
    if let text = settings.webhooks.authorities {
      authorities.add(pem: Array(text.utf8))
      if authorities.isEmpty {
        problems.append(
          .init(
            "webhooks.authorities", option: "ring-ca", "expected PEM with at least one certificate",
            isAboutData: true))
      }
    }
    var numbers: Set<String> = []
    for text in settings.ownNumbers {
      if let id = CallSettings.ownNumber(text) {
        numbers.insert(id)
      } else {
        problems.append(
          .init(
            "ownNumbers", option: "own-number", value: text,
            "expected \(Configuration.ownNumberForm)"
          ))
      }
    }
    guard problems.isEmpty, let address, let accessKey else { throw ConfigurationError(problems) }
    self.settings = settings
    self.address = address
    controlAddress =
      settings.controlAPI
      ? settings.controlPort.flatMap { SocketAddress(host: settings.host, port: $0) } : nil
    self.accessKey = accessKey
    controlHosts = hosts.controlHosts
    publicAddress = hosts.publicAddress
    webhookHosts = hosts.webhookHosts
    webhookAuthorities = authorities
    ownNumbers = numbers
    certificateNames = hosts.certificateNames
    self.versions = ServedVersions(
      versions.isEmpty ? APIVersion.servedByDefault : versions,
      skipsCheck: settings.skipsAPIVersionCheck)
  }
}
