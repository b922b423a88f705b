import Core

/// What kind of value an option or an argument takes: how it is read, how it is written, and the message about a wrong
/// one.
package struct Kind<Value: Sendable>: Sendable {
  /// What a shell offers for the value.
  let completion: ValueCompletion
  /// What a message says after "expected": `a whole number from 0 to 65535`.
  let expected: String
  let read: @Sendable (Word) -> Value?
  /// The value as somebody would type it.
  let write: @Sendable (Value) -> String
  /// What help says about the accepted values, in a few words: `1 to 64`.
  var range: String?
  /// How such values are written, for help, once for all options: a sentence or two.
  var form: String?
}

/// What a shell offers for a value.
package enum ValueCompletion: Sendable, Equatable {
  case nothing
  case choices([String])
  case files
  case folders
}

extension Kind where Value == String {
  /// Any text that is not empty.
  ///
  /// - Parameter expected: what a message says about a value that is empty or not UTF-8.
  package static func text(_ expected: String = "text") -> Kind {
    Kind(
      completion: .nothing, expected: expected,
      read: { word in word.text.flatMap { $0.isEmpty ? nil : $0 } }, write: { $0 })
  }
}

extension Kind where Value == Path {
  /// The path of a file. It keeps its bytes.
  package static var file: Kind { path("the path of a file", .files) }

  /// The path of a folder. It keeps its bytes.
  package static var folder: Kind { path("the path of a folder", .folders) }

  private static func path(_ expected: String, _ completion: ValueCompletion) -> Kind {
    Kind(
      completion: completion, expected: expected,
      read: { $0.bytes.isEmpty ? nil : Path($0.bytes) }, write: { $0.description })
  }
}

extension Kind where Value == Int {
  /// A whole number in decimal digits, with a minus sign or without.
  package static func wholeNumber(_ range: ClosedRange<Int>) -> Kind {
    Kind(
      completion: .nothing,
      expected: "a whole number from \(range.lowerBound) to \(range.upperBound)",
      read: { word in
        word.text.flatMap { $0.hasPrefix("+") ? nil : Int($0) }.flatMap {
          range.contains($0) ? $0 : nil
        }
      },
      write: { String($0) }, range: "\(range.lowerBound) to \(range.upperBound)")
  }
}

extension Kind where Value == UInt16 {
  /// A port; 0 is allowed, and asks for any free port.
  package static var port: Kind {
    Kind(
      completion: .nothing, expected: "a whole number from 0 to 65535",
      read: { word in word.text.flatMap { $0.hasPrefix("+") ? nil : UInt16($0) } },
      write: { String($0) },
      range: "0 to 65535")
  }
}

extension Kind where Value == ByteCount {
  /// A size in bytes.
  package static func size(_ range: ClosedRange<Int>) -> Kind {
    let (least, most) = (ByteCount(bytes: range.lowerBound), ByteCount(bytes: range.upperBound))
    return Kind(
      completion: .nothing,
      expected: "a size from \(least) to \(most), in bytes or as 16KiB or 1MiB",
      read: { word in
        word.text.flatMap { ByteCount($0) }.flatMap { range.contains($0.bytes) ? $0 : nil }
      },
      write: { $0.description }, range: "\(least) to \(most)",
      form: "A size is a number of bytes, or of KiB, MiB or GiB: 4096, 16KiB, 1MiB.")
  }
}

extension Kind where Value == DurationText {
  /// A duration longer than zero.
  package static var duration: Kind {
    let longest = written(.longest)
    return Kind(
      completion: .nothing,
      expected:
        "a duration longer than 0s and at most \(longest), such as 250ms, 1.5s, 2m or 1h",
      read: { word in
        word.text.flatMap { DurationText($0) }.flatMap {
          (1...DurationText.longest.nanoseconds).contains($0.nanoseconds) ? $0 : nil
        }
      },
      write: written,
      form:
        "A duration is a number with a unit, us, ms, s, m or h: 250ms, 1.5s, 2m, 1h. It is longer than 0s and at most \(longest)."
    )
  }

  @Sendable private static func written(_ value: DurationText) -> String {
    let (hours, rest) = value.nanoseconds.quotientAndRemainder(dividingBy: 3_600_000_000_000)
    return rest == 0 ? "\(hours)h" : value.description
  }
}

extension Kind where Value: RawRepresentable & CaseIterable, Value.RawValue == String {
  /// One of a few words.
  package static var choice: Kind {
    let words = Value.allCases.map(\.rawValue)
    return Kind(
      completion: .choices(words), expected: listing(words),
      read: { word in word.text.flatMap { Value(rawValue: $0) } }, write: { $0.rawValue })
  }
}

extension Kind where Value == Bool {
  /// On or off, in the words that people use for them.
  package static var truth: Kind {
    Kind(
      completion: .choices(["true", "false"]),
      expected: "true or false (or 1, 0, on, off, yes, no)",
      read: { word in
        switch word.text?.lowercased() {
        case "true", "1", "on", "yes": true
        case "false", "0", "off", "no": false
        default: nil
        }
      },
      write: { $0 ? "true" : "false" })
  }
}

/// A name and a value, given in one word.
package struct NamedValue: Sendable, Equatable {
  package let name: String
  package let value: String
}

extension Kind where Value == NamedValue {
  /// `NAME=VALUE`, split at the first equals sign.
  package static var assignment: Kind { pair("=", "NAME=VALUE") }

  /// `NAME:VALUE`, split at the first colon; blanks around the value are dropped, as in a header.
  package static var header: Kind { pair(":", "NAME:VALUE") }

  private static func pair(_ separator: Character, _ form: String) -> Kind {
    Kind(
      completion: .nothing, expected: form,
      read: { word in
        guard let text = word.text, let at = text.firstIndex(of: separator), at > text.startIndex
        else { return nil }
        var value = text[text.index(after: at)...]
        if separator == ":" {
          value = value.drop { $0 == " " }
          while value.last == " " { value.removeLast() }
        }
        return NamedValue(name: String(text[..<at]), value: String(value))
      },
      write: { "\($0.name)\(separator)\($0.value)" })
  }
}

/// `a, b or c`.
func listing(_ words: [String], _ conjunction: String = "or") -> String {
  guard let last = words.last, words.count > 1 else { return words.first ?? "" }
  return words.dropLast().joined(separator: ", ") + " \(conjunction) \(last)"
}
