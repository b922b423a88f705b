import Foundation

/// What Foundation's parsers do not tell of a text that they take for JSON: how deep it is nested, which names its
/// objects have, each as often as it is given, and commas that end an object.
struct JSONOutline {
  struct Object {
    /// The names on the way to it; `[]` for an array's elements.
    var path: [String]
    /// UTF-8, with escapes resolved.
    var names: [[UInt8]] = []
  }

  private(set) var objects: [Object] = []
  private(set) var depth = 0
  private(set) var hasTrailingComma = false

  /// - Parameter text: bytes that Foundation takes for JSON.
  init(_ text: [UInt8]) {
    // The objects and arrays that are open: an object by its place in `objects`, an array by nil.
    var open: [Int?] = []
    var path: [String] = []
    var lastMark: UInt8 = 0
    var index = 0
    while index < text.count {
      let byte = text[index]
      index += 1
      switch byte {
      case UInt8(ascii: "\""):
        let start = index - 1
        index = Self.endOfString(text, from: start)
        // In an object, a string behind the brace or a comma is a name.
        if let object = open.last ?? nil, lastMark != UInt8(ascii: ":") {
          let name = Self.resolved(Array(text[start..<index]))
          objects[object].names.append(Array(name.utf8))
          path[path.count - 1] = name
        }
      case UInt8(ascii: "{"):
        open.append(objects.count)
        objects.append(Object(path: path))
        path.append("")
      case UInt8(ascii: "["):
        open.append(nil)
        path.append("[]")
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        if lastMark == UInt8(ascii: ",") { hasTrailingComma = true }
        _ = open.popLast()
        _ = path.popLast()
      case UInt8(ascii: ","), UInt8(ascii: ":"):
        break
      case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\n"), UInt8(ascii: "\r"):
        continue
      default:
        break
      }
      lastMark = byte
      depth = max(depth, open.count)
    }
  }

  /// Where the string ends whose quotation mark is at `start`, its own last one passed.
  static func endOfString(_ text: [UInt8], from start: Int) -> Int {
    var index = start + 1
    while index < text.count, text[index] != UInt8(ascii: "\"") {
      index += text[index] == UInt8(ascii: "\\") ? 2 : 1
    }
    return min(index + 1, text.count)
  }

  private static func resolved(_ literal: [UInt8]) -> String {
    let value = try? JSONSerialization.jsonObject(with: Data(literal), options: .fragmentsAllowed)
    return value as? String ?? "no name"
  }
}
