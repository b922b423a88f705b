/// Message texts that the contract fixes word by word. Contract guide, "3. api-version".
package enum ContractMessage {
  package static let missingAPIVersion =
    "The api-version query parameter (?api-version=) is required for all requests"

  /// - Parameters:
  ///   - version: the value that the client gave.
  ///   - supported: the served versions, separated by a comma and a space.
  package static func unsupportedAPIVersion(_ version: String, supported: String) -> String {
    "Unsupported api-version '\(version)'. The supported api-versions are '\(supported)'."
  }

  /// What follows ``unsupportedAPIVersion(_:supported:)`` for a preview: the emulator's own hint.
  package static func howToServe(preview version: String) -> String {
    " To serve this preview, start the emulator with --api-version \(version), beside the others that you need, or with --skip-api-version-check."
  }
}
