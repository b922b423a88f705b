import Core
import ArgumentParser
import Scenarios

/// Reads the options' values, and says of one that is wrong what is right.
enum OptionValue {
  @Sendable static func duration(_ text: String) throws -> DurationText {
    guard let value = DurationText(text) else {
      throw ValidationError("expected \(DurationText.expectedForm)")
    }
    return value
  }

  @Sendable static func byteCount(_ text: String) throws -> ByteCount {
    guard let value = ByteCount(text) else {
      throw ValidationError("expected a number of bytes, or a size such as 16KiB or 1MiB")
    }
    return value
  }

  @Sendable static func wholeNumber(_ text: String) throws -> Int {
    guard let value = Int(text) else { throw ValidationError("expected a whole number") }
    return value
  }

  @Sendable static func port(_ text: String) throws -> UInt16 {
    guard let value = UInt16(text) else {
      throw ValidationError("expected a whole number from 0 to 65535")
    }
    return value
  }
}
