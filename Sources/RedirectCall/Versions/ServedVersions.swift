import HTTP1

/// The api-versions that a resource serves, and the check of a request against them. Contract guide,
/// "3. api-version".
package struct ServedVersions: Sendable, Equatable {
  /// The served versions, oldest first, each once.
  package let versions: [APIVersion]
  /// Serve any version that has the form of one, each by the rules of ``APIVersion/modelVersion``.
  package let skipsCheck: Bool

  /// - Parameters:
  ///   - versions: in any order; ``APIVersion/servedByDefault`` by default.
  ///   - skipsCheck: whether the set is only what error responses would name.
  package init(_ versions: [APIVersion] = APIVersion.servedByDefault, skipsCheck: Bool = false) {
    self.versions = Set(versions).sorted()
    self.skipsCheck = skipsCheck
  }

  /// The version that a request asks for. The parameter's name and value are compared percent-decoded and
  /// with case; other parameters are skipped.
  ///
  /// - Parameters:
  ///   - message: the request's bytes.
  ///   - query: where the target's query is in them, without its `?`.
  package func check(message: Span<UInt8>, query: Range<Int>?) throws(Rejection) -> APIVersion {
    var parameters = QueryParameters(query)
    var value: Range<Int>?
    while let parameter = parameters.next(in: message) {
      guard QueryParameters.matches(parameter.name, in: message, "api-version") else { continue }
      if value != nil { throw givenTwice() }
      value = parameter.value
    }
    guard let value, !value.isEmpty else { throw missing() }
    let version = APIVersion(message, in: value)
    guard let version, skipsCheck || versions.contains(version) else {
      throw notServed(
        QueryParameters.decoded(value, in: message), isPreview: version?.isPreview ?? false)
    }
    return version
  }

  private func missing() -> Rejection {
    rejection(
      code: ErrorCode.missingAPIVersionParameter, message: ContractMessage.missingAPIVersion)
  }

  private func notServed(_ value: String, isPreview: Bool) -> Rejection {
    let shown = shortened(value)
    var message = ContractMessage.unsupportedAPIVersion(shown, supported: list)
    var advice = "Ask for an api-version that the resource serves: \(list)."
    if isPreview {
      advice = ContractMessage.howToServe(preview: value)
      message += " " + advice
    }
    return rejection(
      code: ErrorCode.unsupportedAPIVersionValue, message: message,
      advised: .init("Unsupported api-version '\(shown)'.", advice: advice))
  }

  private func givenTwice() -> Rejection {
    rejection(
      code: ErrorCode.invalidQueryParameterValue,
      message: "The api-version query parameter is given more than once; give it exactly once.")
  }

  private var list: String { versions.map(\.description).joined(separator: ", ") }

  private func rejection(
    code: String, message: String, advised: Rejection.Advised? = nil
  ) -> Rejection {
    Rejection(
      stage: .apiVersion, status: 400,
      error: CommunicationError(code: code, message: message, target: "api-version"),
      fields: [ResponseField("api-supported-versions", list)], section: ContractSection.apiVersion,
      advised: advised)
  }
}
