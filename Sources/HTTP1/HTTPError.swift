/// A request that is not HTTP as the emulator reads it, or that is larger than its limits. After any of
/// these, nobody knows where the next message begins: send `status` and close the connection.
package struct HTTPError: Error, Sendable, Equatable {
  /// What was wrong; the raw value is the code of the error response.
  package enum Reason: String, Sendable, CaseIterable {
    case invalidMethod
    case methodTooLong
    case invalidTarget
    case targetTooLong
    case invalidVersion
    case unsupportedVersion
    case invalidLineEnding
    case obsoleteLineFolding
    case whitespaceBeforeColon
    case invalidFieldName
    case invalidFieldValue
    case tooManyFields
    case headerTooLarge
    case missingHost
    case duplicateHost
    case invalidHost
    case invalidConnection
    case invalidContentLength
    case duplicateContentLength
    case invalidTransferEncoding
    case unsupportedTransferCoding
    case conflictingFraming
    case unsupportedExpectation
    case bodyTooLarge
    case invalidChunk
    case invalidChunkExtension
    case chunkExtensionsTooLarge
    case invalidTrailer
    case trailerTooLarge
    /// For the connection's timers: the head or the body did not arrive in time.
    case requestTimeout
    /// For the server: there are too many connections.
    case tooManyConnections
    /// For the server: there is no memory to keep the request until it is whole.
    case memoryLimitReached

    /// The status code of the response.
    package var status: Int {
      switch self {
      case .methodTooLong, .unsupportedTransferCoding: 501
      case .targetTooLong: 414
      case .unsupportedVersion: 505
      case .tooManyFields, .headerTooLarge, .trailerTooLarge: 431
      case .unsupportedExpectation: 417
      case .bodyTooLarge, .chunkExtensionsTooLarge: 413
      case .requestTimeout: 408
      case .tooManyConnections, .memoryLimitReached: 503
      default: 400
      }
    }

    /// The section of the standards that the request violates, or that allows the refusal.
    package var section: String {
      switch self {
      case .invalidMethod: "RFC 9112 §3.1"
      case .methodTooLong, .targetTooLong: "RFC 9112 §3"
      case .invalidTarget: "RFC 9112 §3.2"
      case .invalidVersion: "RFC 9112 §2.3"
      case .unsupportedVersion: "RFC 9110 §15.6.6"
      case .invalidLineEnding: "RFC 9112 §2.2"
      case .obsoleteLineFolding: "RFC 9112 §5.2"
      case .whitespaceBeforeColon, .invalidFieldName: "RFC 9112 §5.1"
      case .invalidFieldValue: "RFC 9110 §5.5"
      case .tooManyFields, .headerTooLarge: "RFC 6585 §5"
      case .missingHost, .duplicateHost, .invalidHost: "RFC 9112 §3.2"
      case .invalidConnection: "RFC 9110 §7.6.1"
      case .invalidContentLength, .duplicateContentLength: "RFC 9112 §6.2"
      case .invalidTransferEncoding, .unsupportedTransferCoding: "RFC 9112 §6.1"
      case .conflictingFraming: "RFC 9112 §6.3"
      case .unsupportedExpectation: "RFC 9110 §10.1.1"
      case .bodyTooLarge: "RFC 9110 §15.5.14"
      case .invalidChunk: "RFC 9112 §7.1"
      case .invalidChunkExtension, .chunkExtensionsTooLarge: "RFC 9112 §7.1.1"
      case .invalidTrailer, .trailerTooLarge: "RFC 9112 §7.1.2"
      case .requestTimeout: "RFC 9110 §15.5.9"
      case .tooManyConnections, .memoryLimitReached: "RFC 9110 §15.6.4"
      }
    }
  }

  package var reason: Reason
  /// What was wrong, what was expected and where, e.g. `field line 3: white space before the colon`.
  package var message: String

  /// The status code of the response.
  package var status: Int { reason.status }
  /// The section of the standards, e.g. `RFC 9112 §5.1`.
  package var section: String { reason.section }

  @inline(never)
  package init(_ reason: Reason, _ message: String) {
    self.reason = reason
    self.message = message
  }
}

extension HTTPError: CustomStringConvertible {
  package var description: String { "\(status) \(reason.rawValue): \(message) (\(section))" }
}
