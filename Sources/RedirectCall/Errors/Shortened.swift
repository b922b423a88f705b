/// A client's text for an error message: at most `limit` characters, `…` for the rest, and U+FFFD for control
/// characters, so that a message is one line wherever it is shown.
func shortened(_ text: String, to limit: Int = 64) -> String {
  var result = String.UnicodeScalarView()
  var count = 0
  for scalar in text.unicodeScalars {
    guard count < limit else {
      result.append("…")
      break
    }
    let isControl = scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value)
    result.append(isControl ? "\u{FFFD}" : scalar)
    count += 1
  }
  return String(result)
}
