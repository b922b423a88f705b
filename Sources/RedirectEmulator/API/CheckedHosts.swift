import LibCrypto

/// The hosts of a ``Configuration``, read.
struct CheckedHosts {
  private(set) var controlHosts: [ControlHost] = []
  private(set) var webhookHosts: [ControlHost] = []
  private(set) var publicAddress: ClientAddress?
  /// The names of certificates. The public URL's host is one of them, because clients connect to it.
  private(set) var certificateNames: [CertificateName] = []
  private(set) var problems: [ConfigurationError.Problem] = []

  init(_ settings: Configuration) {
    for text in settings.controlHosts {
      if let hosts = ControlHost.list(text) {
        controlHosts += hosts
      } else {
        problems.append(
          .init("controlHosts", option: "control-host", value: text, ControlHost.expected))
      }
    }
    for text in settings.webhooks.allowedHosts {
      if let hosts = ControlHost.list(text) {
        webhookHosts += hosts
      } else {
        problems.append(
          .init("webhooks.allowedHosts", option: "ring-allow", value: text, ControlHost.expected))
      }
    }
    for text in settings.tls.names {
      if let name = HostAndPort(written: text)?.name(wildcard: true) {
        certificateNames.append(name)
      } else {
        problems.append(
          .init(
            "tls.names", option: "tls-name", value: text,
            "expected a host name or an address, such as emulator.example.com, *.example.com or fd00::2"
          ))
      }
    }
    if !settings.tls.names.isEmpty, settings.tls.certificate != nil {
      problems.append(
        .init(
          "tls.names", option: "tls-name",
          "expected no names beside a certificate of your own, which has its own names"))
    }
    if let text = settings.publicURL {
      publicAddress = ClientAddress(publicURL: text)
      if let publicAddress, let name = HostAndPort(publicAddress.authority)?.name() {
        certificateNames.append(name)
      } else {
        problems.append(
          .init(
            "publicURL", option: "public-url", value: text, ClientAddress.expectedPublicURL))
      }
    }
  }
}
