/// Whole-text patterns: `*` is any run of characters, `?` any one, the rest itself.
enum Glob {
  /// - Complexity: O(text · pattern) at worst, without recursion.
  static func matches(_ text: String, _ pattern: String) -> Bool {
    let text = Array(text.unicodeScalars)
    let pattern = Array(pattern.unicodeScalars)
    var textIndex = 0
    var patternIndex = 0
    var star: Int?
    var restart = 0
    while textIndex < text.count {
      if patternIndex < pattern.count, pattern[patternIndex] == "*" {
        star = patternIndex
        restart = textIndex
        patternIndex += 1
      } else if patternIndex < pattern.count,
        pattern[patternIndex] == "?" || pattern[patternIndex] == text[textIndex]
      {
        textIndex += 1
        patternIndex += 1
      } else if let star {
        restart += 1
        textIndex = restart
        patternIndex = star + 1
      } else {
        return false
      }
    }
    return pattern[patternIndex...].allSatisfy { $0 == "*" }
  }
}
