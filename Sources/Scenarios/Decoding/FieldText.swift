/// Which texts can be a field line's parts. RFC 9110 §5.1 and §5.5.
enum FieldText {
  static func isName(_ text: String) -> Bool {
    !text.isEmpty && text.utf8.count <= 256
      && text.utf8.allSatisfy { byte in
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        default: marks.contains(byte)
        }
      }
  }

  static func isValue(_ text: String) -> Bool {
    text.utf8.count <= 8_192
      && text.utf8.allSatisfy { $0 == 0x09 || ($0 >= 0x20 && $0 != 0x7F) }
      && ![0x20, 0x09].contains(text.utf8.first) && ![0x20, 0x09].contains(text.utf8.last)
  }

  private static let marks = Set("!#$%&'*+-.^_`|~".utf8)
}
