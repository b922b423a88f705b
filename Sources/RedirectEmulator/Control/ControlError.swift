import Core
import Documents
import Scenarios

/// Why the control API refuses a call.
package struct ControlError: Error, Sendable, Hashable {
  /// The response's status.
  package let status: Int
  /// A word for programs: `UnknownName`, `InvalidValue`, …
  package let code: String
  /// What was wrong, what was expected and where.
  package let message: String
  /// The parameter, member or name that it is about.
  package let target: String?

  /// An error with this response.
  ///
  /// - Parameters:
  ///   - message: with what a client sent in ``ShownText``, because that may be long.
  ///   - target: cut to what ``ShownText`` shows of a value.
  package init(status: Int, code: String, message: String, target: String? = nil) {
    self.status = status
    self.code = code
    self.message = message
    self.target = target.map { ShownText.value($0.utf8) }
  }

  /// 400: a value that is not allowed.
  package static func invalid(_ target: String, _ message: String) -> ControlError {
    ControlError(status: 400, code: "InvalidValue", message: message, target: target)
  }

  /// 400: an unknown name, with the nearest one that exists.
  /// - Parameters:
  ///   - what: the kind of name: `query parameter`, `member`.
  ///   - target: where it is; nil is the name itself.
  package static func unknownName(
    _ name: String, among names: [String], what: String, target: String? = nil
  ) -> ControlError {
    ControlError(
      status: 400, code: "UnknownName",
      message: "There is no \(what) '\(ShownText.value(name.utf8))'."
        + NearestName.hint(for: name, among: names),
      target: target ?? name)
  }

  /// Appends `{"error":{"code","message","target"}}`.
  package func write(to writer: inout JSONWriter) {
    writer.object { writer in
      writer.member("error") { writer in
        writer.object { writer in
          writer.member("code", code)
          writer.member("message", message)
          if let target { writer.member("target", target) }
        }
      }
    }
  }

  /// The error as JSON text.
  package var json: [UInt8] {
    var writer = JSONWriter()
    write(to: &writer)
    return writer.bytes
  }
}

extension ControlError: CustomStringConvertible {
  /// The message.
  package var description: String { message }
}
