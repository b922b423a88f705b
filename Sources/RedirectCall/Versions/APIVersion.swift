import Core

/// A version of the service's interface: a date, `2026-03-12`, or the preview of one,
/// `2026-03-12-preview`. Contract guide, "3. api-version".
///
/// Versions order by date; the preview of a date comes before the version of that date.
package struct APIVersion: Sendable, Hashable, Comparable {
  /// year · 10⁴ + month · 10² + day, doubled, and one more if it is not a preview. It has the same order as the
  /// versions.
  let packed: UInt32

  package static let v2023March6 = APIVersion(year: 2023, month: 3, day: 6)
  package static let v2023October15 = APIVersion(year: 2023, month: 10, day: 15)
  package static let v2024April15 = APIVersion(year: 2024, month: 4, day: 15)
  package static let v2024September15 = APIVersion(year: 2024, month: 9, day: 15)
  package static let v2025May15 = APIVersion(year: 2025, month: 5, day: 15)
  package static let v2025June15 = APIVersion(year: 2025, month: 6, day: 15)
  package static let v2026March12 = APIVersion(year: 2026, month: 3, day: 12)

  /// The stable versions with documents that the emulator knows, oldest first.
  package static let stable: [APIVersion] = [
    .v2023March6, .v2023October15, .v2024April15, .v2024September15, .v2025May15, .v2025June15,
    .v2026March12,
  ]

  /// The previews that beta SDKs and the vendor's samples ask for, oldest first.
  package static let previews: [APIVersion] = [
    APIVersion(year: 2023, month: 6, day: 15, isPreview: true),
    APIVersion(year: 2023, month: 10, day: 3, isPreview: true),
    APIVersion(year: 2024, month: 6, day: 15, isPreview: true),
    APIVersion(year: 2024, month: 11, day: 15, isPreview: true),
    APIVersion(year: 2025, month: 3, day: 30, isPreview: true),
    APIVersion(year: 2025, month: 8, day: 15, isPreview: true),
  ]

  /// The versions that are served by default, oldest first.
  package static let servedByDefault = (stable + previews).sorted()

  /// - Parameter text: `YYYY-MM-DD` or `YYYY-MM-DD-preview`; nil for anything else, also for a day that does not exist.
  package init?(_ text: String) {
    let bytes = Array(text.utf8)
    self.init(bytes.span, in: 0..<bytes.count)
  }

  /// Reads a version that fills `range`, percent-encoded or not; nil if it is not shaped like one.
  package init?(_ bytes: Span<UInt8>, in range: Range<Int>) {
    guard range.lowerBound >= 0, range.upperBound <= bytes.count else { return nil }
    var reader = PercentDecodedBytes(range)
    guard let year = Self.number(&reader, bytes, digits: 4), reader.next(in: bytes) == ASCII.hyphen,
      let month = Self.number(&reader, bytes, digits: 2), reader.next(in: bytes) == ASCII.hyphen,
      let day = Self.number(&reader, bytes, digits: 2),
      CalendarDay(year: Int64(year), month: Int64(month), day: Int64(day)) != nil
    else { return nil }
    let isPreview = !reader.isAtEnd
    if isPreview {
      guard Self.isPreviewSuffix(&reader, bytes) else { return nil }
    }
    self.init(year: year, month: month, day: day, isPreview: isPreview)
  }

  private init(year: UInt32, month: UInt32, day: UInt32, isPreview: Bool = false) {
    packed = (year * 10_000 + month * 100 + day) * 2 + (isPreview ? 0 : 1)
  }

  package var isPreview: Bool { packed & 1 == 0 }

  /// The stable version that this one takes its model from: the newest one with a date that is not later. For a date
  /// before all of them it is the oldest one. Contract guide, "3. api-version".
  package var modelVersion: APIVersion {
    Self.stable.last { $0.packed / 2 <= packed / 2 } ?? .v2023March6
  }

  package static func < (a: APIVersion, b: APIVersion) -> Bool { a.packed < b.packed }

  private static func number(
    _ reader: inout PercentDecodedBytes, _ bytes: Span<UInt8>, digits: Int
  ) -> UInt32? {
    var value: UInt32 = 0
    for _ in 0..<digits {
      guard let byte = reader.next(in: bytes), ASCII.isDigit(byte) else { return nil }
      value = value * 10 + UInt32(byte - ASCII.zero)
    }
    return value
  }

  private static func isPreviewSuffix(_ reader: inout PercentDecodedBytes, _ bytes: Span<UInt8>)
    -> Bool
  {
    let suffix: StaticString = "-preview"
    for index in 0..<suffix.utf8CodeUnitCount {
      let expected = suffix.withUTF8Buffer { $0[index] }
      guard reader.next(in: bytes) == expected else { return false }
    }
    return reader.isAtEnd
  }
}

extension APIVersion: CustomStringConvertible {
  package var description: String {
    let date = packed / 2
    func padded(_ value: UInt32, to width: Int) -> String {
      let digits = String(value)
      return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
    return padded(date / 10_000, to: 4) + "-" + padded(date / 100 % 100, to: 2) + "-"
      + padded(date % 100, to: 2) + (isPreview ? "-preview" : "")
  }
}
