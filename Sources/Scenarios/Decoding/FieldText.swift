import Core
import HTTP1

/// Checks whether texts can be parts of a field line. RFC 9110 §5.1 and §5.5.
enum FieldText {
  static func isName(_ text: String) -> Bool {
    !text.isEmpty && text.utf8.count <= 256 && text.utf8.allSatisfy(ASCII.isTokenByte)
  }

  static func isValue(_ text: String) -> Bool {
    guard text.utf8.count <= 8_192, text.utf8.allSatisfy(ASCII.isFieldValueByte) else {
      return false
    }
    return ![text.utf8.first, text.utf8.last].contains { $0.map(ASCII.isWhitespace) ?? false }
  }
}
