import Core

/// A raw id, the one-string form of every identifier, read by its prefix. Contract guide, "5. Body".
package struct RawID: Sendable, Equatable {
  /// `unknown` if the prefix is not a known one.
  package let kind: IdentifierKind
  /// What names the target inside the raw id, as in the identifier's object: the number of `4:`, the user's or app's id
  /// of the Teams kinds, the whole raw id of the others.
  package let id: Range<Int>
  /// Whether what follows the prefix has the documented form. Always true for unknown kinds.
  package let isWellFormed: Bool

  /// - Parameters:
  ///   - bytes: where the raw id is.
  ///   - range: the raw id in them, unescaped.
  package init(_ bytes: Span<UInt8>, in range: Range<Int>) {
    for form in Self.forms where bytes.starts(with: form.prefix, in: range) {
      let rest = (range.lowerBound + form.prefix.utf8CodeUnitCount)..<range.upperBound
      (kind, id, isWellFormed) = Self.read(form.shape, bytes, whole: range, rest: rest)
      return
    }
    (kind, id, isWellFormed) = (.unknown, range, true)
  }

  /// A raw id as people write it: a number without its `4:`, `anonymous`, or any raw id.
  ///
  /// - Returns: nil for anything else.
  package static func written(_ text: String) -> String? {
    guard (1...256).contains(text.utf8.count),
      text.utf8.allSatisfy({ $0 > ASCII.space && $0 != ASCII.delete })
    else { return nil }
    if text == "anonymous" { return "4:anonymous" }
    guard text.hasPrefix("+") else { return text.contains(":") ? text : nil }
    return ASCII.isDigits(text.dropFirst()) ? "4:" + text : nil
  }

  /// Reads a raw id's text; ``id`` then has offsets into its UTF-8.
  package init(_ text: String) {
    let bytes = Array(text.utf8)
    self.init(bytes.span, in: 0..<bytes.count)
  }

  private enum Shape {
    case phoneNumber, communicationUser, teamsUser, teamsVisitor, teamsApp
  }

  private static let forms: [(prefix: StaticString, shape: Shape)] = [
    ("8:acs:", .communicationUser), ("8:gcch-acs:", .communicationUser),
    ("8:dod-acs:", .communicationUser), ("8:spool:", .communicationUser), ("4:", .phoneNumber),
    ("8:orgid:", .teamsUser), ("8:gcch:", .teamsUser), ("8:dod:", .teamsUser),
    ("8:teamsvisitor:", .teamsVisitor),
    ("28:orgid:", .teamsApp), ("28:gcch:", .teamsApp), ("28:dod:", .teamsApp),
  ]

  private static func read(
    _ shape: Shape, _ bytes: Span<UInt8>, whole: Range<Int>, rest: Range<Int>
  ) -> (IdentifierKind, Range<Int>, Bool) {
    switch shape {
    case .phoneNumber:
      // An asserted id may follow the number after an underscore.
      let number = bytes.part(0, of: rest)
      return (
        .phoneNumber, rest,
        E164.isNumberOrAnonymous(bytes, in: number.range)
          && (number.isLast || number.range.upperBound + 1 < rest.upperBound)
      )
    case .communicationUser:
      let first = bytes.part(0, of: rest)
      let second = bytes.part(1, of: rest)
      let firstTwo = isGUID(bytes, first.range) && isGUID(bytes, second.range)
      if first.isLast || second.isLast {
        return (.communicationUser, whole, firstTwo && !first.isLast)
      }
      let third = bytes.part(2, of: rest)
      return (
        .teamsExtensionUser, third.range, firstTwo && third.isLast && isGUID(bytes, third.range)
      )
    case .teamsUser: return (.microsoftTeamsUser, rest, isGUID(bytes, rest))
    case .teamsVisitor: return (.microsoftTeamsUser, rest, !rest.isEmpty)
    case .teamsApp: return (.microsoftTeamsApp, rest, isGUID(bytes, rest))
    }
  }

  private static func isGUID(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
    RequestUUID(bytes, in: range) != nil
  }
}

extension Span where Element == UInt8 {
  fileprivate func starts(with prefix: StaticString, in range: Range<Int>) -> Bool {
    let length = prefix.utf8CodeUnitCount
    return range.count >= length
      && holds(prefix, in: range.lowerBound..<(range.lowerBound + length))
  }

  /// The `number`th part of `range`, which is split at underscores; empty beyond the last part.
  fileprivate func part(_ number: Int, of range: Range<Int>) -> (range: Range<Int>, isLast: Bool) {
    var start = range.lowerBound
    var left = number
    for index in range where self[index] == ASCII.underscore {
      if left == 0 { return (start..<index, false) }
      left -= 1
      start = index + 1
    }
    return left == 0
      ? (start..<range.upperBound, true) : (range.upperBound..<range.upperBound, true)
  }
}
