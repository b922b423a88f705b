/// A client's text as an error message may carry it: at most `limit` characters, `…` for the rest.
func shortened(_ text: String, to limit: Int = 64) -> String {
  guard text.unicodeScalars.count > limit else { return text }
  var result = String.UnicodeScalarView()
  result.append(contentsOf: text.unicodeScalars.prefix(limit))
  result.append("…")
  return String(result)
}
