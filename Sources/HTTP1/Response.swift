import Core

/// A whole response that was received: the final one, without the interim ones before it.
package struct Response: Sendable, Equatable {
  package let status: Int
  /// In the order received, names as sent, values without white space around them.
  package let fields: [Field]
  /// The content without its transfer coding: the first bytes, at most as many as the limit allows.
  package internal(set) var body: [UInt8]
  /// Bytes of the whole content.
  package internal(set) var bodyCount: Int
  /// Whether the connection can be used again. RFC 9112 §9.3.
  package internal(set) var keepsConnection: Bool

  package struct Field: Sendable, Equatable {
    package let name: String
    /// Bytes that are not UTF-8 are shown as U+FFFD.
    package let value: String

    package init(_ name: String, _ value: String) {
      self.name = name
      self.value = value
    }
  }

  /// Whether all of the content is in ``body``.
  package var isBodyWhole: Bool { body.count == bodyCount }

  /// The value of the first field of this name, which is compared without case. RFC 9110 §5.1.
  package func value(of name: String) -> String? {
    let name = name.lowercased()
    return fields.first { $0.name.lowercased() == name }?.value
  }
}

/// The peer sent bytes that are not a valid response. The connection cannot be used any more.
package struct ResponseError: Error, Sendable, Equatable, CustomStringConvertible {
  /// What was wrong, what was expected, and where: `field line 3: white space before the colon`.
  package let message: String
  /// The section of the standards, `RFC 9112 §5.1`.
  package let section: String

  package init(_ message: String, section: String) {
    self.message = message
    self.section = section
  }

  init(_ error: HTTPError) {
    self.init(
      error.message, section: error.message.hasPrefix("status line") ? "RFC 9112 §4" : error.section
    )
  }

  package var description: String { "\(message) (\(section))" }
}
