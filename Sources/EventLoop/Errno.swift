import Glibc

/// A Linux call that failed: which one, and with which `errno`.
package struct Errno: Error, Sendable, Equatable, CustomStringConvertible {
  package let code: Int32
  package let call: String

  package init(_ code: Int32, in call: String) {
    self.code = code
    self.call = call
  }

  package var description: String { "\(call): \(reason)" }

  /// Why, in the system's words, for messages that say what was tried.
  package var reason: String { String(cString: strerror(code)) }
}
